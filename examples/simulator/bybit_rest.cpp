// Answers in the layout of api.bybit.com, always HTTP 200 with retCode.
#include "bybit_rest.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "bybit_frames.hpp"
#include "text.hpp"

namespace petrel::sim::bybit {
namespace {

using Json = nlohmann::ordered_json;
constexpr int kParameterError = 10001;
constexpr std::string_view kCursorPrefix = "first=";

HttpReply envelope(int code, std::string_view message, const Json& result, std::int64_t now_ms) {
    return {.status = 200,
            .body = Json{{"retCode", code},
                         {"retMsg", message},
                         {"result", result},
                         {"retExtInfo", Json::object()},
                         {"time", now_ms}}
                        .dump(-1, ' ', false, Json::error_handler_t::replace),
            .headers = {}};
}

std::optional<std::size_t> count_in(std::string_view text, std::size_t fallback, std::size_t most) {
    if (text.empty()) {
        return fallback;
    }
    std::size_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size() || value > most) {
        return std::nullopt;
    }
    return value;
}

Json instrument(const SymbolSpec& spec, std::size_t id) {
    const std::string tick = decimal(spec.tick, spec.price_digits);
    const std::string lot = decimal(spec.lot, spec.quantity_digits);
    return {{"symbol", spec.name},
            {"contractType", "LinearPerpetual"},
            {"status", "Trading"},
            {"baseCoin", spec.base},
            {"quoteCoin", spec.quote},
            {"launchTime", "1584230400000"},
            {"deliveryTime", "0"},
            {"deliveryFeeRate", ""},
            {"priceScale", join(spec.price_digits)},
            {"leverageFilter",
             {{"minLeverage", "1"}, {"maxLeverage", "100.00"}, {"leverageStep", "0.01"}}},
            {"priceFilter", {{"minPrice", tick}, {"maxPrice", "1999999.80"}, {"tickSize", tick}}},
            {"lotSizeFilter",
             {{"maxOrderQty", "100000000"},
              {"minOrderQty", lot},
              {"qtyStep", lot},
              {"minNotionalValue", "5"}}},
            {"unifiedMarginTrade", true},
            {"fundingInterval", 480},
            {"settleCoin", spec.quote},
            {"isPreListing", false},
            {"symbolType", ""},
            {"symbolId", id}};
}

}  // namespace

HttpReply Rest::answer(const HttpRequest& request) const {
    const auto now_ms = market_.now_ms();
    if (request.path == "/v5/market/time") {
        return envelope(0, "OK", {{"timeSecond", join(now_ms / 1000)}}, now_ms);
    }
    if (request.parameter("category") != "linear") {
        return envelope(kParameterError, "params error: only category=linear is served",
                        Json::object(), now_ms);
    }
    if (request.path == "/v5/market/instruments-info") {
        return instruments(request);
    }
    if (request.path == "/v5/market/tickers") {
        return tickers(request);
    }
    if (request.path == "/v5/market/recent-trade") {
        return recent_trades(request);
    }
    if (request.path == "/v5/market/open-interest") {
        return open_interest(request);
    }
    return {.status = 404,
            .body = Json{{"retCode", 404}, {"retMsg", "path not served by the simulator"}}.dump(),
            .headers = {}};
}

HttpReply Rest::bad_parameter(std::string_view name) const {
    return envelope(kParameterError, join("params error: ", name, " invalid"), Json::object(),
                    market_.now_ms());
}

HttpReply Rest::instruments(const HttpRequest& request) const {
    const auto& symbols = market_.symbols();
    const auto limit = count_in(request.parameter("limit"), 500, 1000);
    const std::string cursor = request.parameter("cursor");
    std::optional<std::size_t> first;
    if (cursor.empty() || cursor.starts_with(kCursorPrefix)) {
        const auto skip = cursor.empty() ? 0 : kCursorPrefix.size();
        first = count_in(std::string_view(cursor).substr(skip), 0, symbols.size());
    }
    if (!limit || *limit == 0) {
        return bad_parameter("limit");
    }
    if (!first) {
        return bad_parameter("cursor");
    }
    const std::string wanted = request.parameter("symbol");
    Json rows = Json::array();
    std::size_t index = first.value();
    for (; index < symbols.size() && rows.size() < *limit; ++index) {
        const bool listed = market_.listing(Venue::Bybit, index) != nullptr;
        if (listed && (wanted.empty() || wanted == symbols[index].name)) {
            rows.push_back(instrument(symbols[index], index + 1));
        }
    }
    return envelope(
        0, "OK",
        {{"category", "linear"},
         {"list", std::move(rows)},
         {"nextPageCursor", index < symbols.size() ? join(kCursorPrefix, index) : std::string()}},
        market_.now_ms());
}

HttpReply Rest::recent_trades(const HttpRequest& request) const {
    const auto symbol = market_.find(Venue::Bybit, request.parameter("symbol"));
    const auto limit = count_in(request.parameter("limit"), 500, 1000);
    if (!symbol) {
        return bad_parameter("symbol");
    }
    if (!limit || *limit == 0) {
        return bad_parameter("limit");
    }
    const auto& spec = market_.symbols()[*symbol];
    const auto& trades = market_.trades(Venue::Bybit, *symbol);
    Json rows = Json::array();
    for (auto trade = trades.rbegin(); trade != trades.rend() && rows.size() < *limit; ++trade) {
        rows.push_back({{"execId", trade_uuid(*trade)},
                        {"symbol", spec.name},
                        {"price", decimal(trade->price, spec.price_digits)},
                        {"size", decimal(trade->quantity, spec.quantity_digits)},
                        {"side", trade->side == Side::Buy ? "Buy" : "Sell"},
                        {"time", join(trade->ts_ms)},
                        {"isBlockTrade", false},
                        {"isRPITrade", false},
                        {"seq", join(trade->id)}});
    }
    return envelope(0, "OK", {{"category", "linear"}, {"list", std::move(rows)}}, market_.now_ms());
}

HttpReply Rest::tickers(const HttpRequest& request) const {
    const std::string wanted = request.parameter("symbol");
    Json rows = Json::array();
    for (std::size_t symbol = 0; symbol < market_.symbols().size(); ++symbol) {
        const auto& spec = market_.symbols()[symbol];
        if (market_.listing(Venue::Bybit, symbol) == nullptr ||
            (!wanted.empty() && wanted != spec.name)) {
            continue;
        }
        Json row{{"symbol", spec.name}};
        for (auto& [name, value] :
             ticker_fields(spec, market_.quote(Venue::Bybit, symbol), market_.now_ms())) {
            row[std::string(name)] = std::move(value);
        }
        rows.push_back(std::move(row));
    }
    if (rows.empty()) {
        return bad_parameter("symbol");
    }
    return envelope(0, "OK", {{"category", "linear"}, {"list", std::move(rows)}}, market_.now_ms());
}

HttpReply Rest::open_interest(const HttpRequest& request) const {
    const auto symbol = market_.find(Venue::Bybit, request.parameter("symbol"));
    if (!symbol) {
        return bad_parameter("symbol");
    }
    const auto& spec = market_.symbols()[*symbol];
    const double single = market_.quote(Venue::Bybit, *symbol).open_interest;
    Json row{{"openInterest", decimal(2.0 * single, spec.quantity_digits)},
             {"singleOpenInterest", decimal(single, spec.quantity_digits)},
             {"timestamp", join(market_.now_ms() / 300'000 * 300'000)}};
    return envelope(0, "OK",
                    {{"symbol", spec.name},
                     {"category", "linear"},
                     {"list", Json::array({std::move(row)})},
                     {"nextPageCursor", ""}},
                    market_.now_ms());
}

}  // namespace petrel::sim::bybit
