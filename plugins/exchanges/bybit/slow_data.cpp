// What a field means is decided here; what the figures may be, in events.cpp.
#include "slow_data.hpp"

#include <array>
#include <utility>

#include "trade_id.hpp"

namespace petrel::bybit {
namespace {

namespace ondemand = simdjson::ondemand;

bool read_decimal(ondemand::value value, double& into) {
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS) {
        return false;
    }
    const std::optional<double> number = parse_decimal(text);
    into = number.value_or(0);
    return number.has_value();
}

bool read_side(ondemand::value value, Channel channel, Side& side) {
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS || (text != "Buy" && text != "Sell")) {
        return false;
    }
    const bool buy = text == "Buy";
    // Of a trade it is the aggressor; of a liquidation the position, not the order.
    side = channel == Channel::Trade ? (buy ? Side::Buy : Side::Sell)
                                     : (buy ? Side::Long : Side::Short);
    return true;
}

// One field of a trade or liquidation; `seen` collects a bit for each that is needed.
Reason read_entry_field(ondemand::field& field, const Topic& topic, Entry& entry, unsigned& seen) {
    std::string_view text;
    const char* raw = field.key().raw();
    const char key = raw[0] != '"' && raw[1] == '"' ? raw[0] : '\0';  // all are of one letter
    if (key == 'T') {
        seen |= 1U;
        return field.value().get_uint64().get(entry.time_ms) != simdjson::SUCCESS
                   ? "time of an entry is no whole number"
                   : Reason();
    }
    if (key == 's') {
        seen |= 2U;
        const bool same = field.value().get_string().get(text) == simdjson::SUCCESS;
        return same && text == topic.symbol ? Reason()
                                            : "an entry is of another symbol than its topic";
    }
    if (key == 'S') {
        seen |= 4U;
        return read_side(field.value(), topic.channel, entry.side)
                   ? Reason()
                   : "side of an entry is neither Buy nor Sell";
    }
    if (key == 'v' || key == 'p') {
        seen |= key == 'v' ? 8U : 16U;
        return read_decimal(field.value(), key == 'v' ? entry.quantity : entry.price)
                   ? Reason()
                   : "price or size of an entry is no decimal in a text";
    }
    if (key == 'i' && topic.channel == Channel::Trade) {
        seen |= 32U;
        if (field.value().get_string().get(text) != simdjson::SUCCESS || text.empty()) {
            return "id of a trade is no text";
        }
        entry.id = trade_id(text);
    }
    return {};
}

Reason read_entries(ondemand::value data, const Topic& topic, Content& content) {
    const unsigned needed = topic.channel == Channel::Trade ? 63U : 31U;
    ondemand::array list;
    if (data.get_array().get(list) != simdjson::SUCCESS) {
        return "data of trades or liquidations is no list";
    }
    for (auto item : list) {
        ondemand::object fields;
        if (item.get_object().get(fields) != simdjson::SUCCESS) {
            return "an entry is no object";
        }
        if (content.entries.size() == kEntriesMax) {
            return "frame has more than 16384 entries";
        }
        Entry& entry = content.entries.emplace_back();
        unsigned seen = 0;
        for (auto result : fields) {
            ondemand::field field;
            if (std::move(result).get(field) != simdjson::SUCCESS) {
                return kNotJson;
            }
            if (const Reason bad = read_entry_field(field, topic, entry, seen); !bad.empty()) {
                return bad;
            }
        }
        if (seen != needed) {
            return "an entry lacks one of T, s, S, v, p, i";
        }
        content.check(entry);
    }
    return {};
}

Reason read_ticker_field(TickerField field, ondemand::value value, TickerFields& ticker) {
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS) {
        return kWrongType;
    }
    if (text.empty()) {  // the venue has no figure, as for the funding of dated contracts
        ticker.unset(field);
        return {};
    }
    const std::optional<double> number = parse_decimal(text);
    if (!number) {
        return "a figure of the ticker is no decimal";
    }
    ticker.set(field, *number);
    return {};
}

Reason read_ticker(ondemand::value data, const Topic& topic, Content& content) {
    ondemand::object fields;
    if (data.get_object().get(fields) != simdjson::SUCCESS) {
        return "data of a ticker is no object";
    }
    bool named = false;
    for (auto result : fields) {
        ondemand::field field;
        std::string_view name;
        if (std::move(result).get(field) != simdjson::SUCCESS ||
            field.unescaped_key().get(name) != simdjson::SUCCESS) {
            return kNotJson;
        }
        if (name == "symbol") {
            std::string_view symbol;
            if (field.value().get_string().get(symbol) != simdjson::SUCCESS ||
                symbol != topic.symbol) {
                return "the ticker is of another symbol than its topic";
            }
            named = true;
        } else if (const TickerField known = ticker_field(name); known != TickerField::None) {
            const Reason bad = read_ticker_field(known, field.value(), content.ticker);
            if (!bad.empty()) {
                return bad;
            }
        }
    }
    return named ? Reason() : "the ticker names no symbol";
}

// The first level that is there: a size of 0 says that a level is gone.
Reason read_levels(ondemand::value side, Level& best) {
    ondemand::array levels;
    if (side.get_array().get(levels) != simdjson::SUCCESS) {
        return "a side of the book is no list";
    }
    for (auto item : levels) {
        ondemand::array pair;
        if (item.get_array().get(pair) != simdjson::SUCCESS) {
            return "a level of the book is no pair";
        }
        std::array<double, 2> figures{};
        std::size_t count = 0;
        for (auto figure : pair) {
            ondemand::value value;
            if (std::move(figure).get(value) != simdjson::SUCCESS || count == 2 ||
                !read_decimal(value, figures[count])) {
                return "a level of the book is no pair of decimals in texts";
            }
            ++count;
        }
        if (count != 2) {
            return "a level of the book is no pair";
        }
        if (best.quantity == 0.0 && figures[1] != 0.0) {
            best = {figures[0], figures[1]};
        }
    }
    return {};
}

Reason read_book(ondemand::value data, const Topic& topic, Content& content) {
    ondemand::object fields;
    if (data.get_object().get(fields) != simdjson::SUCCESS) {
        return "data of a book is no object";
    }
    content.book = {};
    unsigned seen = 0;
    for (auto result : fields) {
        ondemand::field field;
        if (std::move(result).get(field) != simdjson::SUCCESS) {
            return kNotJson;
        }
        const auto key = field.key();
        Reason bad;
        if (key == "s") {
            std::string_view text;
            seen |= 1U;
            bad = field.value().get_string().get(text) == simdjson::SUCCESS && text == topic.symbol
                      ? Reason()
                      : "the book is of another symbol than its topic";
        } else if (key == "b" || key == "a") {
            seen |= key == "b" ? 2U : 4U;
            bad = read_levels(field.value(), key == "b" ? content.book.bid : content.book.ask);
        } else if (key == "u") {
            seen |= 8U;
            bad = field.value().get_uint64().get(content.book.update) != simdjson::SUCCESS
                      ? kWrongType
                      : Reason();
        }
        if (!bad.empty()) {
            return bad;
        }
    }
    return seen == 15U ? Reason() : "the book lacks one of s, b, a, u";
}

}  // namespace

Topic split_topic(std::string_view topic) {
    struct Name {
        std::string_view prefix;
        Channel channel;
    };
    static constexpr std::array<Name, 4> kNames{{{"publicTrade.", Channel::Trade},
                                                 {"allLiquidation.", Channel::Liquidation},
                                                 {"tickers.", Channel::Ticker},
                                                 {"orderbook.1.", Channel::Book}}};
    for (const Name& name : kNames) {
        if (topic.starts_with(name.prefix)) {
            return {name.channel, topic.substr(name.prefix.size())};
        }
    }
    return {};
}

Reason read_data(ondemand::value data, const Topic& topic, Content& content) {
    switch (topic.channel) {
        case Channel::Trade:
        case Channel::Liquidation:
            return read_entries(data, topic, content);
        case Channel::Ticker:
            return read_ticker(data, topic, content);
        case Channel::Book:
            return read_book(data, topic, content);
        case Channel::None:
            break;
    }
    return {};
}

}  // namespace petrel::bybit
