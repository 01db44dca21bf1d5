// Layouts as of November 2026: single-side open interest beside the summed one.
#include "bybit_frames.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "binance_frames.hpp"
#include "text.hpp"

namespace petrel::sim::bybit {
namespace {

constexpr std::array<std::string_view, 4> kChannels{"publicTrade", "allLiquidation", "tickers",
                                                    "orderbook.1"};
constexpr double kBankruptcyGap = 0.004;  // beyond the price at which the position was closed

std::uint64_t mix(std::uint64_t word) {
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9ULL;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebULL;
    return word ^ (word >> 31);
}

void append_hex(std::string& out, std::uint64_t word, int digits) {
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
        out += "0123456789abcdef"[(word >> shift) & 15U];
    }
}

// The venue counts a sequence over all streams of a symbol; trades and books share it.
std::uint64_t sequence_of(const Quote& quote) { return quote.update_id * 3; }

std::string ticker(std::string_view type, const SymbolSpec& spec, const Quote& quote,
                   std::string_view fields, std::int64_t now_ms) {
    return join(R"({"topic":"tickers.)", spec.name, R"(","type":")", type,
                R"(","data":{"symbol":")", spec.name, '"', fields, R"(},"cs":)", sequence_of(quote),
                R"(,"ts":)", now_ms, '}');
}

}  // namespace

std::string trade_uuid(const MarketEvent& trade) {
    const std::uint64_t high = mix(trade.id * 0x9e3779b97f4a7c15ULL + trade.symbol);
    const std::uint64_t low = mix(high ^ trade.id);
    std::string out;
    append_hex(out, high >> 32, 8);
    out += '-';
    append_hex(out, high >> 16, 4);
    out += "-5";
    append_hex(out, high, 3);
    out += "-a";
    append_hex(out, low >> 48, 3);
    out += '-';
    append_hex(out, low, 12);
    return out;
}

std::string public_trade(const SymbolSpec& spec, std::span<const MarketEvent> trades,
                         std::int64_t now_ms) {
    std::string rows;
    for (const auto& trade : trades) {
        rows += join(rows.empty() ? "" : ",", R"({"T":)", trade.ts_ms, R"(,"s":")", spec.name,
                     R"(","S":")", trade.side == Side::Buy ? "Buy" : "Sell", R"(","v":")",
                     decimal(trade.quantity, spec.quantity_digits), R"(","p":")",
                     decimal(trade.price, spec.price_digits), R"(","L":")",
                     trade.side == Side::Buy ? "PlusTick" : "MinusTick", R"(","i":")",
                     trade_uuid(trade), R"(","BT":false,"RPI":false,"seq":)", trade.id, '}');
    }
    return join(R"({"topic":"publicTrade.)", spec.name, R"(","type":"snapshot","ts":)", now_ms,
                R"(,"data":[)", rows, "]}");
}

// `S` is the side of the position: Buy means that a long was liquidated.
std::string all_liquidation(const SymbolSpec& spec, std::span<const MarketEvent> orders,
                            std::int64_t now_ms) {
    std::string rows;
    for (const auto& order : orders) {
        const bool was_long = order.side == Side::Sell;
        const double beyond = order.exact ? 1.0
                              : was_long  ? 1.0 - kBankruptcyGap
                                          : 1.0 + kBankruptcyGap;
        rows +=
            join(rows.empty() ? "" : ",", R"({"T":)", order.ts_ms, R"(,"s":")", spec.name,
                 R"(","S":")", was_long ? "Buy" : "Sell", R"(","v":")",
                 decimal(order.quantity, spec.quantity_digits), R"(","p":")",
                 decimal(round_to_tick(spec, order.price * beyond), spec.price_digits), R"("})");
    }
    return join(R"({"topic":"allLiquidation.)", spec.name, R"(","type":"snapshot","ts":)", now_ms,
                R"(,"data":[)", rows, "]}");
}

std::string orderbook(const SymbolSpec& spec, const Quote& quote, std::int64_t now_ms) {
    return join(R"({"topic":"orderbook.1.)", spec.name, R"(","type":"snapshot","ts":)", now_ms,
                R"(,"data":{"s":")", spec.name, R"(","b":[[")",
                decimal(quote.bid, spec.price_digits), R"(",")",
                decimal(quote.bid_quantity, spec.quantity_digits), R"("]],"a":[[")",
                decimal(quote.ask, spec.price_digits), R"(",")",
                decimal(quote.ask_quantity, spec.quantity_digits), R"("]],"u":)", quote.update_id,
                R"(,"seq":)", sequence_of(quote), R"(},"cts":)", now_ms, '}');
}

TickerFields ticker_fields(const SymbolSpec& spec, const Quote& quote, std::int64_t now_ms) {
    const auto price = [&spec](double value) { return decimal(value, spec.price_digits); };
    const auto size = [&spec](double value) { return decimal(value, spec.quantity_digits); };
    const double open = quote.open_interest;
    return {{"lastPrice", price(quote.last)},
            {"markPrice", price(quote.mark)},
            {"indexPrice", price(quote.index)},
            // Long and short positions added up, as the venue counts them.
            {"openInterest", size(2.0 * open)},
            {"openInterestValue", decimal(2.0 * open * quote.mark, 2)},
            {"singleOpenInterest", size(open)},
            {"singleOpenInterestValue", decimal(open * quote.mark, 2)},
            {"turnover24h", decimal(quote.turnover, 4)},
            {"volume24h", decimal(quote.volume, 4)},
            {"fundingIntervalHour", "8"},
            {"fundingCap", "0.005"},
            {"nextFundingTime", join(binance::next_funding_ms(now_ms))},
            {"fundingRate", decimal(quote.funding_rate, 8)},
            {"bid1Price", price(quote.bid)},
            {"bid1Size", size(quote.bid_quantity)},
            {"ask1Price", price(quote.ask)},
            {"ask1Size", size(quote.ask_quantity)}};
}

std::string TickerDelta::snapshot(const SymbolSpec& spec, const Quote& quote, std::int64_t now_ms) {
    std::string text;
    for (const auto& [name, value] : ticker_fields(spec, quote, now_ms)) {
        text += join(R"(,")", name, R"(":")", value, '"');
    }
    return ticker("snapshot", spec, quote, text, now_ms);
}

std::optional<std::string> TickerDelta::delta(const SymbolSpec& spec, const Quote& quote,
                                              std::int64_t now_ms) {
    TickerFields fields = ticker_fields(spec, quote, now_ms);
    std::string text;
    for (std::size_t index = 0; index < fields.size(); ++index) {
        if (sent_.empty() || sent_[index].second != fields[index].second) {
            text += join(R"(,")", fields[index].first, R"(":")", fields[index].second, '"');
        }
    }
    sent_ = std::move(fields);
    if (text.empty()) {
        return std::nullopt;
    }
    return ticker("delta", spec, quote, text, now_ms);
}

std::optional<Topic> parse_topic(std::string_view topic) {
    for (const auto channel : kChannels) {
        if (topic.starts_with(channel) && topic.size() > channel.size() + 1 &&
            topic[channel.size()] == '.') {
            return Topic{std::string(channel), std::string(topic.substr(channel.size() + 1))};
        }
    }
    return std::nullopt;
}

Outcome<ControlRequest> parse_control(std::string_view text) {
    const auto message = nlohmann::json::parse(text, nullptr, false);
    if (!message.is_object() || !message.contains("op") || !message["op"].is_string()) {
        return Failure{"Request parameter error"};
    }
    ControlRequest request;
    if (const auto id = message.find("req_id"); id != message.end() && id->is_string()) {
        request.request_id = id->get<std::string>();
    }
    const auto& operation = message["op"].get_ref<const std::string&>();
    if (operation == "ping") {
        return request;
    }
    if (operation != "subscribe" && operation != "unsubscribe") {
        return Failure{"Invalid op"};
    }
    request.operation = operation == "subscribe" ? Operation::Subscribe : Operation::Unsubscribe;
    const auto args = message.find("args");
    if (args == message.end() || !args->is_array()) {
        return Failure{"Request parameter error"};
    }
    for (const auto& topic : *args) {
        if (!topic.is_string()) {
            return Failure{"Request parameter error"};
        }
        request.args.push_back(topic.get<std::string>());
    }
    return request;
}

std::string reply(const Reply& reply) {
    const nlohmann::ordered_json message{{"success", reply.success},
                                         {"ret_msg", reply.message},
                                         {"conn_id", reply.connection_id},
                                         {"req_id", reply.request_id},
                                         {"op", reply.operation}};
    return message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace petrel::sim::bybit
