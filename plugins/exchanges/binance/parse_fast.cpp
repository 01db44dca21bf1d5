// The known layouts, one function each; see parse_fast.hpp. A key out of its place, an escape, a
// blank, a value out of bounds: every surprise answers false and the slow decoder has the word.
#include "parse_fast.hpp"

#include "fields.hpp"
#include "kit/walk.hpp"
#include "messages.hpp"
#include "sinks.hpp"

namespace petrel::binance {
namespace {

using kit::Walk;

// One more member, of a key that no reader asks for, with a simple value.
bool skip_member(Walk& walk) {
    if (!walk.eat(",\"")) {
        return false;
    }
    const char* key = walk.place();
    if (!walk.skip_text()) {
        return false;
    }
    const std::string_view name(key, static_cast<std::size_t>(walk.place() - key - 1));
    if (key_named(name) != Key::End || !walk.eat(":")) {
        return false;
    }
    if (walk.eat("\"")) {
        return walk.skip_text();
    }
    return walk.eat("true") || walk.eat("false") || walk.skip_whole();
}

// The rest of an object in any other form than the usual; the walk behind it, or none. Walks go by
// value through calls, so that the caller's stays in registers.
struct Rest {
    Walk walk;
    bool good;
};
[[gnu::noinline]] Rest unusual_rest(Walk walk) {
    bool product_seen = false;
    while (!walk.eat("}")) {
        if (walk.eat(",\"st\":1")) {
            if (product_seen || !(walk.sees(',') || walk.sees('}'))) {
                return {walk, false};
            }
            product_seen = true;
        } else if (!skip_member(walk)) {
            return {walk, false};
        }
    }
    return {walk, true};
}

// The rest of an object up to its brace, which is eaten. The product "st" must be 1 (USD-M).
[[gnu::always_inline]] inline bool finish_object(Walk& walk) {
    if (walk.eat(",\"st\":1}") || walk.eat("}")) [[likely]] {
        return true;
    }
    const Rest rest = unusual_rest(walk);
    walk = rest.walk;
    return rest.good;
}

enum class Wrapping : std::uint8_t { Bare, Combined };

// The end of the frame, after the event object.
[[gnu::always_inline]] inline bool finish_frame(Walk& walk, Wrapping wrapping) {
    return (wrapping == Wrapping::Bare || walk.eat("}")) && walk.at_end();
}

struct FastContext {
    Contracts& contracts;
    DirectSink sink;
    Wrapping wrapping;
};

template <typename Message>
[[gnu::always_inline]] inline bool emit_for(const kit::Name& name, const Message& message,
                                            FastContext& context) {
    if ((name.words[2] | name.words[3]) != 0) [[unlikely]] {
        return false;  // longer than the names of the table
    }
    Contract* contract = context.contracts.find(NameKey{name.words[0], name.words[1]});
    return contract != nullptr && contract->handle != PETREL_NO_INSTRUMENT &&
           emit(message, context.contracts, *contract, context.sink).empty();
}

// "p":"..","q":".." of both trade streams, and the aggressor.
[[gnu::always_inline]] inline bool price_and_quantity(Walk& walk, TradeMessage& trade) {
    return walk.eat(",\"p\":\"") && walk.quoted_decimal(trade.price) && walk.eat(",\"q\":\"") &&
           walk.quoted_decimal(trade.quantity);
}
[[gnu::always_inline]] inline bool aggressor(Walk& walk, TradeMessage& trade) {
    // Both words end in the same letter, which takes the place of a branch on the flag.
    return walk.eat(",\"m\":") && walk.eat_either({"true", 4}, {"fals", 5}, trade.buyer_is_maker) &&
           walk.place()[-1] == 'e';
}

// {"e":"aggTrade","E":n,("a":n,"s":".." | "s":"..","a":n),"p":"..","q":"..",["nq":"..",]
//  "f":n,"l":n,"T":n,"m":bool ...}
[[gnu::noinline]] bool read_agg_trade(Walk walk, FastContext& context) {
    TradeMessage trade;
    trade.flags = PETREL_FLAG_ID_SEQUENCE;
    kit::Name name;
    if (!walk.skip_milliseconds() || !walk.eat(",\"")) {
        return false;
    }
    if (walk.eat("a\":")) {
        if (!walk.whole(trade.id) || !walk.eat(",\"s\":\"") || !walk.name(name)) {
            return false;
        }
    } else if (!walk.eat("s\":\"") || !walk.name(name) || !walk.eat(",\"a\":") ||
               !walk.whole(trade.id)) {
        return false;
    }
    if (!price_and_quantity(walk, trade)) {
        return false;
    }
    if (walk.eat(",\"nq\":\"") && !walk.skip_text()) {
        return false;
    }
    return walk.eat(",\"f\":") && walk.skip_whole() && walk.eat(",\"l\":") && walk.skip_whole() &&
           walk.eat(",\"T\":") && walk.milliseconds(trade.time_ms) && aggressor(walk, trade) &&
           finish_object(walk) && finish_frame(walk, context.wrapping) &&
           emit_for(name, trade, context);
}

// {"e":"trade","E":n,"T":n,"s":"..","t":n,"p":"..","q":"..","X":"MARKET","m":bool ...}
[[gnu::noinline]] bool read_single_trade(Walk walk, FastContext& context) {
    TradeMessage trade;
    kit::Name name;
    return walk.skip_milliseconds() && walk.eat(",\"T\":") && walk.milliseconds(trade.time_ms) &&
           walk.eat(",\"s\":\"") && walk.name(name) && walk.eat(",\"t\":") &&
           walk.whole(trade.id) && price_and_quantity(walk, trade) &&
           walk.eat(",\"X\":\"MARKET\"") && aggressor(walk, trade) && finish_object(walk) &&
           finish_frame(walk, context.wrapping) && emit_for(name, trade, context);
}

// {"e":"forceOrder","E":n,"o":{"s":"..","S":"SELL","o":"LIMIT","f":"IOC","q":"..","p":"..",
//  "ap":"..","X":"FILLED","l":"..","z":"..","T":n ...} ...}
[[gnu::noinline]] bool read_force_order(Walk walk, FastContext& context) {
    LiquidationMessage liquidation;
    kit::Name name;
    double unused = 0;
    if (!walk.skip_milliseconds() || !walk.eat(",\"o\":{\"s\":\"") || !walk.name(name) ||
        !walk.eat(",\"S\":\"") ||
        !walk.eat_either({"SELL", 5}, {"BUY\"", 4}, liquidation.order_sells) ||
        walk.place()[-1] != '"' || !walk.eat(",\"o\":\"LIMIT\",\"f\":\"IOC\",\"q\":\"") ||
        !walk.skip_text()) {
        return false;
    }
    if (!walk.eat(",\"p\":\"") || !walk.quoted_decimal(unused) || !walk.eat(",\"ap\":\"") ||
        !walk.quoted_decimal(liquidation.price) || liquidation.price == 0) {
        return false;
    }
    return walk.eat(",\"X\":\"FILLED\",\"l\":\"") && walk.skip_text() && walk.eat(",\"z\":\"") &&
           walk.quoted_decimal(liquidation.quantity) && walk.eat(",\"T\":") &&
           walk.milliseconds(liquidation.time_ms) && finish_object(walk) && finish_object(walk) &&
           finish_frame(walk, context.wrapping) && emit_for(name, liquidation, context);
}

// {"e":"markPriceUpdate","E":n,"s":"..","p":"..",["ap":"..",]"i":"..","P":"..","r":"..","T":n ...}
[[gnu::noinline]] bool read_mark_price(Walk walk, FastContext& context) {
    MarkMessage mark;
    kit::Name name;
    if (!walk.milliseconds(mark.time_ms) || !walk.eat(",\"s\":\"") || !walk.name(name) ||
        !walk.eat(",\"p\":\"") || !walk.quoted_decimal(mark.mark)) {
        return false;
    }
    if (walk.eat(",\"ap\":\"") && !walk.skip_text()) {
        return false;
    }
    mark.has_funding = true;
    return walk.eat(",\"i\":\"") && walk.quoted_decimal(mark.index) && walk.eat(",\"P\":\"") &&
           walk.skip_text() && walk.eat(",\"r\":\"") && walk.quoted_decimal(mark.funding_rate) &&
           walk.eat(",\"T\":") && walk.milliseconds(mark.next_funding_ms) && finish_object(walk) &&
           finish_frame(walk, context.wrapping) && emit_for(name, mark, context);
}

// "E":n and "T":n of a book ticker, in either order.
[[gnu::always_inline]] inline bool book_times(Walk& walk, BookMessage& book) {
    if (walk.eat(",\"T\":")) {
        return walk.milliseconds(book.time_ms) && walk.eat(",\"E\":") && walk.skip_milliseconds();
    }
    return walk.eat(",\"E\":") && walk.skip_milliseconds() && walk.eat(",\"T\":") &&
           walk.milliseconds(book.time_ms);
}

// {"e":"bookTicker","u":n,[times,]"s":"..",["ps":"..",]"b":"..","B":"..","a":"..","A":".."
//  [,times] ...}
[[gnu::noinline]] bool read_book_ticker(Walk walk, FastContext& context) {
    BookMessage book;
    kit::Name name;
    if (!walk.whole(book.id)) {
        return false;
    }
    const bool times_first = !walk.eat(",\"s\":\"");
    if (times_first && (!book_times(walk, book) || !walk.eat(",\"s\":\""))) {
        return false;
    }
    if (!walk.name(name) || (walk.eat(",\"ps\":\"") && !walk.skip_text())) {
        return false;
    }
    return walk.eat(",\"b\":\"") && walk.quoted_decimal(book.bid) && walk.eat(",\"B\":\"") &&
           walk.quoted_decimal(book.bid_size) && walk.eat(",\"a\":\"") &&
           walk.quoted_decimal(book.ask) && walk.eat(",\"A\":\"") &&
           walk.quoted_decimal(book.ask_size) && (times_first || book_times(walk, book)) &&
           finish_object(walk) && finish_frame(walk, context.wrapping) &&
           emit_for(name, book, context);
}

}  // namespace

bool decode_fast(const Frame& frame, Contracts& contracts, DecodeOut& out) {
    const char* begin = frame.text.data();
    Walk walk(begin, begin + frame.text.size());
    Wrapping wrapping = Wrapping::Bare;
    if (walk.eat("{\"stream\":\"")) {
        if (!walk.skip_text() || !walk.eat(",\"data\":{\"e\":\"")) {
            return false;
        }
        wrapping = Wrapping::Combined;
    } else if (!walk.eat("{\"e\":\"")) {
        return false;
    }
    FastContext context{contracts, DirectSink(out, frame.receive_ts_ns), wrapping};
    if (walk.eat("aggTrade\",\"E\":")) {
        return read_agg_trade(walk, context);
    }
    if (walk.eat("markPriceUpdate\",\"E\":")) {
        return read_mark_price(walk, context);
    }
    if (walk.eat("forceOrder\",\"E\":")) {
        return read_force_order(walk, context);
    }
    if (walk.eat("bookTicker\",\"u\":")) {
        return read_book_ticker(walk, context);
    }
    return walk.eat("trade\",\"E\":") && read_single_trade(walk, context);
}

}  // namespace petrel::binance
