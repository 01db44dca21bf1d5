// The outer object of a frame; see parse.hpp. Keys are read in the order in which they stand, and
// the frame to its end before anything is written.
#include "parse.hpp"

#include <algorithm>
#include <utility>

#include "parse_fast.hpp"
#include "states.hpp"
#include "trades.hpp"

namespace petrel::deribit {
namespace {

constexpr std::size_t kTradesUsual = 1024;
constexpr std::size_t kNoticeLengthMax = 200;

enum class Content : std::uint8_t { Nothing, Trades, State, Heartbeat, Test };

// What the outer object says; texts lie in the frame.
struct Envelope {
    Content content = Content::Nothing;
    std::uint64_t id = 0;
    bool has_list = false;    // the answer to a subscribe message
    bool has_result = false;  // any other answer
    bool has_error = false;
    std::string_view error_code;
    std::string_view error_message;
};

}  // namespace

struct Decoder::Reader {
    kit::JsonReader json;
    std::string_view frame;
    std::vector<Trade> trades;
    std::vector<std::string_view> granted;
    State state;

    Reason read_outer(Envelope& envelope, ContractTable& contracts, DecodeOut& out);

private:
    Reason read_params(ondemand::value value, Envelope& envelope, ContractTable& contracts,
                       DecodeOut& out);
    Reason read_data(std::string_view channel, ondemand::value data, Envelope& envelope,
                     ContractTable& contracts, DecodeOut& out);
    Reason read_result(ondemand::value value, Envelope& envelope);
};

namespace {

// {"code":10028,"message":"too_many_requests","data":{...}}
Reason read_error(ondemand::value value, Envelope& envelope) {
    ondemand::object fields;
    envelope.has_error = true;
    if (value.get_object().get(fields) != simdjson::SUCCESS) {
        return kit::kWrongType;
    }
    for (auto result : fields) {
        ondemand::field field;
        if (std::move(result).get(field) != simdjson::SUCCESS) {
            return kit::kNotJson;
        }
        if (field.key() == "code") {
            envelope.error_code = kit::token_of(field.value());
        } else if (field.key() == "message" &&
                   !kit::read_text(kit::token_of(field.value()), envelope.error_message)) {
            return kit::kWrongType;
        }
    }
    return {};
}

Decoded take_error(const Envelope& envelope, const Asked& asked, DecodeOut& out) {
    const bool subscribe = asked.find(envelope.id) != nullptr;
    std::string text(envelope.error_code.substr(0, kNoticeLengthMax));
    text.append(" ").append(envelope.error_message.substr(0, kNoticeLengthMax));
    out.notice(subscribe ? PETREL_NOTICE_SUBSCRIBE_FAIL : PETREL_NOTICE_VENUE_ERROR, text,
               envelope.id);
    return Decoded::done();
}

// The answer to a subscribe message names the channels that were granted.
Decoded take_granted(const Envelope& envelope, const std::vector<std::string_view>& granted,
                     const Asked& asked, DecodeOut& out) {
    for (const std::string_view channel : granted) {
        out.notice(PETREL_NOTICE_ACK, channel.substr(0, kNoticeLengthMax), envelope.id);
    }
    if (const std::vector<std::string>* wanted = asked.find(envelope.id); wanted != nullptr) {
        for (const std::string& channel : *wanted) {
            if (std::ranges::find(granted, channel) == granted.end()) {
                out.notice(PETREL_NOTICE_SUBSCRIBE_FAIL, channel + ": left out of the answer",
                           envelope.id);
            }
        }
    }
    return Decoded::done();
}

}  // namespace

Reason Decoder::Reader::read_data(std::string_view channel, ondemand::value data,
                                  Envelope& envelope, ContractTable& contracts, DecodeOut& out) {
    if (channel.starts_with("trades.")) {
        ondemand::array list;
        envelope.content = Content::Trades;
        return data.get_array().get(list) == simdjson::SUCCESS
                   ? read_trades(list, frame, contracts, trades, out)
                   : "data of trades is no list";
    }
    const bool ticker = channel.starts_with("ticker.");
    if (!ticker && !channel.starts_with("quote.")) {
        return {};
    }
    ondemand::object fields;
    envelope.content = Content::State;
    return data.get_object().get(fields) == simdjson::SUCCESS
               ? read_state(fields, ticker ? StateKind::Ticker : StateKind::Quote, state)
               : "data of a ticker or quote is no object";
}

Reason Decoder::Reader::read_params(ondemand::value value, Envelope& envelope,
                                    ContractTable& contracts, DecodeOut& out) {
    ondemand::object params;
    if (value.get_object().get(params) != simdjson::SUCCESS) {
        return kit::kWrongType;
    }
    if (envelope.content != Content::Nothing) {
        return "frame has params twice";
    }
    ondemand::value found;
    if (params["channel"].get(found) != simdjson::SUCCESS) {
        const bool heartbeat = params["type"].get(found) == simdjson::SUCCESS;
        const bool asks = heartbeat && kit::token_of(found) == R"("test_request")";
        envelope.content = asks ? Content::Test : heartbeat ? Content::Heartbeat : Content::Nothing;
        return {};
    }
    std::string_view channel;
    if (!kit::read_text(kit::token_of(found), channel)) {
        return kit::kWrongType;
    }
    return params["data"].get(found) == simdjson::SUCCESS
               ? read_data(channel, found, envelope, contracts, out)
               : "notification has a channel but no data";
}

Reason Decoder::Reader::read_result(ondemand::value value, Envelope& envelope) {
    ondemand::array list;
    if (value.get_array().get(list) != simdjson::SUCCESS) {
        envelope.has_result = true;
        return {};
    }
    envelope.has_list = true;
    granted.clear();
    for (auto item : list) {
        ondemand::value channel;
        std::string_view text;
        if (std::move(item).get(channel) != simdjson::SUCCESS ||
            !kit::read_text(kit::token_of(channel), text)) {
            return "answer to a subscription is no list of texts";
        }
        granted.push_back(text);
    }
    return {};
}

Reason Decoder::Reader::read_outer(Envelope& envelope, ContractTable& contracts, DecodeOut& out) {
    ondemand::object outer;
    if (json.document.get_object().get(outer) != simdjson::SUCCESS) {
        return "frame is no JSON object";
    }
    for (auto result : outer) {
        ondemand::field field;
        if (std::move(result).get(field) != simdjson::SUCCESS) {
            return kit::kNotJson;
        }
        Reason bad;
        if (field.key() == "params") {
            bad = read_params(field.value(), envelope, contracts, out);
        } else if (field.key() == "result") {
            bad = read_result(field.value(), envelope);
        } else if (field.key() == "error") {
            bad = read_error(field.value(), envelope);
        } else if (field.key() == "id") {
            (void)kit::read_unsigned(kit::token_of(field.value()),
                                     envelope.id);  // null on some errors
        }
        if (!bad.empty()) {
            return bad;
        }
    }
    return json.at_end() ? Reason() : kit::kMoreFollows;
}

Decoder::Decoder() : reader_(std::make_unique<Reader>()) { reader_->trades.reserve(kTradesUsual); }
Decoder::~Decoder() = default;

Decoded Decoder::decode(const Frame& frame, DecodeOut& out) {
    Reader& reader = *reader_;
    reader.trades.clear();
    if (frame.text.size() <= kFrameBytesMax &&
        read_trades_fast(frame.text, contracts_, reader.trades)) [[likely]] {
        ++fast_count_;
        (void)write_trades(reader.trades, frame.receive_ts_ns, 0, out);
        return Decoded::done();
    }
    return decode_general(frame, out);
}

Decoded Decoder::decode_general(const Frame& frame, DecodeOut& out) {
    Reader& reader = *reader_;
    const std::string_view text = frame.text;
    if (text.size() > kFrameBytesMax) {
        return Decoded::rejected("frame is longer than 1 MiB");
    }
    if (!reader.json.open(text)) {
        return Decoded::rejected(kit::kNotJson);
    }
    reader.frame = text;
    reader.trades.clear();
    Envelope envelope;
    Reason bad = reader.read_outer(envelope, contracts_, out);
    if (!bad.empty()) {
        return Decoded::rejected(bad);
    }
    if (envelope.has_error) {
        return take_error(envelope, asked_, out);
    }
    if (envelope.has_list) {
        return take_granted(envelope, reader.granted, asked_, out);
    }
    if (envelope.content == Content::Test) {
        (void)out.send(kTestMessage);  // nobody listens while a recording is replayed
    }
    if (envelope.has_result || envelope.content == Content::Heartbeat ||
        envelope.content == Content::Test) {
        out.notice(PETREL_NOTICE_PONG, {}, envelope.id);
        return Decoded::done();
    }
    if (envelope.content == Content::Trades) {
        return write_trades(reader.trades, frame.receive_ts_ns, 0, out) != 0 ? Decoded::done()
                                                                             : Decoded::ignored();
    }
    if (envelope.content == Content::Nothing) {
        return Decoded::ignored();
    }
    const Contract* contract = contract_of(reader.state.name, contracts_, out, bad);
    if (bad.empty() && contract != nullptr) {
        bad = check_state(reader.state, *contract);
    }
    if (!bad.empty()) {
        return Decoded::rejected(bad);
    }
    if (contract == nullptr) {
        return Decoded::ignored();
    }
    write_state(reader.state, *contract, frame.receive_ts_ns, out);
    return Decoded::done();
}

}  // namespace petrel::deribit
