// Envelope, messages of control, and which channel goes where; see parse.hpp.
#include "parse.hpp"

#include <string>

#include "channels.hpp"
#include "parse_fast.hpp"
#include "trades.hpp"

namespace petrel::okx {
namespace {

constexpr Reason kNotJson = "frame is no valid JSON object";
constexpr Reason kCutOff = "frame is cut off";
constexpr Reason kUnlisted = "instrument of the frame is none that discovery has listed";
constexpr std::size_t kNoticeLengthMax = 200;

enum class Channel : std::uint8_t {
    None,
    Trades,
    Liquidations,
    MarkPrice,
    Funding,
    OpenInterest,
    BestPrices
};

Channel channel_named(std::string_view name) {
    return name == "trades"               ? Channel::Trades
           : name == "bbo-tbt"            ? Channel::BestPrices
           : name == "mark-price"         ? Channel::MarkPrice
           : name == "liquidation-orders" ? Channel::Liquidations
           : name == "open-interest"      ? Channel::OpenInterest
           : name == "funding-rate"       ? Channel::Funding
                                          : Channel::None;
}

StateChannel state_channel(Channel channel) {
    return channel == Channel::MarkPrice      ? StateChannel::MarkPrice
           : channel == Channel::Funding      ? StateChannel::Funding
           : channel == Channel::OpenInterest ? StateChannel::OpenInterest
                                              : StateChannel::BestPrices;
}

// The topic of an acknowledgement, as plans name it.
std::string topic_of(kit::JsonReader& json) {
    ondemand::object arg;
    std::string_view channel;
    std::string_view of;
    if (!json.object_under("arg", arg) ||
        arg["channel"].get_string().get(channel) != simdjson::SUCCESS) {
        return {};
    }
    if (arg["instId"].get_string().get(of) != simdjson::SUCCESS &&
        (!json.readable() || arg["instType"].get_string().get(of) != simdjson::SUCCESS)) {
        of = {};
    }
    return std::string(channel.substr(0, kNoticeLengthMax)) + ":" +
           std::string(of.substr(0, kNoticeLengthMax));
}

Decoded take_control(kit::JsonReader& json, DecodeOut& out) {
    const std::string_view event = json.text_or_empty("event");
    const std::uint64_t request = parse_unsigned(json.text_or_empty("id")).value_or(0);
    if (event == "subscribe") {
        out.notice(PETREL_NOTICE_ACK, topic_of(json), request);
        return Decoded::done();
    }
    const bool refused = event == "error" || event == "channel-conn-count-error";
    if (!refused && event != "notice") {
        return json.readable() ? Decoded::ignored() : Decoded::rejected(kNotJson);
    }
    constexpr std::string_view kClosingSoon = "64008";
    const std::string_view code = json.text_or_empty("code");
    const std::string text = std::string(code.substr(0, 16)) + ": " +
                             std::string(json.text_or_empty("msg").substr(0, kNoticeLengthMax));
    out.notice(refused                ? PETREL_NOTICE_SUBSCRIBE_FAIL
               : code == kClosingSoon ? PETREL_NOTICE_RECONNECT
                                      : PETREL_NOTICE_VENUE_ERROR,
               text, request);
    return Decoded::done();
}

}  // namespace

struct Decoder::State {
    static constexpr std::size_t kEventsUsual = 1024;

    kit::JsonReader json;
    kit::Events events;
    std::vector<bool> history_is_through;  // by connection: its first liquidations have come

    State() { events.reserve(kEventsUsual); }

    bool take_history(std::uint32_t connection) {
        if (connection >= history_is_through.size()) {
            history_is_through.resize(std::size_t{connection} + 1);
        }
        const bool first = !history_is_through[connection];
        history_is_through[connection] = true;
        return first;
    }
};

Decoder::Decoder() : state_(std::make_unique<State>()) {}
Decoder::~Decoder() = default;

void Decoder::forget(std::uint32_t connection) {
    if (connection < state_->history_is_through.size()) {
        state_->history_is_through[connection] = false;
    }
}

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
    ondemand::object arg;
    ondemand::array rows;
    std::string_view channel_name;
    std::string_view native;
    const bool has_arg = outer["arg"].get_object().get(arg) == simdjson::SUCCESS;
    if (has_arg) {
        kit::Row row(arg, end);
        (void)row.text("channel", channel_name);
        (void)(state_->json.readable() && row.text("instId", native));
    }
    if (!state_->json.readable()) {
        return Decoded::rejected(kNotJson);
    }
    const auto error = outer["data"].get_array().get(rows);
    if (error == simdjson::NO_SUCH_FIELD) {
        document.rewind();
        return take_control(state_->json, out);
    }
    if (error != simdjson::SUCCESS) {
        return Decoded::rejected("data of the frame is no list or is cut off");
    }
    const Channel channel = channel_named(channel_name);
    if (channel == Channel::None) {
        return Decoded::ignored();
    }
    kit::Events& events = state_->events;
    events.clear();
    std::size_t unlisted = 0;
    Reason bad;
    if (channel == Channel::Liquidations) {
        bad = read_liquidations(rows, end, contracts_, events, unlisted);
    } else if (const Contract* contract = contracts_.find(Name::in_frame(native));
               contract == nullptr) {
        bad = kUnlisted;
    } else if (channel == Channel::Trades) {
        bad = read_trades(rows, end, *contract, events);
    } else {
        bad = read_states(rows, {state_channel(channel), native, *contract, end}, events);
    }
    if (!bad.empty() || !state_->json.stands_before(end)) {
        return Decoded::rejected(bad.empty() ? kCutOff : bad);
    }
    // The liquidations that come first are a replay of the recent past.
    const bool late = channel == Channel::Liquidations && state_->take_history(frame.connection);
    kit::hand_on(events, frame.receive_ts_ns, late ? PETREL_FLAG_LATE : 0U, out);
    return unlisted == 0 ? Decoded::done() : Decoded::rejected(kUnlisted);
}

}  // namespace petrel::okx
