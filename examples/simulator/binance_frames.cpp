// Layouts as of November 2026: `nq` in aggTrade, `st` and `ps` since the USD-M / COIN-M merge.
#include "binance_frames.hpp"

#include "text.hpp"

namespace petrel::sim::binance {
namespace {

constexpr int kMarkDigits = 8;
constexpr std::int64_t kFundingEvery_ms = 8LL * 3600 * 1000;
constexpr double kInsideLimit = 0.004;  // a liquidation order is priced this far through the book

std::string_view order_side(Side side) { return side == Side::Buy ? "BUY" : "SELL"; }

}  // namespace

std::string agg_trade(const SymbolSpec& spec, const MarketEvent& trade) {
    const std::string quantity = decimal(trade.quantity, spec.quantity_digits);
    return join(R"({"e":"aggTrade","E":)", trade.ts_ms + 1, R"(,"a":)", trade.id, R"(,"s":")",
                spec.name, R"(","p":")", decimal(trade.price, spec.price_digits), R"(","q":")",
                quantity, R"(","nq":")", quantity, R"(","f":)", trade.first_trade, R"(,"l":)",
                trade.last_trade, R"(,"T":)", trade.ts_ms, R"(,"m":)", trade.side == Side::Sell,
                R"(,"st":1})");
}

std::string force_order(const SymbolSpec& spec, const MarketEvent& order, std::int64_t event_ms) {
    const double through = order.side == Side::Sell ? 1.0 - kInsideLimit : 1.0 + kInsideLimit;
    const std::string quantity = decimal(order.quantity, spec.quantity_digits);
    return join(R"({"e":"forceOrder","E":)", event_ms, R"(,"o":{"s":")", spec.name, R"(","S":")",
                order_side(order.side), R"(","o":"LIMIT","f":"IOC","q":")", quantity, R"(","p":")",
                decimal(round_to_tick(spec, order.price * through), spec.price_digits),
                R"(","ap":")", decimal(order.price, spec.price_digits), R"(","X":"FILLED","l":")",
                decimal(round_to_lot(spec, order.quantity * 0.4), spec.quantity_digits),
                R"(","z":")", quantity, R"(","T":)", order.ts_ms, R"(,"ps":")", spec.name,
                R"(","st":1}})");
}

std::string mark_price(const SymbolSpec& spec, const Quote& quote, std::int64_t now_ms) {
    return join(R"({"e":"markPriceUpdate","E":)", now_ms, R"(,"s":")", spec.name, R"(","p":")",
                decimal(quote.mark, kMarkDigits), R"(","ap":")", decimal(quote.mark, kMarkDigits),
                R"(","P":")", decimal(quote.index, kMarkDigits), R"(","i":")",
                decimal(quote.index, kMarkDigits), R"(","r":")", decimal(quote.funding_rate, 8),
                R"(","T":)", next_funding_ms(now_ms), R"(,"st":1})");
}

std::string book_ticker(const SymbolSpec& spec, const Quote& quote, std::int64_t now_ms) {
    return join(R"({"e":"bookTicker","u":)", quote.update_id, R"(,"s":")", spec.name, R"(","ps":")",
                spec.name, R"(","b":")", decimal(quote.bid, spec.price_digits), R"(","B":")",
                decimal(quote.bid_quantity, spec.quantity_digits), R"(","a":")",
                decimal(quote.ask, spec.price_digits), R"(","A":")",
                decimal(quote.ask_quantity, spec.quantity_digits), R"(","T":)", now_ms, R"(,"E":)",
                now_ms, R"(,"st":1})");
}

std::string wrapped(std::string_view stream, std::string_view data) {
    return join(R"({"stream":")", stream, R"(","data":)", data, '}');
}

std::int64_t next_funding_ms(std::int64_t now_ms) {
    return (now_ms / kFundingEvery_ms + 1) * kFundingEvery_ms;
}

}  // namespace petrel::sim::binance
