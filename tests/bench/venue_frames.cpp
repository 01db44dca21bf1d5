// Field orders are those of the venues' documents. See venue_frames.hpp.
#include "venue_frames.hpp"

#include "market.hpp"

namespace petrel::bench {
namespace {

constexpr std::size_t kSymbols = 100;
constexpr std::size_t kChannelsOfFeed = 25;  // of Bitfinex, over one connection
constexpr std::size_t kFrames = 50'000;
// A venue's trades are remembered for half a minute to know copies of them, so their rate decides
// how much memory a decoder's host touches. This one brings 1,000 to 1,740 trades a second.
constexpr double kFramesPerSecond = 1'000;

std::string id_text(std::uint64_t id) { return std::to_string(id); }

// Every symbol of the market by `row`, parted by commas.
template <typename Row>
std::string rows_of(const Market& market, Row&& row) {
    std::string rows;
    for (const Symbol& s : market.symbols()) {
        rows.append(rows.empty() ? "" : ",").append(row(s));
    }
    return rows;
}

// One to five trades of one symbol and side by `row`, parted by commas.
template <typename Row>
std::string trades_of(Market& market, Row&& row) {
    const double x = market.uniform();
    const int count = x < 0.6 ? 1 : x < 0.8 ? 2 : x < 0.9 ? 3 : x < 0.96 ? 4 : 5;
    std::string rows;
    for (int i = 0; i < count; ++i) {
        rows.append(rows.empty() ? "" : ",").append(row());
    }
    return rows;
}

template <typename Make>
void add_frames(VenueFrames& venue, Market& market, Make&& make) {
    for (std::size_t i = 0; i < kFrames; ++i) {
        Symbol& s = market.draw();
        venue.frames.add(make(s, market.now_ms(), market.coin()));
    }
}

// "2025-07-01T00:00:00.704Z"; every time of the frames lies within their first day.
std::string iso_text(std::int64_t ms) {
    const std::int64_t of_day = ms % 86'400'000;
    char text[64];
    std::snprintf(text, sizeof(text), "2025-07-01T%02d:%02d:%02d.%03dZ",
                  static_cast<int>(of_day / 3'600'000), static_cast<int>(of_day / 60'000 % 60),
                  static_cast<int>(of_day / 1'000 % 60), static_cast<int>(of_day % 1'000));
    return text;
}

VenueFrames make_okx() {
    Market market(3, kSymbols, kFramesPerSecond);
    VenueFrames venue;
    venue.listing = R"({"code":"0","msg":"","data":[)" +
                    rows_of(market,
                            [](const Symbol& s) {
                                return R"({"instId":")" + s.base +
                                       R"(-USDT-SWAP","state":"live",)" +
                                       R"("ctType":"linear","settleCcy":"USDT","ctValCcy":")" +
                                       s.base + R"(","ctVal":"0.01","ctMult":"1"})";
                            }) +
                    "]}";
    add_frames(venue, market, [&](Symbol& s, std::int64_t t, bool buy) {
        const std::uint64_t count = 1 + market.below(3);
        const std::string name = s.base + "-USDT-SWAP";
        s.next_id += count;
        return R"({"arg":{"channel":"trades","instId":")" + name + R"("},"data":[{"instId":")" +
               name + R"(","tradeId":")" + id_text(s.next_id) + R"(","px":")" + market.price(s) +
               R"(","sz":")" + market.quantity(s, 90'000) + R"(","side":")" +
               (buy ? "buy" : "sell") + R"(","ts":")" + number(t) + R"(","count":")" +
               id_text(count) + R"(","source":"0","seqId":)" + id_text(s.next_id * 3) + "}]}";
    });
    return venue;
}

VenueFrames make_gate() {
    Market market(4, kSymbols, kFramesPerSecond);
    VenueFrames venue;
    venue.listing =
        "[" +
        rows_of(market,
                [](const Symbol& s) {
                    return R"({"name":")" + s.base + R"(_USDT","type":"direct",)" +
                           R"("quanto_multiplier":"0.01","in_delisting":false,)" +
                           R"("funding_interval":28800,"funding_next_apply":1751356800})";
                }) +
        "]";
    add_frames(venue, market, [&](Symbol& s, std::int64_t t, bool buy) {
        const std::string rows = trades_of(market, [&] {
            return R"({"size":")" + std::string(buy ? "" : "-") + market.quantity(s, 90'000) +
                   R"(","id":)" + id_text(++s.next_id) + R"(,"create_time":)" + number(t / 1'000) +
                   R"(,"create_time_ms":)" + number(t) + R"(,"price":")" + market.price(s) +
                   R"(","contract":")" + s.base + R"(_USDT"})";
        });
        return R"({"time":)" + number(t / 1'000) + R"(,"time_ms":)" + number(t + 7) +
               R"(,"channel":"futures.trades","event":"update","result":[)" + rows + "]}";
    });
    return venue;
}

VenueFrames make_bitget() {
    Market market(5, kSymbols, kFramesPerSecond);
    VenueFrames venue;
    venue.listing =
        R"({"code":"00000","msg":"success","requestTime":1751328000000,"data":[)" +
        rows_of(market,
                [](const Symbol& s) {
                    return R"({"symbol":")" + s.name + R"(","baseCoin":")" + s.base +
                           R"(","quoteCoin":"USDT","symbolType":"perpetual",)" +
                           R"("symbolStatus":"normal","deliveryTime":"","fundInterval":"8"})";
                }) +
        "]}";
    add_frames(venue, market, [&](Symbol& s, std::int64_t t, bool buy) {
        const std::string rows = trades_of(market, [&] {
            return R"({"ts":")" + number(t) + R"(","price":")" + market.price(s) + R"(","size":")" +
                   market.quantity(s, 900) + R"(","side":")" + (buy ? "buy" : "sell") +
                   R"(","tradeId":")" + id_text(1'400'000'000'000'000'000 + ++s.next_id) + R"("})";
        });
        return R"({"action":"update","arg":{"instType":"USDT-FUTURES","channel":"trade",)" +
               std::string(R"("instId":")") + s.name + R"("},"data":[)" + rows + R"(],"ts":)" +
               number(t + 2) + "}";
    });
    return venue;
}

VenueFrames make_deribit() {
    Market market(6, kSymbols, kFramesPerSecond);
    VenueFrames venue;
    venue.listing =
        R"({"jsonrpc":"2.0","result":[)" +
        rows_of(market,
                [](const Symbol& s) {
                    return R"({"instrument_name":")" + s.base + R"(_USDC-PERPETUAL",)" +
                           R"("kind":"future","instrument_type":"linear","base_currency":")" +
                           s.base + R"(","quote_currency":"USDC","settlement_currency":"USDC",)" +
                           R"("settlement_period":"perpetual","is_active":true,)" +
                           R"("expiration_timestamp":32503708800000})";
                }) +
        "]}";
    add_frames(venue, market, [&](Symbol& s, std::int64_t t, bool buy) {
        const std::string name = s.base + "_USDC-PERPETUAL";
        const std::string rows = trades_of(market, [&] {
            const std::string amount = market.quantity(s, 900);
            const std::string price = market.price(s);
            ++s.next_id;
            return R"({"trade_seq":)" + id_text(s.next_id) + R"(,"trade_id":")" + s.base +
                   "_USDC-" + id_text(s.next_id * 2) + R"(","timestamp":)" + number(t) +
                   R"(,"tick_direction":)" + number(market.below(4)) + R"(,"price":)" + price +
                   R"(,"mark_price":)" + price + R"(,"instrument_name":")" + name +
                   R"(","index_price":)" + price + R"(,"direction":")" + (buy ? "buy" : "sell") +
                   R"(","contracts":)" + amount + R"(,"amount":)" + amount + "}";
        });
        return R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":"trades.)" + name +
               R"(.100ms","data":[)" + rows + "]}}";
    });
    return venue;
}

VenueFrames make_kraken() {
    Market market(7, kSymbols, kFramesPerSecond);
    VenueFrames venue;
    venue.listing = R"({"result":"success","instruments":[)" +
                    rows_of(market,
                            [](const Symbol& s) {
                                return R"({"symbol":"PF_)" + s.base +
                                       R"(USD","type":"flexible_futures",)" +
                                       R"("contractSize":1,"tradeable":true,"base":")" + s.base +
                                       R"(","quote":"USD"})";
                            }) +
                    "]}";
    add_frames(venue, market, [&](Symbol& s, std::int64_t t, bool buy) {
        return R"({"feed":"trade","product_id":"PF_)" + s.base + R"(USD","uid":")" + market.uuid() +
               R"(","side":")" + (buy ? "buy" : "sell") + R"(","type":"fill","seq":)" +
               id_text(++s.next_id) + R"(,"time":)" + number(t) + R"(,"qty":)" +
               market.quantity(s, 900) + R"(,"price":)" + market.price(s) + "}";
    });
    return venue;
}

VenueFrames make_bitmex() {
    Market market(8, kSymbols, kFramesPerSecond);
    VenueFrames venue;
    venue.listing =
        "[" +
        rows_of(market,
                [](const Symbol& s) {
                    return R"({"symbol":")" + s.name + R"(","state":"Open","typ":"FFWCSX",)" +
                           R"("underlying":")" + s.base + R"(","quoteCurrency":"USDT",)" +
                           R"("settlCurrency":"USDt","underlyingToPositionMultiplier":1000,)" +
                           R"("isQuanto":false,"isInverse":false})";
                }) +
        "]";
    add_frames(venue, market, [&](Symbol& s, std::int64_t t, bool buy) {
        const std::string rows = trades_of(market, [&] {
            const std::string base = market.quantity(s, 900);
            const std::uint64_t size = 1 + market.below(90'000);
            return R"({"timestamp":")" + iso_text(t) + R"(","symbol":")" + s.name +
                   R"(","side":")" + (buy ? "Buy" : "Sell") + R"(","size":)" + id_text(size) +
                   R"(,"price":)" + market.price(s) + R"(,"tickDirection":"ZeroPlusTick",)" +
                   R"("trdMatchID":")" + market.uuid() + R"(","grossValue":)" +
                   id_text(size * 977) + R"(,"homeNotional":)" + base + R"(,"foreignNotional":)" +
                   fixed(std::stod(base) * s.price, 4) + R"(,"trdType":"Regular"})";
        });
        return R"({"table":"trade","action":"insert","data":[)" + rows + "]}";
    });
    return venue;
}

VenueFrames make_hyperliquid() {
    Market market(10, kSymbols, kFramesPerSecond);
    VenueFrames venue;
    venue.listing =
        R"({"universe":[)" +
        rows_of(market,
                [](const Symbol& s) {
                    return R"({"szDecimals":3,"name":")" + s.base + R"(","maxLeverage":10})";
                }) +
        "]}";
    const auto address = [&] {
        std::string text = market.uuid() + market.uuid();
        std::erase(text, '-');
        return "0x" + text.substr(0, 40);
    };
    const auto add_trades = [&](Symbol& s, std::int64_t t, bool buy) {
        const std::string rows = trades_of(market, [&] {
            std::string hash = market.uuid() + market.uuid();
            std::erase(hash, '-');
            return R"({"coin":")" + s.base + R"(","side":")" + (buy ? "B" : "A") + R"(","px":")" +
                   market.price(s) + R"(","sz":")" + market.quantity(s, 900) + R"(","time":)" +
                   number(t) + R"(,"hash":"0x)" + hash + R"(","tid":)" +
                   id_text(market.below(1ULL << 50U)) + R"(,"users":[")" + address() + R"(",")" +
                   address() + R"("]})";
        });
        return R"({"channel":"trades","data":[)" + rows + "]}";
    };
    add_frames(venue, market, add_trades);
    return venue;
}

VenueFrames make_coinbase() {
    Market market(11, kSymbols, kFramesPerSecond);
    VenueFrames venue;
    venue.listing = "[" +
                    rows_of(market,
                            [](const Symbol& s) {
                                return R"({"id":")" + s.base + R"(-USD","base_currency":")" +
                                       s.base + R"(","quote_currency":"USD","status":"online",)" +
                                       R"("trading_disabled":false})";
                            }) +
                    "]";
    std::uint64_t sequence = 120'000'000'000;
    add_frames(venue, market, [&](Symbol& s, std::int64_t t, bool buy) {
        std::string time = iso_text(t);
        time.insert(time.size() - 1, fixed(static_cast<double>(100 + market.below(900)), 0));
        return R"({"type":"match","trade_id":)" + id_text(++s.next_id) + R"(,"maker_order_id":")" +
               market.uuid() + R"(","taker_order_id":")" + market.uuid() + R"(","side":")" +
               (buy ? "sell" : "buy") + R"(","size":")" + market.quantity(s, 900) +
               R"(","price":")" + market.price(s) + R"(","product_id":")" + s.base +
               R"(-USD","sequence":)" + id_text(++sequence) + R"(,"time":")" + time + R"("})";
    });
    return venue;
}

VenueFrames make_bitfinex() {
    Market market(9, kChannelsOfFeed, kFramesPerSecond);
    VenueFrames venue;
    const auto channel = [](const Symbol& s) { return id_text(200'001 + s.rank * 17); };
    venue.listing = "[[" +
                    rows_of(market, [](const Symbol& s) { return '"' + s.base + R"(F0:USTF0")"; }) +
                    "]]";
    venue.opening.push_back(R"({"event":"conf","status":"OK","flags":98304})");
    for (const Symbol& s : market.symbols()) {
        venue.opening.push_back(R"({"event":"subscribed","channel":"trades","chanId":)" +
                                channel(s) + R"(,"symbol":"t)" + s.base + R"(F0:USTF0","pair":")" +
                                s.base + R"(F0:USTF0"})");
    }
    std::uint64_t sequence = 0;
    add_frames(venue, market, [&](Symbol& s, std::int64_t t, bool buy) {
        return "[" + channel(s) + R"(,"te",[)" + id_text(1'800'000'000 + ++s.next_id) + "," +
               number(t) + "," + (buy ? "" : "-") + market.quantity(s, 900) + "," +
               market.price(s) + "]," + id_text(++sequence) + "," + number(t + 4) + "]";
    });
    return venue;
}

}  // namespace

const VenueFrames& okx_frames() {
    static const VenueFrames made = make_okx();
    return made;
}

const VenueFrames& gate_frames() {
    static const VenueFrames made = make_gate();
    return made;
}

const VenueFrames& bitget_frames() {
    static const VenueFrames made = make_bitget();
    return made;
}

const VenueFrames& deribit_frames() {
    static const VenueFrames made = make_deribit();
    return made;
}

const VenueFrames& kraken_frames() {
    static const VenueFrames made = make_kraken();
    return made;
}

const VenueFrames& bitmex_frames() {
    static const VenueFrames made = make_bitmex();
    return made;
}

const VenueFrames& hyperliquid_frames() {
    static const VenueFrames made = make_hyperliquid();
    return made;
}

const VenueFrames& coinbase_frames() {
    static const VenueFrames made = make_coinbase();
    return made;
}

const VenueFrames& bitfinex_frames() {
    static const VenueFrames made = make_bitfinex();
    return made;
}

}  // namespace petrel::bench
