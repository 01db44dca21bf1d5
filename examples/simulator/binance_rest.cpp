// Answers in the layout of fapi.binance.com.
#include "binance_rest.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "binance_frames.hpp"
#include "text.hpp"

namespace petrel::sim::binance {
namespace {

using Json = nlohmann::ordered_json;

HttpReply json(const Json& body) { return {.status = 200, .body = body.dump(), .headers = {}}; }

HttpReply error(unsigned status, int code, std::string_view message) {
    return {.status = status, .body = Json{{"code", code}, {"msg", message}}.dump(), .headers = {}};
}

HttpReply invalid_symbol() { return error(400, -1121, "Invalid symbol."); }

HttpReply illegal(std::string_view name) {
    return error(400, -1102,
                 join("Mandatory parameter '", name,
                      "' was not sent, was "
                      "empty/null, or malformed."));
}

// The parameter as a whole number; the fallback when it is absent; nothing when malformed.
std::optional<std::int64_t> whole(const HttpRequest& request, std::string_view name,
                                  std::int64_t fallback) {
    const std::string text = request.parameter(name);
    if (text.empty()) {
        return fallback;
    }
    std::int64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size() || value < 0) {
        return std::nullopt;
    }
    return value;
}

int weight_of(const HttpRequest& request) {
    if (request.path == "/fapi/v1/aggTrades") {
        return 20;
    }
    return request.path == "/fapi/v1/premiumIndex" && request.parameter("symbol").empty() ? 10 : 1;
}

Json instrument(const SymbolSpec& spec) {
    const std::string tick = decimal(spec.tick, spec.price_digits);
    const std::string lot = decimal(spec.lot, spec.quantity_digits);
    return {
        {"symbol", spec.name},
        {"pair", spec.name},
        {"contractType", "PERPETUAL"},
        {"deliveryDate", 4133404800000},
        {"onboardDate", 1569398400000},
        {"status", "TRADING"},
        {"baseAsset", spec.base},
        {"quoteAsset", spec.quote},
        {"marginAsset", spec.quote},
        {"pricePrecision", spec.price_digits},
        {"quantityPrecision", spec.quantity_digits},
        {"baseAssetPrecision", 8},
        {"quotePrecision", 8},
        {"underlyingType", "COIN"},
        {"underlyingSubType", Json::array()},
        {"filters",
         {{{"filterType", "PRICE_FILTER"},
           {"tickSize", tick},
           {"minPrice", tick},
           {"maxPrice", "10000000"}},
          {{"filterType", "LOT_SIZE"}, {"stepSize", lot}, {"minQty", lot}, {"maxQty", "100000000"}},
          {{"filterType", "MIN_NOTIONAL"}, {"notional", "5"}}}},
        {"orderTypes", {"LIMIT", "MARKET"}},
        {"timeInForce", {"GTC", "IOC", "FOK", "GTX"}}};
}

}  // namespace

HttpReply Rest::answer(const HttpRequest& request) {
    const std::int64_t minute = market_.now_ms() / 60'000;
    if (minute != minute_) {
        minute_ = minute;
        weight_used_ = 0;
    }
    weight_used_ += weight_of(request);
    HttpReply reply = weight_used_ > kWeightPerMinuteMax
                          ? error(429, -1003, "Too many requests; weight limit is 2400 a minute.")
                          : dispatch(request);
    if (reply.status == 429) {
        reply.headers.emplace_back("Retry-After", join(60 - market_.now_ms() / 1000 % 60));
    }
    reply.headers.emplace_back("X-MBX-USED-WEIGHT-1M", join(weight_used_));
    return reply;
}

HttpReply Rest::dispatch(const HttpRequest& request) const {
    if (request.method != "GET") {
        return error(405, -1000, "only GET is served");
    }
    if (request.path == "/fapi/v1/ping") {
        return json(Json::object());
    }
    if (request.path == "/fapi/v1/time") {
        return json({{"serverTime", market_.now_ms()}});
    }
    if (request.path == "/fapi/v1/exchangeInfo") {
        return exchange_info();
    }
    if (request.path == "/fapi/v1/openInterest") {
        return open_interest(request);
    }
    if (request.path == "/fapi/v1/aggTrades") {
        return aggregate_trades(request);
    }
    if (request.path == "/fapi/v1/premiumIndex") {
        return premium_index(request);
    }
    return error(404, -1000, join("path ", request.path, " is not served by the simulator"));
}

HttpReply Rest::exchange_info() const {
    Json symbols = Json::array();
    for (const auto& spec : market_.symbols()) {
        if (!market_.find(Venue::Binance, spec.name)) {
            continue;
        }
        symbols.push_back(instrument(spec));
    }
    return json({{"timezone", "UTC"},
                 {"serverTime", market_.now_ms()},
                 {"futuresType", "U_MARGINED"},
                 {"rateLimits", Json::array({Json{{"rateLimitType", "REQUEST_WEIGHT"},
                                                  {"interval", "MINUTE"},
                                                  {"intervalNum", 1},
                                                  {"limit", kWeightPerMinuteMax}}})},
                 {"exchangeFilters", Json::array()},
                 {"assets", Json::array({Json{{"asset", "USDT"}, {"marginAvailable", true}}})},
                 {"symbols", std::move(symbols)}});
}

HttpReply Rest::open_interest(const HttpRequest& request) const {
    const auto symbol = market_.find(Venue::Binance, request.parameter("symbol"));
    if (!symbol) {
        return invalid_symbol();
    }
    const auto& spec = market_.symbols()[*symbol];
    return json({{"symbol", spec.name},
                 {"openInterest", decimal(market_.quote(Venue::Binance, *symbol).open_interest,
                                          spec.quantity_digits)},
                 {"time", market_.now_ms()}});
}

HttpReply Rest::aggregate_trades(const HttpRequest& request) const {
    const auto symbol = market_.find(Venue::Binance, request.parameter("symbol"));
    if (!symbol) {
        return invalid_symbol();
    }
    const auto limit = whole(request, "limit", 500);
    const auto from_id = whole(request, "fromId", -1);
    const auto start_ms = whole(request, "startTime", 0);
    const auto end_ms = whole(request, "endTime", std::numeric_limits<std::int64_t>::max());
    if (!limit || *limit < 1 || *limit > 1000) {
        return illegal("limit");
    }
    if (!from_id || !start_ms || !end_ms) {
        return illegal(!from_id ? "fromId" : "startTime");
    }
    const bool windowed =
        !request.parameter("startTime").empty() || !request.parameter("endTime").empty();
    if (windowed && *from_id >= 0) {
        return error(400, -1128, "Combination of optional parameters invalid.");
    }
    const auto& spec = market_.symbols()[*symbol];
    const auto& trades = market_.trades(Venue::Binance, *symbol);
    auto first = trades.begin();
    if (*from_id >= 0) {
        first = std::ranges::lower_bound(trades, static_cast<std::uint64_t>(*from_id), {},
                                         &MarketEvent::id);
    } else if (windowed) {
        first = std::ranges::lower_bound(trades, *start_ms, {}, &MarketEvent::ts_ms);
    } else {
        first = trades.end() - std::min<std::ptrdiff_t>(*limit, std::ssize(trades));
    }
    Json rows = Json::array();
    for (; first != trades.end() && std::ssize(rows) < *limit && first->ts_ms <= *end_ms; ++first) {
        rows.push_back({{"a", first->id},
                        {"p", decimal(first->price, spec.price_digits)},
                        {"q", decimal(first->quantity, spec.quantity_digits)},
                        {"nq", decimal(first->quantity, spec.quantity_digits)},
                        {"f", first->first_trade},
                        {"l", first->last_trade},
                        {"T", first->ts_ms},
                        {"m", first->side == Side::Sell}});
    }
    return json(rows);
}

HttpReply Rest::premium_index(const HttpRequest& request) const {
    const auto row = [this](std::size_t symbol) -> Json {
        const auto& quote = market_.quote(Venue::Binance, symbol);
        return {{"symbol", market_.symbols()[symbol].name},
                {"markPrice", decimal(quote.mark, 8)},
                {"indexPrice", decimal(quote.index, 8)},
                {"estimatedSettlePrice", decimal(quote.index, 8)},
                {"lastFundingRate", decimal(quote.funding_rate, 8)},
                {"interestRate", "0.00010000"},
                {"nextFundingTime", next_funding_ms(market_.now_ms())},
                {"time", market_.now_ms()}};
    };
    if (const auto name = request.parameter("symbol"); !name.empty()) {
        const auto symbol = market_.find(Venue::Binance, name);
        return symbol ? json(row(*symbol)) : invalid_symbol();
    }
    Json rows = Json::array();
    for (std::size_t symbol = 0; symbol < market_.symbols().size(); ++symbol) {
        if (market_.listing(Venue::Binance, symbol) != nullptr) {
            rows.push_back(row(symbol));
        }
    }
    return json(rows);
}

}  // namespace petrel::sim::binance
