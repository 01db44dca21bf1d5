// The outer object of a frame and messages of control; see parse_slow.hpp. One pass over the frame,
// a second one only when `data` stands before `topic`.
#include "parse_slow.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "slow_data.hpp"
#include "symbols.hpp"

namespace petrel::bybit {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kTopicLengthMax = 64;
constexpr std::size_t kFirstCapacity = std::size_t{64} << 10U;
constexpr std::size_t kNoticeLengthMax = 200;

enum class Success : std::uint8_t { Unsaid, Yes, No };
enum class FrameType : std::uint8_t { Other, Snapshot, Delta };

// The outer object. Its texts live in the parser until the next frame; the topic is copied, as a
// second pass would overwrite it.
struct Envelope {
    std::array<char, kTopicLengthMax> topic_text{};
    std::size_t topic_length = 0;
    std::uint64_t ts = 0;
    std::uint64_t cts = 0;
    std::string_view op;
    std::string_view message;
    std::string_view request_id;
    Success success = Success::Unsaid;
    FrameType type = FrameType::Other;
    bool has_topic = false;
    bool has_data = false;
    bool data_came_first = false;

    [[nodiscard]] Topic topic() const { return split_topic({topic_text.data(), topic_length}); }
};

Reason read_text(ondemand::field& field, std::string_view& into) {
    return field.value().get_string().get(into) == simdjson::SUCCESS ? Reason() : kWrongType;
}
Reason read_whole(ondemand::field& field, std::uint64_t& into) {
    return field.value().get_uint64().get(into) == simdjson::SUCCESS ? Reason() : kWrongType;
}

Reason read_topic(ondemand::field& field, Envelope& envelope) {
    std::string_view text;
    if (envelope.has_topic) {
        return "frame has two topics";
    }
    envelope.has_topic = true;
    const Reason bad = read_text(field, text);
    // A topic that is too long is of no symbol of ours; the cut text still says so.
    envelope.topic_length = std::min(text.size(), kTopicLengthMax);
    std::copy_n(text.data(), envelope.topic_length, envelope.topic_text.data());
    return bad;
}

Reason read_outer_data(ondemand::field& field, Envelope& envelope, Content& content) {
    if (envelope.has_data) {
        return "frame has data twice";
    }
    envelope.has_data = true;
    envelope.data_came_first = !envelope.has_topic;
    return envelope.has_topic ? read_data(field.value(), envelope.topic(), content) : Reason();
}

Reason read_type(ondemand::field& field, Envelope& envelope) {
    std::string_view text;
    const Reason bad = read_text(field, text);
    envelope.type = text == "snapshot" ? FrameType::Snapshot
                    : text == "delta"  ? FrameType::Delta
                                       : FrameType::Other;
    return bad;
}

Reason read_success(ondemand::field& field, Envelope& envelope) {
    bool yes = false;
    if (field.value().get_bool().get(yes) != simdjson::SUCCESS) {
        return kWrongType;
    }
    envelope.success = yes ? Success::Yes : Success::No;
    return {};
}

Reason read_outer_field(ondemand::field& field, Envelope& envelope, Content& content) {
    const auto key = field.key();
    if (key == "topic") {
        return read_topic(field, envelope);
    }
    if (key == "data") {
        return read_outer_data(field, envelope, content);
    }
    if (key == "type") {
        return read_type(field, envelope);
    }
    if (key == "ts") {
        return read_whole(field, envelope.ts);
    }
    if (key == "cts") {
        return read_whole(field, envelope.cts);
    }
    if (key == "op") {
        return read_text(field, envelope.op);
    }
    if (key == "ret_msg") {
        return read_text(field, envelope.message);
    }
    if (key == "req_id") {
        return read_text(field, envelope.request_id);
    }
    return key == "success" ? read_success(field, envelope) : Reason();
}

Reason read_outer(ondemand::document& document, Envelope& envelope, Content& content) {
    ondemand::object outer;
    if (document.get_object().get(outer) != simdjson::SUCCESS) {
        return "frame is no JSON object";
    }
    for (auto result : outer) {
        ondemand::field field;
        if (std::move(result).get(field) != simdjson::SUCCESS) {
            return kNotJson;
        }
        if (const Reason bad = read_outer_field(field, envelope, content); !bad.empty()) {
            return bad;
        }
    }
    const char* rest = nullptr;
    return document.current_location().get(rest) == simdjson::SUCCESS
               ? "something follows the JSON object"
               : Reason();
}

// `data` stood before `topic`: now that the topic is known, read it.
Reason read_postponed(ondemand::document& document, const Envelope& envelope, Content& content) {
    document.rewind();
    ondemand::value data;
    return document["data"].get(data) == simdjson::SUCCESS
               ? read_data(data, envelope.topic(), content)
               : kNotJson;
}

// An answer to something we sent. A pong says "op":"ping" here, "op":"pong" on other paths.
Decoded take_control(const Envelope& envelope, DecodeOut& out) {
    if (envelope.op == "pong" || envelope.message == "pong") {
        out.notice(PETREL_NOTICE_PONG, {});
        return Decoded::done();
    }
    std::uint64_t reference = 0;  // stays 0 for an id that is no number
    const std::string_view id = envelope.request_id;
    (void)std::from_chars(id.data(), id.data() + id.size(), reference);
    const std::string_view message = envelope.message.substr(0, kNoticeLengthMax);
    const bool subscribe = envelope.op == "subscribe";
    if (envelope.success == Success::No) {
        out.notice(subscribe ? PETREL_NOTICE_SUBSCRIBE_FAIL : PETREL_NOTICE_VENUE_ERROR, message,
                   reference);
        return Decoded::done();
    }
    if (subscribe && envelope.success == Success::Yes) {
        out.notice(PETREL_NOTICE_ACK, {}, reference);
        return Decoded::done();
    }
    return Decoded::ignored();
}

// The contract of the topic, announced to the host when it was not met before.
Contract* contract_of(std::string_view symbol, ContractTable& contracts, DecodeOut& out) {
    if (Contract* known = contracts.find(symbol); known != nullptr) {
        return known;
    }
    const std::optional<Instrument> instrument = instrument_of(symbol);
    return instrument ? contracts.announce(*instrument, out) : nullptr;
}

Reason check_frame(const Envelope& envelope, Channel channel) {
    if (!envelope.has_data) {
        return "frame has a topic but no data";
    }
    if (channel == Channel::Ticker && envelope.type == FrameType::Other) {
        return "ticker is neither snapshot nor delta";
    }
    return {};
}

}  // namespace

struct SlowReader::Parser {
    ondemand::parser parser;
};

SlowReader::SlowReader() : parser_(std::make_unique<Parser>()) {}
SlowReader::~SlowReader() = default;

Decoded SlowReader::read(std::string_view frame, ContractTable& contracts, Content& content,
                         DecodeOut& out) {
    ondemand::parser& parser = parser_->parser;
    if (parser.capacity() < frame.size()) {  // by doubling, so that it soon stops growing
        const std::size_t capacity = std::max(kFirstCapacity, std::bit_ceil(frame.size()));
        if (parser.allocate(capacity) != simdjson::SUCCESS) {
            return Decoded::rejected("no memory to read a frame of this length");
        }
    }
    ondemand::document document;
    const std::size_t readable = frame.size() + PETREL_FRAME_PADDING;
    if (parser.iterate(frame.data(), frame.size(), readable).get(document) != simdjson::SUCCESS) {
        return Decoded::rejected(kNotJson);
    }
    Envelope envelope;
    Reason bad = read_outer(document, envelope, content);
    if (bad.empty() && !envelope.has_topic) {
        return take_control(envelope, out);
    }
    const Topic topic = envelope.topic();
    if (bad.empty() && topic.channel == Channel::None) {
        return Decoded::ignored();
    }
    if (bad.empty()) {
        bad = check_frame(envelope, topic.channel);
    }
    if (bad.empty() && envelope.data_came_first) {
        bad = read_postponed(document, envelope, content);
    }
    if (!bad.empty()) {
        return Decoded::rejected(bad);
    }
    content.channel = topic.channel;
    content.update = envelope.type == FrameType::Snapshot ? Update::Snapshot : Update::Delta;
    content.time_ms =
        topic.channel == Channel::Book && envelope.cts != 0 ? envelope.cts : envelope.ts;
    content.contract = contract_of(topic.symbol, contracts, out);
    return content.contract != nullptr
               ? Decoded::done()
               : Decoded::rejected("symbol of the topic is that of no linear contract");
}

}  // namespace petrel::bybit
