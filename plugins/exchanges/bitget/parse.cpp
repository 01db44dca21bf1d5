// Envelope, messages of control, and which channel goes where; see parse.hpp.
#include "parse.hpp"

#include <string>

#include "channels.hpp"
#include "parse_fast.hpp"

namespace petrel::bitget {
namespace {

constexpr Reason kUnknown = "contract of the frame is not listed and its name does not tell it";
constexpr Reason kNotJson = "frame is no valid JSON object";
constexpr std::size_t kNoticeLengthMax = 200;

enum class Channel : std::uint8_t { None, Trade, Ticker, Books1, Liquidation };

Channel channel_named(std::string_view name, bool v3) {
    if (v3) {
        return name == "liquidation" ? Channel::Liquidation : Channel::None;
    }
    return name == "trade"    ? Channel::Trade
           : name == "books1" ? Channel::Books1
           : name == "ticker" ? Channel::Ticker
                              : Channel::None;
}

// That text of an object of the document; empty when there is none.
std::string_view text_under(kit::JsonReader& json, ondemand::object& object, std::string_view key) {
    std::string_view text;
    const bool found = json.readable() && object[key].get_string().get(text) == simdjson::SUCCESS;
    return found ? text : std::string_view();
}

// The topic of an answer, as plans name it: "trade:BTCUSDT", "liquidation:usdt-futures".
std::string topic_of(kit::JsonReader& json) {
    ondemand::object arg;
    if (!json.object_under("arg", arg)) {
        return {};
    }
    std::string_view channel = text_under(json, arg, "channel");
    std::string_view of = text_under(json, arg, "instId");
    if (channel.empty()) {
        channel = text_under(json, arg, "topic");
        of = text_under(json, arg, "instType");
    }
    return std::string(channel.substr(0, kNoticeLengthMax)) + ":" +
           std::string(of.substr(0, kNoticeLengthMax));
}

Decoded take_control(kit::JsonReader& json, DecodeOut& out) {
    const std::string_view event = json.text_or_empty("event");
    if (event == "subscribe") {
        out.notice(PETREL_NOTICE_ACK, topic_of(json));
        return Decoded::done();
    }
    if (event != "error") {
        return json.readable() ? Decoded::ignored() : Decoded::rejected(kNotJson);
    }
    std::string text = topic_of(json);
    const std::string_view message = json.text_or_empty("msg");
    text.append(text.empty() ? "" : ": ")
        .append(message.empty() ? "no reason given" : message.substr(0, kNoticeLengthMax));
    out.notice(PETREL_NOTICE_SUBSCRIBE_FAIL, text);
    return Decoded::done();
}

// What stands before the data of a frame.
struct Envelope {
    std::string_view channel;
    std::string_view native;
    bool snapshot = false;
    bool v3 = false;
};

Envelope read_envelope(kit::JsonReader& json, ondemand::object& outer, const char* end) {
    Envelope envelope;
    std::string_view action;
    envelope.snapshot = kit::Row(outer, end).text("action", action) && action == "snapshot";
    ondemand::object arg;
    if (json.readable() && outer["arg"].get_object().get(arg) == simdjson::SUCCESS) {
        kit::Row row(arg, end);
        envelope.v3 = !row.text("channel", envelope.channel);
        (void)(!json.readable() ? false
               : envelope.v3    ? row.text("topic", envelope.channel)
                                : row.text("instId", envelope.native));
    }
    return envelope;
}

}  // namespace

struct Decoder::State {
    static constexpr std::size_t kEventsUsual = 1024;

    kit::JsonReader json;
    kit::Events events;

    State() { events.reserve(kEventsUsual); }
};

Decoder::Decoder() : state_(std::make_unique<State>()) {}
Decoder::~Decoder() = default;

Decoded Decoder::decode(const Frame& frame, DecodeOut& out) {
    kit::Events& events = state_->events;
    events.clear();
    if (frame.text.size() <= kFrameBytesMax && read_trades_fast(frame.text, contracts_, events))
        [[likely]] {
        ++fast_count_;
        kit::hand_on(events, frame.receive_ts_ns, 0, out);
        return Decoded::done();
    }
    return decode_general(frame, out);
}

Decoded Decoder::decode_general(const Frame& frame, DecodeOut& out) {
    if (frame.text == "pong") {
        out.notice(PETREL_NOTICE_PONG, {});
        return Decoded::done();
    }
    if (frame.text.size() > kFrameBytesMax) {
        return Decoded::rejected("frame is longer than 1 MiB");
    }
    ondemand::document& document = state_->json.document;
    ondemand::object outer;
    if (!state_->json.open(frame.text) || document.get_object().get(outer) != simdjson::SUCCESS) {
        return Decoded::rejected(kNotJson);
    }
    const char* end = frame.text.data() + frame.text.size();
    const Envelope envelope = read_envelope(state_->json, outer, end);
    if (!state_->json.readable()) {
        return Decoded::rejected(kNotJson);
    }
    Rows rows{{}, end};
    const auto error = outer["data"].get_array().get(rows.list);
    if (error == simdjson::NO_SUCH_FIELD) {
        document.rewind();
        return take_control(state_->json, out);
    }
    if (error != simdjson::SUCCESS) {
        return Decoded::rejected("data of the frame is no list or is cut off");
    }
    const Channel channel = channel_named(envelope.channel, envelope.v3);
    if (channel == Channel::None) {
        return Decoded::ignored();
    }
    kit::Events& events = state_->events;
    events.clear();
    std::size_t unknown = 0;
    Reason bad;
    if (channel == Channel::Liquidation) {
        bad = read_liquidations(rows, contracts_, out, events, unknown);
    } else if (const Contract* contract = contract_named(envelope.native, contracts_, out);
               contract == nullptr) {
        bad = kUnknown;
    } else if (channel == Channel::Trade) {
        bad = read_trades(rows, *contract, events);
    } else if (channel == Channel::Ticker) {
        bad = read_ticker(rows, *contract, events);
    } else {
        bad = read_best_prices(rows, *contract, events);
    }
    if (!bad.empty() || !state_->json.stands_before(end)) {
        return Decoded::rejected(bad.empty() ? "frame is cut off" : bad);
    }
    // A snapshot of trades or liquidations is what happened before; one of a state is how it is.
    const bool flow = channel == Channel::Trade || channel == Channel::Liquidation;
    kit::hand_on(events, frame.receive_ts_ns, flow && envelope.snapshot ? PETREL_FLAG_LATE : 0U,
                 out);
    return unknown == 0 ? Decoded::done() : Decoded::rejected(kUnknown);
}

}  // namespace petrel::bitget
