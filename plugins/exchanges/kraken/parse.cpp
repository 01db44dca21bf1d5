// What kind of frame it is, and the trades in it; see parse.hpp.
#include "parse.hpp"

#include <algorithm>
#include <string>

#include "parse_fast.hpp"
#include "petrel/text_id.hpp"

namespace petrel::kraken {
namespace {

constexpr std::size_t kTradesUsual = 256;  // a snapshot brings 100
constexpr std::size_t kTradesMax = 8192;
constexpr std::size_t kNoticeLengthMax = 200;
constexpr std::size_t kProductsMax = 512;

constexpr Reason kUnknownSymbol = "product_id is that of no futures contract";

constexpr kit::Tokens<FrameField>::Names kFrameFields{"feed",
                                                      "product_id",
                                                      "uid",
                                                      "side",
                                                      "type",
                                                      "seq",
                                                      "time",
                                                      "qty",
                                                      "price",
                                                      "relative_funding_rate",
                                                      "next_funding_rate_time",
                                                      "bid",
                                                      "ask",
                                                      "bid_size",
                                                      "ask_size",
                                                      "index",
                                                      "openInterest",
                                                      "markPrice",
                                                      "trades",
                                                      "event",
                                                      "message",
                                                      "product_ids"};

Reason read_trade(const kit::Tokens<FrameField>& tokens, Trade& trade) {
    if (!tokens.whole(FrameField::Seq, trade.seq) || trade.seq == 0 ||
        !tokens.whole(FrameField::Time, trade.time_ms)) {
        return "seq or time of a trade is no whole number";
    }
    if (!tokens.number(FrameField::Price, trade.price) ||
        !tokens.number(FrameField::Quantity, trade.quantity)) {
        return "price or qty of a trade is no number";
    }
    if (!read_side(tokens.text(FrameField::Side), trade.side)) {
        return "side of a trade is neither buy nor sell";
    }
    trade.uid = tokens.text(FrameField::Uid);
    const std::string_view type = tokens.text(FrameField::Type);
    trade.liquidation = type == "liquidation";
    return trade.uid.empty() || type.empty() ? "uid or type of a trade is no text" : Reason();
}

// Takes note of a hole before this trade. Live trades also follow a counter that starts again; one
// that is not far behind is the copy of a slower socket.
void follow(Contract& contract, const Trade& trade, bool live) {
    constexpr std::uint64_t kBehindMax = 10'000;
    live = live && trade.seq + kBehindMax < contract.last_seq;
    if (contract.last_seq != 0 && trade.seq > contract.last_seq + 1) {
        contract.behind[contract.holes % contract.behind.size()] = {trade.seq, text_id(trade.uid),
                                                                    trade.time_ms};
        ++contract.holes;
    }
    contract.last_seq = live ? trade.seq : std::max(contract.last_seq, trade.seq);
}

}  // namespace

Decoder::Decoder() { trades_.reserve(kTradesUsual); }

Decoded Decoder::decode(const Frame& frame, DecodeOut& out) {
    Trade trade;
    Name name;
    if (frame.text.size() <= kFrameBytesMax && read_trade_fast(frame.text, name, trade)) {
        Contract* contract = contracts_.find(name);
        if (contract != nullptr && check_trade(*contract, trade).empty()) [[likely]] {
            ++fast_count_;
            follow(*contract, trade, true);
            write_trade(*contract, trade, {out, frame.receive_ts_ns, 0});
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
        bad = tokens_.read(object, kFrameFields);
    }
    if (bad.empty() && !json_.at_end()) {
        bad = kit::kMoreFollows;
    }
    if (!bad.empty()) {
        return Decoded::rejected(bad);
    }
    if (tokens_.has(FrameField::Event)) {
        return take_control(frame, out);
    }
    const std::string_view feed = tokens_.text(FrameField::Feed);
    if (feed == "trade") {
        return take_trade(frame, out);
    }
    if (feed == "ticker") {
        const Contract* contract =
            contracts_.find_or_announce(tokens_.text(FrameField::Product), out);
        return contract != nullptr ? write_ticker(tokens_, *contract, frame.receive_ts_ns, out)
                                   : Decoded::rejected(kUnknownSymbol);
    }
    if (feed == "trade_snapshot") {
        return take_snapshot(frame, out);
    }
    if (feed == "heartbeat") {
        out.notice(PETREL_NOTICE_PONG, {});
        return Decoded::done();
    }
    return Decoded::ignored();
}

Decoded Decoder::take_trade(const Frame& frame, DecodeOut& out) {
    Trade trade;
    if (const Reason bad = read_trade(tokens_, trade); !bad.empty()) {
        return Decoded::rejected(bad);
    }
    Contract* contract = contracts_.find_or_announce(tokens_.text(FrameField::Product), out);
    if (contract == nullptr) {
        return Decoded::rejected(kUnknownSymbol);
    }
    if (const Reason bad = check_trade(*contract, trade); !bad.empty()) {
        return Decoded::rejected(bad);
    }
    follow(*contract, trade, true);
    write_trade(*contract, trade, {out, frame.receive_ts_ns, 0});
    return Decoded::done();
}

// The latest trades, newest first, sent after each subscription: history, not live flow.
Decoded Decoder::take_snapshot(const Frame& frame, DecodeOut& out) {
    const std::string_view product = tokens_.text(FrameField::Product);
    Contract* contract = contracts_.find_or_announce(product, out);
    if (contract == nullptr) {
        return Decoded::rejected(kUnknownSymbol);
    }
    if (!json_.open(frame.text)) {
        return Decoded::rejected(kit::kNotJson);
    }
    ondemand::array rows;
    if (json_.document["trades"].get_array().get(rows) != simdjson::SUCCESS) {
        return Decoded::rejected("trades of a snapshot are no list");
    }
    trades_.clear();
    for (auto item : rows) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS) {
            return Decoded::rejected("a trade of a snapshot is no object");
        }
        if (trades_.size() == kTradesMax) {
            return Decoded::rejected("snapshot has more than 8192 trades");
        }
        Trade& trade = trades_.emplace_back();
        Reason bad = row_.read(object, kFrameFields);
        if (bad.empty() && row_.text(FrameField::Product) != product) {
            bad = "a trade of a snapshot is of another product";
        }
        if (bad.empty()) {
            bad = read_trade(row_, trade);
        }
        if (bad.empty()) {
            bad = check_trade(*contract, trade);
        }
        if (!bad.empty()) {
            return Decoded::rejected(bad);
        }
    }
    if (trades_.size() > 1 && trades_.front().seq > trades_.back().seq) {
        std::reverse(trades_.begin(), trades_.end());
    }
    for (const Trade& trade : trades_) {
        follow(*contract, trade, false);
        write_trade(*contract, trade, {out, frame.receive_ts_ns, PETREL_FLAG_LATE});
    }
    return Decoded::done();
}

// An answer to something we sent; one notice for each product that it names.
Decoded Decoder::take_control(const Frame& frame, DecodeOut& out) {
    const std::string_view event = tokens_.text(FrameField::Event);
    if (event == "error" || event == "alert") {
        out.notice(PETREL_NOTICE_VENUE_ERROR,
                   tokens_.text(FrameField::Message).substr(0, kNoticeLengthMax));
        return Decoded::done();
    }
    const bool accepted = event == "subscribed";
    if (!accepted && event != "subscribed_failed") {
        return Decoded::ignored();
    }
    const std::uint32_t type = accepted ? PETREL_NOTICE_ACK : PETREL_NOTICE_SUBSCRIBE_FAIL;
    std::string topic(tokens_.text(FrameField::Feed).substr(0, kNoticeLengthMax));
    if (!tokens_.has(FrameField::Products)) {
        out.notice(type, topic);
        return Decoded::done();
    }
    const std::size_t feed_length = topic.size();
    if (!json_.open(frame.text)) {
        return Decoded::rejected(kit::kNotJson);
    }
    ondemand::array products;
    if (json_.document["product_ids"].get_array().get(products) != simdjson::SUCCESS) {
        return Decoded::rejected("product_ids are no list");
    }
    std::size_t count = 0;
    for (auto item : products) {
        std::string_view product;
        if (item.get_string().get(product) != simdjson::SUCCESS || ++count > kProductsMax) {
            return Decoded::rejected("product_ids are not 512 texts at most");
        }
        topic.resize(feed_length);
        topic.append(":").append(product.substr(0, kNoticeLengthMax));
        out.notice(type, topic);
    }
    return Decoded::done();
}

}  // namespace petrel::kraken
