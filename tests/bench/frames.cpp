// The frames of Binance and Bybit; those of the other venues: venue_frames.cpp.
#include "frames.hpp"

#include <algorithm>

#include "market.hpp"

namespace petrel::bench {
namespace {

constexpr std::size_t kSymbols = 200;
constexpr std::size_t kFrames = 100'000;
constexpr std::size_t kFramesOfMany = 300'000;
constexpr std::size_t kSymbolsOfFeed = 4'000;  // an adapter of the product takes 4,096
constexpr std::size_t kPadding = 64;

std::string agg_trade(Market& market, Symbol& s, std::int64_t t) {
    const std::uint64_t id = ++s.next_id;
    const std::string p = market.price(s);
    return R"({"stream":")" + s.lower + R"(@aggTrade","data":{"e":"aggTrade","E":)" + number(t) +
           R"(,"a":)" + std::to_string(id) + R"(,"s":")" + s.name + R"(","p":")" + p +
           R"(","q":")" + market.quantity(s, 900) + R"(","f":)" + std::to_string(id * 2) +
           R"(,"l":)" + std::to_string(id * 2 + 3) + R"(,"T":)" +
           number(t - static_cast<std::int64_t>(market.below(6))) + R"(,"m":)" +
           (market.coin() ? "true" : "false") + R"(,"st":1}})";
}

std::string mark_price(Market& market, Symbol& s, std::int64_t t) {
    return R"({"stream":")" + s.lower + R"(@markPrice@1s","data":{"e":"markPriceUpdate","E":)" +
           number(t - t % 1'000) + R"(,"s":")" + s.name + R"(","p":")" + fixed(s.price, 8) +
           R"(","i":")" + fixed(s.price * 1.0001, 8) + R"(","P":")" + fixed(s.price * 0.9999, 8) +
           R"(","r":")" + fixed(0.0001 + market.gauss() * 0.00005, 8) + R"(","T":)" +
           number(t - t % 28'800'000 + 28'800'000) + R"(,"st":1}})";
}

std::string force_order(Market& market, Symbol& s, std::int64_t t) {
    const std::string q = market.quantity(s, 2'500);
    const bool sell = market.coin();
    return R"({"stream":")" + s.lower + R"(@forceOrder","data":{"e":"forceOrder","E":)" +
           number(t) + R"(,"o":{"s":")" + s.name + R"(","S":")" + (sell ? "SELL" : "BUY") +
           R"(","o":"LIMIT","f":"IOC","q":")" + q + R"(","p":")" +
           fixed(s.price * (sell ? 0.996 : 1.004), s.price_decimals) + R"(","ap":")" +
           fixed(s.price, s.price_decimals) + R"(","X":"FILLED","l":")" + q + R"(","z":")" + q +
           R"(","T":)" + number(t - static_cast<std::int64_t>(market.below(6))) + "}}}";
}

std::string bybit_trade(Market& market, Symbol& s, bool buy, std::int64_t t, std::int64_t seq) {
    const std::string p = market.price(s);
    return R"({"T":)" + number(t) + R"(,"s":")" + s.name + R"(","S":")" + (buy ? "Buy" : "Sell") +
           R"(","v":")" + market.quantity(s, 800) + R"(","p":")" + p + R"(","L":"PlusTick","i":")" +
           market.uuid() + R"(","BT":false,"seq":)" + number(seq) + "}";
}

Frames make_binance(std::size_t symbols, std::size_t count) {
    Market market(1, symbols);
    Frames frames;
    const std::size_t feeds = feeds_for(symbols);
    for (std::size_t i = 0; i < count; ++i) {
        const double kind = market.uniform();
        const std::int64_t t = market.now_ms();
        Symbol& s = kind >= 0.85 && kind < 0.95 ? market.in_turn() : market.draw();
        frames.add(kind < 0.85   ? agg_trade(market, s, t)
                   : kind < 0.95 ? mark_price(market, s, t)
                                 : force_order(market, s, t),
                   s.rank % feeds);
    }
    return frames;
}

Frames make_bybit() {
    Market market(2, kSymbols);
    Frames frames;
    std::int64_t seq = 1'783'284'617;
    for (std::size_t i = 0; i < kFrames; ++i) {
        const double x = market.uniform();
        const int trades = x < 0.6 ? 1 : x < 0.8 ? 2 : x < 0.9 ? 3 : x < 0.96 ? 4 : 5;
        Symbol& s = market.draw();
        const bool buy = market.coin();
        const std::int64_t t = market.now_ms();
        std::string data;
        for (int n = 0; n < trades; ++n) {
            data += (n == 0 ? "" : ",") + bybit_trade(market, s, buy, t - 2, seq);
        }
        seq += 3;
        frames.add(R"({"topic":"publicTrade.)" + s.name + R"(","type":"snapshot","ts":)" +
                   number(t) + R"(,"data":[)" + data + "]}");
    }
    return frames;
}

}  // namespace

void Frames::add(const std::string& frame, std::size_t feed) {
    places_.push_back({bytes_.size(), static_cast<std::uint32_t>(frame.size()),
                       static_cast<std::uint32_t>(feed)});
    bytes_.insert(bytes_.end(), frame.begin(), frame.end());
    bytes_.insert(bytes_.end(), kPadding, '\0');
}

Zipf::Zipf(std::size_t ranks) {
    double total = 0;
    for (std::size_t i = 0; i < ranks; ++i) {
        total += 1.0 / static_cast<double>(i + 1);
        cumulative_.push_back(total);
    }
}

std::size_t Zipf::rank(double x) const {
    const auto found =
        std::lower_bound(cumulative_.begin(), cumulative_.end(), x * cumulative_.back());
    return static_cast<std::size_t>(found - cumulative_.begin());
}

std::size_t feeds_for(std::size_t symbols) {
    return (symbols + kSymbolsOfFeed - 1) / kSymbolsOfFeed;
}

Frames binance_frames_of(std::size_t symbols) { return make_binance(symbols, kFramesOfMany); }

const Frames& binance_frames() {
    static const Frames frames = make_binance(kSymbols, kFrames);
    return frames;
}

const Frames& bybit_frames() {
    static const Frames frames = make_bybit();
    return frames;
}

const Frames& frames_of(const std::string& venue) {
    return venue == "binance" ? binance_frames() : bybit_frames();
}

}  // namespace petrel::bench
