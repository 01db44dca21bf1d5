// What kind of frame it is and what it brings; see parse.hpp.
#include "parse.hpp"

#include <algorithm>
#include <string>

#include "parse_fast.hpp"

namespace petrel::coinbase {
namespace {

constexpr std::size_t kNoticeLengthMax = 200;
constexpr std::size_t kTopicsMax = 4096;

constexpr kit::Tokens<FrameField>::Names kNames{
    "type",       "trade_id",      "side",          "size",     "price",
    "product_id", "sequence",      "time",          "best_bid", "best_bid_size",
    "best_ask",   "best_ask_size", "last_trade_id", "message",  "reason"};

constexpr Reason kUnknownSymbol = "product_id is that of no pair";

Reason read_level(const kit::Tokens<FrameField>& tokens, FrameField price_field,
                  FrameField size_field, Trade& level) {
    const auto read = [&](FrameField field, double high, double& into) {
        return !tokens.has(field) || (tokens.decimal(field, into) && within(into, 0.0, high));
    };
    const bool fits = read(price_field, kPriceMax, level.price) &&
                      read(size_field, kQuantityMax, level.size) &&
                      level.price * level.size <= kNotionalMax;
    return fits ? Reason() : "a best price or its size is no decimal or out of bounds";
}

}  // namespace

void Decoder::take(const Product& product, const Trade& trade, const Frame& frame,
                   std::uint16_t flags, DecodeOut& out) {
    standings_.at(frame.connection, products_.number_of(product)).last_id = trade.id;
    write_trade(product, trade, {out, frame.receive_ts_ns, flags});
}

Decoded Decoder::decode(const Frame& frame, DecodeOut& out) {
    Trade trade;
    Name name;
    if (frame.text.size() <= kFrameBytesMax && read_match_fast(frame.text, name, trade)) {
        Product* product = products_.find(name);
        if (product != nullptr && check_trade(trade).empty()) [[likely]] {
            ++fast_count_;
            take(*product, trade, frame, 0, out);
            return Decoded::done();
        }
    }
    return decode_general(frame, out);
}

Decoded Decoder::decode_general(const Frame& frame, DecodeOut& out) {
    if (frame.text.size() > kFrameBytesMax) {
        return Decoded::rejected("frame is longer than 1 MiB");
    }
    ondemand::object object;
    Reason bad = json_.open_object(frame.text, object);
    if (bad.empty()) {
        bad = tokens_.read(object, kNames);
    }
    if (bad.empty() && !json_.at_end()) {
        bad = kit::kMoreFollows;
    }
    if (!bad.empty()) {
        return Decoded::rejected(bad);
    }
    const std::string_view type = tokens_.text(FrameField::Type);
    if (type == "match") {
        return take_match(frame, 0, out);
    }
    if (type == "ticker") {
        return take_ticker(frame, out);
    }
    if (type == "heartbeat") {
        return take_heartbeat(frame, out);
    }
    if (type == "last_match") {  // sent after each subscription: history, not live flow
        return take_match(frame, PETREL_FLAG_LATE, out);
    }
    if (type == "subscriptions") {
        return take_subscriptions(frame, out);
    }
    if (type == "error") {
        std::string text(tokens_.text(FrameField::Message).substr(0, kNoticeLengthMax));
        const bool subscribing = text == "Failed to subscribe";
        text.append(": ").append(tokens_.text(FrameField::Detail).substr(0, kNoticeLengthMax));
        out.notice(subscribing ? PETREL_NOTICE_SUBSCRIBE_FAIL : PETREL_NOTICE_VENUE_ERROR, text);
        return Decoded::done();
    }
    return Decoded::ignored();
}

Decoded Decoder::take_match(const Frame& frame, std::uint16_t flags, DecodeOut& out) {
    Trade trade;
    if (const Reason bad = read_trade(tokens_, trade); !bad.empty()) {
        return Decoded::rejected(bad);
    }
    Product* product = products_.find_or_announce(tokens_.text(FrameField::ProductId), out);
    if (product == nullptr) {
        return Decoded::rejected(kUnknownSymbol);
    }
    take(*product, trade, frame, flags, out);
    return Decoded::done();
}

Decoded Decoder::take_ticker(const Frame& frame, DecodeOut& out) {
    Trade bid;
    Trade ask;
    Reason bad = read_level(tokens_, FrameField::BestBid, FrameField::BestBidSize, bid);
    if (bad.empty()) {
        bad = read_level(tokens_, FrameField::BestAsk, FrameField::BestAskSize, ask);
    }
    std::uint64_t sequence = 0;
    const auto time_ns = kit::parse_iso_ns(tokens_.text(FrameField::Time));
    if (bad.empty() && !time_ns_fits(time_ns.value_or(0))) {
        bad = "time of a ticker is no time of 2009..2100";
    }
    if (bad.empty() && !tokens_.whole(FrameField::Sequence, sequence)) {
        bad = "sequence of a ticker is no whole number";
    }
    const Product* product =
        bad.empty() ? products_.find_or_announce(tokens_.text(FrameField::ProductId), out)
                    : nullptr;
    if (product == nullptr) {
        return Decoded::rejected(bad.empty() ? kUnknownSymbol : bad);
    }
    const auto push = [&](EventKind kind, Side side, const Trade& level) {
        if (level.price == 0.0) {
            return;  // that side of the book is empty
        }
        MarketEvent& e = out.push();
        e.kind = static_cast<std::uint8_t>(kind);
        e.side = static_cast<std::uint8_t>(side);
        e.instrument = product->handle;
        e.exchange_ts_ns = *time_ns;
        e.receive_ts_ns = frame.receive_ts_ns;
        e.price = level.price;
        e.quantity = level.size;
        e.notional_usd = level.price * level.size * product->usd_per_quote;
        e.id = sequence;
    };
    push(EventKind::BestBid, Side::Buy, bid);
    push(EventKind::BestAsk, Side::Sell, ask);
    return Decoded::done();
}

// A heartbeat names the last trade. One that has not come by the next heartbeat is lost; without
// this a loss would show itself with the next trade only. It is told once.
Decoded Decoder::take_heartbeat(const Frame& frame, DecodeOut& out) {
    std::uint64_t last_id = 0;
    if (!tokens_.whole(FrameField::LastTradeId, last_id)) {
        return Decoded::rejected("last_trade_id of a heartbeat is no whole number");
    }
    const std::string_view name = tokens_.text(FrameField::ProductId);
    Product* product = products_.find_or_announce(name, out);
    if (product == nullptr) {
        return Decoded::rejected(kUnknownSymbol);
    }
    Standing& standing = standings_.at(frame.connection, products_.number_of(*product));
    if (standing.last_id == 0) {
        return Decoded::done();  // nothing to compare with
    }
    if (standing.awaited_id > standing.last_id) {
        out.notice(PETREL_NOTICE_GAP, name);
        standing.last_id = standing.awaited_id;
    }
    standing.awaited_id = last_id > standing.last_id ? last_id : 0;
    return Decoded::done();
}

// All that is subscribed, after each request; one notice for each channel and product.
Decoded Decoder::take_subscriptions(const Frame& frame, DecodeOut& out) {
    constexpr Reason kBroken = "channels of the subscriptions are no list of names and products";
    if (!json_.open(frame.text)) {
        return Decoded::rejected(kBroken);
    }
    ondemand::array channels;
    if (json_.document["channels"].get_array().get(channels) != simdjson::SUCCESS) {
        return Decoded::rejected(kBroken);
    }
    std::size_t count = 0;
    for (auto item : channels) {
        ondemand::object channel;
        std::string_view name;
        ondemand::array products;
        if (item.get_object().get(channel) != simdjson::SUCCESS ||
            channel["name"].get_string().get(name) != simdjson::SUCCESS ||
            channel["product_ids"].get_array().get(products) != simdjson::SUCCESS) {
            return Decoded::rejected(kBroken);
        }
        const std::string prefix = std::string(name.substr(0, kNoticeLengthMax)) + ":";
        for (auto product : products) {
            std::string_view id;
            if (product.get_string().get(id) != simdjson::SUCCESS || ++count > kTopicsMax) {
                return Decoded::rejected(kBroken);
            }
            out.notice(PETREL_NOTICE_ACK, prefix + std::string(id.substr(0, kNoticeLengthMax)));
        }
    }
    return Decoded::done();
}

}  // namespace petrel::coinbase
