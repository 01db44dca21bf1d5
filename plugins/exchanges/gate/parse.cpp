// Envelope, messages of control, and which channel goes where; see parse.hpp.
#include "parse.hpp"

#include <string>

#include "channels.hpp"
#include "liquidation_ids.hpp"
#include "parse_fast.hpp"

namespace petrel::gate {
namespace {

constexpr std::size_t kNoticeLengthMax = 200;
constexpr Reason kNotJson = "frame is no valid JSON object";
constexpr Reason kBadResult = "result of the frame is of another type or is cut off";

enum class Channel : std::uint8_t { None, Trades, Tickers, BookTicker, Liquidations };

Channel channel_named(std::string_view name) {
    return name == "futures.trades"              ? Channel::Trades
           : name == "futures.book_ticker"       ? Channel::BookTicker
           : name == "futures.tickers"           ? Channel::Tickers
           : name == "futures.public_liquidates" ? Channel::Liquidations
                                                 : Channel::None;
}

// What stands before the result of a frame.
struct Envelope {
    double time = 0;
    std::string_view channel;
    std::string_view event;
};

Decoded take_answer(ondemand::document& document, const Envelope& envelope, DecodeOut& out) {
    ondemand::object error;
    document.rewind();
    if (document["error"].get_object().get(error) != simdjson::SUCCESS) {
        out.notice(PETREL_NOTICE_ACK, envelope.channel);
        return Decoded::done();
    }
    std::string_view message;
    if (error["message"].get_string().get(message) != simdjson::SUCCESS) {
        message = "no reason given";
    }
    const std::string text =
        std::string(envelope.channel) + ": " + std::string(message.substr(0, kNoticeLengthMax));
    out.notice(PETREL_NOTICE_SUBSCRIBE_FAIL, text);
    return Decoded::done();
}

// A word of the venue to all: an upgrade closes the link soon.
Decoded take_system(ondemand::document& document, DecodeOut& out) {
    ondemand::object result;
    std::string_view type;
    document.rewind();
    if (document["result"].get_object().get(result) != simdjson::SUCCESS ||
        result["type"].get_string().get(type) != simdjson::SUCCESS) {
        return Decoded::ignored();
    }
    out.notice(type == "upgrade" ? PETREL_NOTICE_RECONNECT : PETREL_NOTICE_VENUE_ERROR,
               type.substr(0, kNoticeLengthMax));
    return Decoded::done();
}

Decoded take_control(ondemand::document& document, const Envelope& envelope, DecodeOut& out) {
    if (envelope.channel == "futures.pong") {
        out.notice(PETREL_NOTICE_PONG, {});
        return Decoded::done();
    }
    if (envelope.channel == "futures.system") {
        return take_system(document, out);
    }
    return envelope.event == "subscribe" ? take_answer(document, envelope, out)
                                         : Decoded::ignored();
}

// Since 20 August 2026 a list of all that happened in a cycle, before that one alone.
Reason read_liquidations(ondemand::value result, const char* end, ContractTable& contracts,
                         LiquidationSign sign, kit::Events& into) {
    ondemand::json_type type{};
    ondemand::object object;
    ondemand::array list;
    if (result.type().get(type) != simdjson::SUCCESS) {
        return kBadResult;
    }
    if (type == ondemand::json_type::object) {
        return result.get_object().get(object) == simdjson::SUCCESS
                   ? read_liquidation(object, end, contracts, sign, into)
                   : kBadResult;
    }
    if (result.get_array().get(list) != simdjson::SUCCESS) {
        return kBadResult;
    }
    for (auto item : list) {
        if (item.get_object().get(object) != simdjson::SUCCESS) {
            return "a row of the frame is no object";
        }
        const Reason bad = read_liquidation(object, end, contracts, sign, into);
        if (!bad.empty()) {
            return bad;
        }
    }
    return {};
}

}  // namespace

struct Decoder::State {
    static constexpr std::size_t kEventsUsual = 1024;

    kit::JsonReader json;
    kit::Events events;
    LiquidationIds liquidation_ids;

    State() { events.reserve(kEventsUsual); }

    Reason read_result(Channel channel, double time, ondemand::value result, std::string_view frame,
                       LiquidationSign sign, ContractTable& contracts, const Stream& stream) {
        const char* end = frame.data() + frame.size();
        if (channel == Channel::Liquidations) {
            return read_liquidations(result, end, contracts, sign, events);
        }
        if (channel == Channel::BookTicker) {
            ondemand::object object;
            return result.get_object().get(object) == simdjson::SUCCESS
                       ? read_best_prices(object, end, contracts, events)
                       : kBadResult;
        }
        ondemand::array list;
        if (result.get_array().get(list) != simdjson::SUCCESS) {
            return kBadResult;
        }
        if (channel == Channel::Tickers) {
            return read_tickers({list, end, contracts}, ms_of(time), events);
        }
        const bool has_internal = frame.find("is_internal") != std::string_view::npos;
        return read_trades({list, end, contracts, has_internal}, &stream, events);
    }
};

Decoder::Decoder(LiquidationSign sign) : sign_(sign), state_(std::make_unique<State>()) {}
Decoder::~Decoder() = default;

Decoded Decoder::decode(const Frame& frame, DecodeOut& out) {
    kit::Events& events = state_->events;
    events.clear();
    if (frame.text.size() <= kFrameBytesMax &&
        read_trades_fast(frame, contracts_, left_out_, events)) [[likely]] {
        ++fast_count_;
        kit::hand_on(events, frame.receive_ts_ns, 0, out);
        return Decoded::done();
    }
    return decode_general(frame, out);
}

Decoded Decoder::decode_general(const Frame& frame, DecodeOut& out) {
    if (frame.text.size() > kFrameBytesMax) {
        return Decoded::rejected("frame is longer than 1 MiB");
    }
    kit::JsonReader& json = state_->json;
    ondemand::object outer;
    if (!json.open(frame.text) || json.document.get_object().get(outer) != simdjson::SUCCESS) {
        return Decoded::rejected(kNotJson);
    }
    const char* end = frame.text.data() + frame.text.size();
    kit::Row row(outer, end);
    Envelope envelope;
    if (!row.number_or_none("time_ms", envelope.time)) {
        return Decoded::rejected("time of the frame is no number");
    }
    (void)row.text("channel", envelope.channel);
    (void)(json.readable() && row.text("event", envelope.event));
    if (!json.readable()) {
        return Decoded::rejected(kNotJson);
    }
    const Channel channel = channel_named(envelope.channel);
    const bool is_data = envelope.event == "update" || envelope.event == "all";
    if (channel == Channel::None || !is_data) {
        return take_control(json.document, envelope, out);
    }
    ondemand::value result;
    if (outer["result"].get(result) != simdjson::SUCCESS) {
        return Decoded::rejected(kBadResult);
    }
    state_->events.clear();
    const Reason bad = state_->read_result(channel, envelope.time, result, frame.text, sign_,
                                           contracts_, {left_out_, frame.connection});
    // Looking for a field that cannot be there walks to the end of the frame.
    const bool whole = bad.empty() && json.stands_before(end) &&
                       outer.find_field("\n").error() == simdjson::NO_SUCH_FIELD;
    if (!whole) {
        return Decoded::rejected(bad.empty() ? "frame is cut off" : bad);
    }
    if (channel == Channel::Liquidations) {
        state_->liquidation_ids.give(state_->events);
    }
    kit::hand_on(state_->events, frame.receive_ts_ns, 0, out);
    return Decoded::done();
}

}  // namespace petrel::gate
