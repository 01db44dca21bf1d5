// Event objects to events; see events.hpp.
#include "events.hpp"

#include <array>

#include "messages.hpp"

namespace petrel::binance {
namespace {

// Finds the contract of the symbol in `name` and emits `message` for it.
template <typename Message>
Decoded emit_for(std::string_view name, const Message& message, EventContext& context) {
    const Found found = context.contracts.resolve(name, context.out);
    if (found.contract == nullptr) {
        return found.verdict.code == PETREL_E_REJECTED
                   ? Decoded{PETREL_E_UNSUPPORTED, found.verdict.reason}
                   : found.verdict;
    }
    if (found.contract->handle == PETREL_NO_INSTRUMENT) {
        return Decoded::ignored();
    }
    const std::string_view bad = emit(message, context.contracts, *found.contract, context.sink);
    if (bad.empty()) {
        return Decoded::done();
    }
    return bad == kNoRate ? Decoded{PETREL_E_UNSUPPORTED, bad} : Decoded::rejected(bad);
}

Decoded read_trade(const Fields& fields, Key id, EventContext& context) {
    TradeMessage trade;
    // Lines of the single trades that are none have ids, too.
    trade.flags = id == Key::a ? PETREL_FLAG_ID_SEQUENCE : 0;
    std::string_view symbol;
    if (!fields.text(Key::s, symbol) || !fields.decimal(Key::p, trade.price) ||
        !fields.decimal(Key::q, trade.quantity) || !fields.whole(id, trade.id) ||
        !fields.whole(Key::T, trade.time_ms) || !fields.boolean(Key::m, trade.buyer_is_maker)) {
        return Decoded::rejected("trade: a field is missing or of the wrong type");
    }
    return emit_for(symbol, trade, context);
}

Decoded read_agg_trade(const Fields& fields, const Fields& order, EventContext& context) {
    (void)order;
    return read_trade(fields, Key::a, context);
}

Decoded read_single_trade(const Fields& fields, const Fields& order, EventContext& context) {
    (void)order;
    const Value& origin = fields[Key::X];
    // Fills against the venue's own fund, and lines that are no trade at all.
    if (origin.is_text("INSURANCE_FUND") || origin.is_text("ADL") || origin.is_text("NA")) {
        return Decoded::ignored();
    }
    if (origin.present() && origin.type != ValueType::Text) {
        return Decoded::rejected("trade: X is no string");
    }
    return read_trade(fields, Key::t, context);
}

Decoded read_force_order(const Fields& fields, const Fields& order, EventContext& context) {
    LiquidationMessage liquidation;
    std::string_view symbol;
    std::string_view side;
    std::string_view state;
    if (fields[Key::o].type != ValueType::Object || !order.text(Key::s, symbol) ||
        !order.text(Key::S, side) || !order.text(Key::X, state) ||
        !order.whole(Key::T, liquidation.time_ms)) {
        return Decoded::rejected("forceOrder: a field is missing or of the wrong type");
    }
    if (state != "FILLED") {
        return Decoded::ignored();
    }
    if (side != "SELL" && side != "BUY") {
        return Decoded::rejected("forceOrder: S is neither SELL nor BUY");
    }
    liquidation.order_sells = side == "SELL";
    // Without an average price the order's own limit is the best that is known.
    const bool has_average = !order[Key::ap].is_text("") && order[Key::ap].present();
    if (!order.decimal(Key::z, liquidation.quantity) ||
        (has_average && !order.decimal(Key::ap, liquidation.price)) ||
        (liquidation.price == 0 && !order.decimal(Key::p, liquidation.price))) {
        return Decoded::rejected("forceOrder: z, ap or p is no decimal in a string");
    }
    return emit_for(symbol, liquidation, context);
}

Decoded read_mark_price(const Fields& fields, const Fields& order, EventContext& context) {
    (void)order;
    MarkMessage mark;
    std::string_view symbol;
    if (!fields.text(Key::s, symbol) || !fields.decimal(Key::p, mark.mark) ||
        !fields.whole(Key::E, mark.time_ms)) {
        return Decoded::rejected("markPriceUpdate: a field is missing or of the wrong type");
    }
    const Value& index = fields[Key::i];
    if (index.present() && !index.is_text("") && !fields.decimal(Key::i, mark.index)) {
        return Decoded::rejected("markPriceUpdate: i is no decimal in a string");
    }
    const Value& rate = fields[Key::r];
    mark.has_funding = rate.present() && !rate.is_text("");
    if (mark.has_funding && (!fields.decimal(Key::r, mark.funding_rate) ||
                             !fields.whole(Key::T, mark.next_funding_ms))) {
        return Decoded::rejected("markPriceUpdate: r or T is of the wrong type");
    }
    return emit_for(symbol, mark, context);
}

Decoded read_book_ticker(const Fields& fields, const Fields& order, EventContext& context) {
    (void)order;
    BookMessage book;
    std::string_view symbol;
    if (!fields.text(Key::s, symbol) || !fields.decimal(Key::b, book.bid) ||
        !fields.decimal(Key::B, book.bid_size) || !fields.decimal(Key::a, book.ask) ||
        !fields.decimal(Key::A, book.ask_size) || !fields.whole(Key::u, book.id) ||
        !fields.whole(Key::T, book.time_ms)) {
        return Decoded::rejected("bookTicker: a field is missing or of the wrong type");
    }
    return emit_for(symbol, book, context);
}

struct EventReader {
    std::string_view name;
    Decoded (*read)(const Fields& fields, const Fields& order, EventContext& context);
};
constexpr std::array<EventReader, 5> kReaders{{
    {"aggTrade", &read_agg_trade},
    {"forceOrder", &read_force_order},
    {"markPriceUpdate", &read_mark_price},
    {"bookTicker", &read_book_ticker},
    {"trade", &read_single_trade},
}};

}  // namespace

Decoded read_event(const Fields& fields, const Fields& order, EventContext& context) {
    std::string_view name;
    if (!fields.text(Key::e, name)) {
        return Decoded::rejected("event has no name in \"e\"");
    }
    // COIN-M events travel in the same streams; their quantities are contracts.
    for (const Value& product : {fields[Key::st], order[Key::st]}) {
        if (product.present() && product.text == "2") {
            return Decoded::ignored();
        }
    }
    for (const EventReader& reader : kReaders) {
        if (reader.name == name) {
            return reader.read(fields, order, context);
        }
    }
    return Decoded::ignored();
}

Decoded read_interest(const Fields& fields, std::uint32_t instrument, EventContext& context) {
    InterestMessage interest;
    std::string_view symbol;
    if (!fields.text(Key::symbol, symbol) ||
        !fields.decimal(Key::openInterest, interest.quantity) ||
        !fields.whole(Key::time, interest.time_ms)) {
        return Decoded::rejected("openInterest: a field is missing or of the wrong type");
    }
    const Contract* contract = is_native_name(symbol) ? context.contracts.lookup(symbol) : nullptr;
    if (instrument != PETREL_NO_INSTRUMENT && contract != nullptr &&
        contract->handle != instrument) {
        return Decoded::rejected("openInterest: the answer is for another symbol than was asked");
    }
    return emit_for(symbol, interest, context);
}

}  // namespace petrel::binance
