// The outer object of a frame and messages of control; see parse.hpp. One pass, a second one only
// when `data` stands before `table` and `action`.
#include "parse.hpp"

#include <algorithm>
#include <bit>

namespace petrel::bitmex {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kFirstCapacity = std::size_t{64} << 10U;
constexpr std::size_t kNoticeLengthMax = 200;

constexpr Tokens<OuterField>::Names kOuterFields{"table", "action", "success", "subscribe",
                                                 "error"};

Table table_of(std::string_view name) {
    return name == "trade"         ? Table::Trade
           : name == "quote"       ? Table::Quote
           : name == "instrument"  ? Table::Instrument
           : name == "liquidation" ? Table::Liquidation
                                   : Table::None;
}

Action action_of(std::string_view name) {
    return name == "insert"    ? Action::Insert
           : name == "update"  ? Action::Update
           : name == "partial" ? Action::Partial
                               : Action::Other;
}

// Rows that say something to us. Of flows only what is added counts: a liquidation that is updated
// or deleted was counted when it was inserted.
bool is_wanted(Table table, Action action) {
    return table != Table::None && action != Action::Other &&
           (table == Table::Instrument || action != Action::Update);
}

}  // namespace

void Decoder::take_head(const Frame& frame) {
    context_.table = table_of(outer_.text(OuterField::Table));
    context_.action = action_of(outer_.text(OuterField::Action));
    context_.connection = frame.connection;
    context_.receive_ts_ns = frame.receive_ts_ns;
    const bool flow = context_.table == Table::Trade || context_.table == Table::Liquidation;
    context_.flags = flow && context_.action == Action::Partial ? PETREL_FLAG_LATE : 0;
}

Reason Decoder::read_rows(ondemand::value data, const Frame& frame, DecodeOut& out) {
    take_head(frame);
    if (!is_wanted(context_.table, context_.action)) {
        return {};
    }
    ondemand::array list;
    if (data.get_array().get(list) != simdjson::SUCCESS) {
        return "data of a table is no list";
    }
    for (auto item : list) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS) {
            return "a row is no object";
        }
        if (const Reason bad = rows_.read(object, context_, contracts_, out); !bad.empty()) {
            return bad;
        }
    }
    return {};
}

Reason Decoder::read_outer(ondemand::object object, const Frame& frame, DecodeOut& out) {
    for (auto result : object) {
        ondemand::field field;
        if (std::move(result).get(field) != simdjson::SUCCESS) {
            return kNotJson;
        }
        Reason bad;
        if (field.key() == "data") {
            if (has_data_) {
                return "frame has data twice";
            }
            has_data_ = true;
            data_came_first_ = !outer_.has(OuterField::Table) || !outer_.has(OuterField::Action);
            bad = data_came_first_ ? Reason() : read_rows(field.value(), frame, out);
        } else {
            bad = outer_.take(field, kOuterFields);
        }
        if (!bad.empty()) {
            return bad;
        }
    }
    return {};
}

Decoded Decoder::decode(const Frame& frame, DecodeOut& out) {
    if (frame.text == "pong") {
        out.notice(PETREL_NOTICE_PONG, {});
        return Decoded::done();
    }
    if (frame.text.size() > kFrameBytesMax) {
        return Decoded::rejected("frame is longer than 8 MiB");
    }
    // Grows by doubling, so that it soon stops growing.
    if (parser_.capacity() < frame.text.size() &&
        parser_.allocate(std::max(kFirstCapacity, std::bit_ceil(frame.text.size()))) !=
            simdjson::SUCCESS) {
        return Decoded::rejected("no memory to read a frame of this length");
    }
    outer_.clear();
    rows_.clear();
    has_data_ = false;
    data_came_first_ = false;
    ondemand::document document;
    ondemand::object object;
    Reason bad = open_object(parser_, frame.text, document, object);
    if (bad.empty()) {
        bad = read_outer(object, frame, out);
    }
    if (bad.empty() && !at_end(document)) {
        bad = "something follows the JSON object";
    }
    if (bad.empty() && data_came_first_ && outer_.has(OuterField::Table)) {
        document.rewind();
        ondemand::value data;
        bad = document["data"].get(data) == simdjson::SUCCESS ? read_rows(data, frame, out)
                                                              : kNotJson;
    }
    if (!bad.empty()) {
        return Decoded::rejected(bad);
    }
    if (!outer_.has(OuterField::Table)) {
        return take_control(document, out);
    }
    if (!has_data_) {
        return Decoded::rejected("frame has a table but no data");
    }
    if (rows_.count() == 0) {
        return Decoded::ignored();
    }
    rows_.write(context_, out);
    return Decoded::done();
}

// An answer to something we sent; the welcome and anything else says nothing to us.
Decoded Decoder::take_control(ondemand::document& document, DecodeOut& out) {
    const std::string_view topic = outer_.text(OuterField::Subscribe).substr(0, kNoticeLengthMax);
    if (outer_.raw(OuterField::Success) == "true" && !topic.empty()) {
        out.notice(PETREL_NOTICE_ACK, topic);
        return Decoded::done();
    }
    if (!outer_.has(OuterField::Error)) {
        return Decoded::ignored();
    }
    document.rewind();
    std::string_view op;
    const bool subscribing =
        document["request"]["op"].get_string().get(op) == simdjson::SUCCESS && op == "subscribe";
    out.notice(subscribing ? PETREL_NOTICE_SUBSCRIBE_FAIL : PETREL_NOTICE_VENUE_ERROR,
               outer_.text(OuterField::Error).substr(0, kNoticeLengthMax));
    return Decoded::done();
}

}  // namespace petrel::bitmex
