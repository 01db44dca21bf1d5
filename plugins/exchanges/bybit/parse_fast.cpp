// Layouts of the four channels, as literals in the order in which the venue writes them.
// See parse_fast.hpp; the general reader in parse_slow.cpp is the reference for what they mean.
#include "parse_fast.hpp"

#include "walk.hpp"

namespace petrel::bybit {
namespace {

// `,"key":value` pairs that say nothing to us, up to the brace that closes the object. Names of one
// letter are those of the fields we read, so a repeated one is left to the general reader.
bool skip_pairs(Walk& walk) {
    while (!walk.take("}")) {
        std::string_view key;
        if (!walk.take(",\"") || !walk.text(key) || key.size() < 2 || !walk.take(":") ||
            !walk.skip_value()) {
            return false;
        }
    }
    return true;
}

// Everything behind a trade's id. In the order of today first, any plain pairs after it.
[[gnu::always_inline]] inline bool skip_trade_tail(Walk& walk) {
    if (walk.take(",\"BT\":false")) {
        (void)walk.take(",\"RPI\":false");
        if (walk.take(",\"seq\":")) {
            if (!walk.skip_whole()) {
                return false;
            }
            if (walk.take("}")) [[likely]] {
                return true;
            }
        }
    }
    return skip_pairs(walk);
}

// Time, symbol and side: how trades and liquidations both begin.
[[gnu::always_inline]] inline bool read_front(Walk& walk, const SymbolKey& symbol, bool& buy,
                                              Entry& entry) {
    return walk.take("{\"T\":") && walk.time(entry.time_ms) && walk.take(",\"s\":\"") &&
           walk.symbol_again(symbol) && walk.take(",\"S\":\"") && walk.side(buy) &&
           walk.take("\",\"v\":\"") && walk.inside();
}

[[gnu::always_inline]] inline bool read_trade(Walk& walk, const SymbolKey& symbol, Entry& entry) {
    bool buy = false;
    if (!read_front(walk, symbol, buy, entry)) {
        return false;
    }
    constexpr unsigned kBetween = 7;  // characters of `","p":"`, as of the two after it
    const Walk::Window window = walk.window();
    const unsigned size_end = window.quote_from(0);
    const unsigned price_end = window.quote_from(size_end + kBetween);
    const unsigned tick_end = window.quote_from(price_end + kBetween);
    if (tick_end >= 64 || !window.plain_until(tick_end) || !window.has(size_end, "\",\"p\":\"") ||
        !window.has(price_end, "\",\"L\":\"") || !window.has(tick_end, "\",\"i\":\"") ||
        !walk.advance(tick_end + kBetween) || !walk.uuid(entry.id) || !walk.take("\"")) {
        return false;
    }
    entry.side = buy ? Side::Buy : Side::Sell;
    return window.decimal(0, size_end, entry.quantity) &&
           window.decimal(size_end + kBetween, price_end, entry.price) && skip_trade_tail(walk);
}

[[gnu::always_inline]] inline bool read_liquidation(Walk& walk, const SymbolKey& symbol,
                                                    Entry& entry) {
    bool buy = false;
    if (!read_front(walk, symbol, buy, entry) || !walk.decimal(entry.quantity) ||
        !walk.take(",\"p\":\"") || !walk.decimal(entry.price)) {
        return false;
    }
    entry.side = buy ? Side::Long : Side::Short;  // S is the position, not the order
    return skip_pairs(walk);
}

// Made for each of the two, so that the whole walk over an entry is one function.
template <Channel kChannel>
[[gnu::flatten]] bool read_entries(Walk& walk, const SymbolKey& symbol, Content& content) {
    if (!walk.take(",\"type\":\"snapshot\",\"ts\":") || !walk.skip_whole() ||
        !walk.take(",\"data\":[")) {
        return false;
    }
    do {
        Entry& entry = content.entries.emplace_back();
        const bool known = kChannel == Channel::Trade ? read_trade(walk, symbol, entry)
                                                      : read_liquidation(walk, symbol, entry);
        if (!known || content.entries.size() == kEntriesMax) {
            return false;
        }
        content.check(entry);
    } while (walk.take(","));
    return walk.take("]}") && walk.at_end();
}

// One `,"key":"value"` of a ticker. An empty text means that the venue has no figure.
bool read_ticker_field(Walk& walk, TickerFields& ticker) {
    std::string_view key;
    std::string_view unread;
    if (!walk.take(",\"") || !walk.text(key) || !walk.take(":\"")) {
        return false;
    }
    const TickerField field = ticker_field(key);
    if (field == TickerField::None) {
        return key != "symbol" && walk.text(unread);
    }
    if (walk.take("\"")) {
        ticker.unset(field);
        return true;
    }
    double value = 0;
    if (!walk.decimal(value)) {
        return false;
    }
    ticker.set(field, value);
    return true;
}

bool read_ticker(Walk& walk, const SymbolKey& symbol, Content& content) {
    if (walk.take(",\"type\":\"delta\"")) {
        content.update = Update::Delta;
    } else if (walk.take(",\"type\":\"snapshot\"")) {
        content.update = Update::Snapshot;
    } else {
        return false;
    }
    if (!walk.take(",\"data\":{\"symbol\":\"") || !walk.symbol_again(symbol)) {
        return false;
    }
    content.ticker.clear();
    while (!walk.take("}")) {
        if (!read_ticker_field(walk, content.ticker)) {
            return false;
        }
    }
    return walk.take(",\"cs\":") && walk.skip_whole() && walk.take(",\"ts\":") &&
           walk.time(content.time_ms) && walk.take("}") && walk.at_end();
}

// `[]` or `[["price","size"]]`.
bool read_level(Walk& walk, Level& level) {
    if (walk.take("[]")) {
        level = {};
        return true;
    }
    if (!walk.take("[[\"") || !walk.decimal(level.price) || !walk.take(",\"") ||
        !walk.decimal(level.quantity) || !walk.take("]]")) {
        return false;
    }
    level = level.quantity == 0.0 ? Level{} : level;  // a level that is gone
    return true;
}

bool read_book(Walk& walk, const SymbolKey& symbol, Content& content) {
    return walk.take(",\"type\":\"snapshot\",\"ts\":") && walk.skip_whole() &&
           walk.take(",\"data\":{\"s\":\"") && walk.symbol_again(symbol) && walk.take(",\"b\":") &&
           read_level(walk, content.book.bid) && walk.take(",\"a\":") &&
           read_level(walk, content.book.ask) && walk.take(",\"u\":") &&
           walk.whole(content.book.update) && walk.take(",\"seq\":") && walk.skip_whole() &&
           walk.take("},\"cts\":") && walk.time(content.time_ms) && walk.take("}") && walk.at_end();
}

}  // namespace

bool read_fast(std::string_view frame, ContractTable& contracts, Content& content) {
    Walk walk(frame);
    if (!walk.take("{\"topic\":\"")) {
        return false;
    }
    if (walk.take("publicTrade.")) {
        content.channel = Channel::Trade;
    } else if (walk.take("tickers.")) {
        content.channel = Channel::Ticker;
    } else if (walk.take("orderbook.1.")) {
        content.channel = Channel::Book;
    } else if (walk.take("allLiquidation.")) {
        content.channel = Channel::Liquidation;
    } else {
        return false;
    }
    SymbolKey symbol;
    if (!walk.symbol(symbol)) {
        return false;
    }
    content.contract = contracts.find(symbol);
    if (content.contract == nullptr) {
        return false;
    }
    switch (content.channel) {
        case Channel::Trade:
            return read_entries<Channel::Trade>(walk, symbol, content);
        case Channel::Liquidation:
            return read_entries<Channel::Liquidation>(walk, symbol, content);
        case Channel::Ticker:
            return read_ticker(walk, symbol, content);
        default:
            return read_book(walk, symbol, content);
    }
}

}  // namespace petrel::bybit
