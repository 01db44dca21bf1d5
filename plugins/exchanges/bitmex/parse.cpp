// The outer object of a frame and messages of control; see parse.hpp. One pass, a second one only
// when `data` stands before `table` and `action`.
#include "parse.hpp"

namespace petrel::bitmex {
namespace {

constexpr std::size_t kNoticeLengthMax = 200;

constexpr kit::Tokens<OuterField>::Names kOuterFields{"table", "action", "success", "subscribe",
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
            return kit::kNotJson;
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
    rows_.clear();
    if (frame.text.size() <= kFrameBytesMax && rows_.read_trades_fast(frame.text, contracts_))
        [[likely]] {
        ++fast_count_;
        context_ = {Table::Trade, Action::Insert, frame.connection, frame.receive_ts_ns, 0};
        rows_.write(context_, out);
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
        return Decoded::rejected("frame is longer than 8 MiB");
    }
    outer_.clear();
    rows_.clear();
    has_data_ = false;
    data_came_first_ = false;
    ondemand::object object;
    Reason bad = json_.open_object(frame.text, object);
    if (bad.empty()) {
        bad = read_outer(object, frame, out);
    }
    if (bad.empty() && !json_.at_end()) {
        bad = kit::kMoreFollows;
    }
    if (bad.empty() && data_came_first_ && outer_.has(OuterField::Table)) {
        ondemand::value data;
        const bool found =
            json_.open(frame.text) && json_.document["data"].get(data) == simdjson::SUCCESS;
        bad = found ? read_rows(data, frame, out) : kit::kNotJson;
    }
    if (!bad.empty()) {
        return Decoded::rejected(bad);
    }
    if (!outer_.has(OuterField::Table)) {
        return take_control(frame, out);
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
Decoded Decoder::take_control(const Frame& frame, DecodeOut& out) {
    const std::string_view topic = outer_.text(OuterField::Subscribe).substr(0, kNoticeLengthMax);
    if (outer_.raw(OuterField::Success) == "true" && !topic.empty()) {
        out.notice(PETREL_NOTICE_ACK, topic);
        return Decoded::done();
    }
    if (!outer_.has(OuterField::Error)) {
        return Decoded::ignored();
    }
    std::string_view op;
    const bool subscribing =
        json_.open(frame.text) &&
        json_.document["request"]["op"].get_string().get(op) == simdjson::SUCCESS &&
        op == "subscribe";
    out.notice(subscribing ? PETREL_NOTICE_SUBSCRIBE_FAIL : PETREL_NOTICE_VENUE_ERROR,
               outer_.text(OuterField::Error).substr(0, kNoticeLengthMax));
    return Decoded::done();
}

}  // namespace petrel::bitmex
