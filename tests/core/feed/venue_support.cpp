// The adapter of the venue of words.
#include "core/feed/venue_support.hpp"

#include <sstream>

namespace petrel::core::test {

const petrel_exchange_info* TestVenue::info() {
    static const petrel_exchange_info value = [] {
        petrel_exchange_info i{};
        i.size = sizeof(i);
        i.channels = kind_bit(EventKind::Trade) | kind_bit(EventKind::OpenInterest);
        i.message_bytes_max = 64 * 1024;
        i.rest_weight_per_minute = 6'000'000;
        return i;
    }();
    return &value;
}

Status TestVenue::discover(DecodeOut& out) {
    ++discoveries;
    for (const std::string& target : wish.discovery) {
        out.get(PETREL_REQUEST_DISCOVERY, 1, target, 1);
    }
    return {};
}

Status TestVenue::plan(std::span<const petrel_subscription> wanted, petrel_plan_out& out) {
    std::vector<petrel_text> frames;
    for (const std::string& frame : wish.frames) {
        frames.push_back(text_of(frame));
    }
    std::vector<petrel_stream> streams;
    for (const petrel_subscription& each : wanted) {
        streams.push_back({sizeof(petrel_stream), each.instrument, each.channels, 0, each.native});
    }
    petrel_connection_plan connection{};
    connection.size = sizeof(connection);
    connection.name = text_of("market-1");
    connection.path = text_of("/stream");
    connection.frames = frames.data();
    connection.frame_count = static_cast<std::uint32_t>(frames.size());
    connection.frame_gap_ms = wish.frame_gap_ms;
    connection.keepalive_ms = wish.keepalive_ms;
    connection.keepalive = text_of(wish.keepalive);
    connection.life_s_max = wish.life_s_max;
    connection.streams = streams.data();
    connection.stream_count = static_cast<std::uint32_t>(streams.size());
    connection.headers = wish.headers.data();
    connection.header_count = static_cast<std::uint32_t>(wish.headers.size());
    connection.signing = wish.signing;
    connection.purpose = wish.purpose;
    if (wish.connects && !wish.one_connection_each) {
        out.connection(&out, &connection);
    }
    for (std::size_t i = 0; wish.one_connection_each && i < streams.size(); ++i) {
        const std::string subscribe = "sub " + string_of(streams[i].topic);
        const petrel_text frame = text_of(subscribe);
        connection.name = streams[i].topic;
        connection.frames = &frame;
        connection.frame_count = 1;
        connection.streams = &streams[i];
        connection.stream_count = 1;
        out.connection(&out, &connection);
    }
    if (wish.poll_interval_ms > 0) {
        petrel_http_request poll{};
        poll.size = sizeof(poll);
        poll.purpose = PETREL_REQUEST_POLL;
        poll.method = text_of("GET");
        poll.target = text_of("/interest");
        poll.weight = 1;
        poll.interval_ms = wish.poll_interval_ms;
        poll.instrument = wanted[0].instrument;
        poll.headers = connection.headers;
        poll.header_count = connection.header_count;
        poll.signing = wish.signing;
        out.poll(&out, &poll);
    }
    return {};
}

Decoded TestVenue::on_frame(const Frame& frame, DecodeOut& out) {
    std::istringstream words{std::string(frame.text)};
    std::string word;
    words >> word;
    if (word == "t" || word == "past") {
        std::string native;
        MarketEvent trade{};
        words >> native >> trade.price >> trade.quantity >> trade.id;
        MarketEvent& event = out.push();
        event.kind = PETREL_EVENT_TRADE;
        event.side = PETREL_SIDE_BUY;
        event.instrument =
            out.instrument({.native = native, .base = "BTC", .quote = "USDT", .settle = "USDT"});
        event.price = trade.price;
        event.quantity = trade.quantity;
        event.id = trade.id;
        event.exchange_ts_ns = traded_.try_emplace(trade.id, frame.receive_ts_ns).first->second;
        if (word == "past") {  // of a minute ago, as venues tell on subscribing
            event.exchange_ts_ns -= 60 * kNsPerSecond;
            event.flags = PETREL_FLAG_LATE;
        }
        event.receive_ts_ns = frame.receive_ts_ns;
        return Decoded::done();
    }
    std::string topic;
    words >> topic;
    if (word == "ask") {
        out.get(PETREL_REQUEST_POLL, 2, topic, 1);
    } else if (word == "flood") {
        for (int left = std::stoi(topic); left > 0; --left) {
            out.notice(PETREL_NOTICE_ACK, topic);
        }
    } else if (word == "say" || word == "say5") {
        for (int left = word == "say" ? 1 : 5; left > 0; --left) {
            send_codes.push_back(out.send(topic));
        }
    } else if (word == "badkey") {
        out.notice(PETREL_NOTICE_KEY_REFUSED, topic);
    } else if (word == "bad") {
        reason_ = topic;
        return Decoded::rejected(reason_);
    } else if (word == "ack") {
        out.notice(PETREL_NOTICE_ACK, topic);
    } else if (word == "no") {
        out.notice(PETREL_NOTICE_SUBSCRIBE_FAIL, topic);
    } else if (word == "lost") {
        out.notice(PETREL_NOTICE_GAP, topic);
    } else if (word == "bye") {
        out.notice(PETREL_NOTICE_RECONNECT, "");
    } else if (word == "pong") {
        return Decoded::ignored();
    } else {
        return Decoded::rejected("unknown word");
    }
    return Decoded::done();
}

Status TestVenue::backfill(const Gap& gap, DecodeOut& out) {
    if (!knows_history) {
        return Status::failure(PETREL_E_UNSUPPORTED, "no history here");
    }
    asked.push_back(gap);
    const auto from = gap.first_id != 0 ? gap.first_id : static_cast<std::uint64_t>(gap.from_ns);
    out.get(PETREL_REQUEST_BACKFILL, 3, "/history?from=" + std::to_string(from), 1, gap.instrument);
    return {};
}

Decoded TestVenue::on_reply(const Reply& reply, DecodeOut& out) {
    if (reply.http_status != 200) {
        send_codes.push_back(out.send("nobody hears it"));
        return Decoded::rejected("not 200");
    }
    if (reply.purpose == PETREL_REQUEST_BACKFILL) {
        std::istringstream rows{std::string(reply.body)};
        MarketEvent row{};
        while (rows >> row.id >> row.exchange_ts_ns >> row.price) {
            MarketEvent& event = out.push();
            event = row;
            event.kind =
                static_cast<std::uint8_t>(asked.empty() ? PETREL_EVENT_TRADE : asked.back().kind);
            event.instrument = reply.instrument;
            event.receive_ts_ns = reply.receive_ts_ns;
            event.count = 1;
        }
        if (std::string next; rows.clear(), rows >> next && next == "whole") {
            out.notice(PETREL_NOTICE_HISTORY_WHOLE, {});
        } else if (!next.empty()) {
            out.get(PETREL_REQUEST_BACKFILL, 3, next, 1, reply.instrument);
        }
        return Decoded::done();
    }
    if (reply.purpose == PETREL_REQUEST_POLL) {
        MarketEvent& event = out.push();
        event.kind = PETREL_EVENT_OPEN_INTEREST;
        event.instrument = reply.instrument;
        event.quantity = std::stod(std::string(reply.body));
        return Decoded::done();
    }
    std::istringstream names{std::string(reply.body)};
    for (std::string native; names >> native;) {
        if (native.starts_with('/')) {
            out.get(PETREL_REQUEST_DISCOVERY, 1, native, 1);
            continue;
        }
        out.instrument(
            {.native = native, .base = native.substr(0, 3), .quote = "USDT", .settle = "USDT"});
    }
    return Decoded::done();
}

VenueInstance::VenueInstance()
    : table_(static_cast<const petrel_exchange*>(Exchange::table<TestVenue>())) {
    petrel_error error{sizeof(petrel_error), 0, {}};
    table_->create(nullptr, nullptr, &instance_, &error);
}

VenueInstance::~VenueInstance() { table_->destroy(instance_); }

std::uint32_t TestBook::add(std::uint16_t venue, const petrel_instrument& instrument) {
    venue_ = venue;
    for (std::uint32_t i = 0; i < names_.size(); ++i) {
        if (names_[i] == view_of(instrument.native)) {
            return i;
        }
    }
    names_.push_back(string_of(instrument.native));
    return static_cast<std::uint32_t>(names_.size() - 1);
}

}  // namespace petrel::core::test
