// Arrays of data; see parse.hpp. The order of their elements is fixed: the channel, perhaps a word,
// the payload, then what the flags of the connection ask for.
#include "parse.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "control.hpp"
#include "parse_fast.hpp"
#include "rows.hpp"

namespace petrel::bitfinex {
namespace {

constexpr std::size_t kRowsUsual = 1024;

// A list of figures of which any may be null; what stands behind the last place is not read.
constexpr std::size_t kPlaces = 18;
struct Figures {
    std::array<double, kPlaces> values{};
    std::uint32_t present = 0;

    [[nodiscard]] bool has(std::size_t place) const { return (present >> place & 1U) != 0; }
    // 0 for what is null or absent.
    double operator[](std::size_t place) const { return values[place]; }
};

Reason read_figures(ondemand::array list, Figures& figures) {
    figures = {};
    std::size_t place = 0;
    for (auto item : list) {
        ondemand::value value;
        if (std::move(item).get(value) != simdjson::SUCCESS) {
            return kit::kNotJson;
        }
        const std::string_view token = kit::token_of(value);
        if (place < kPlaces && token != "null") {
            if (!kit::read_decimal(token, figures.values[place])) {
                return "a figure of a status or ticker is no number";
            }
            figures.present |= 1U << place;
        }
        ++place;
    }
    return {};
}

// Places of the status of a derivative and of a ticker.
enum StatusPlace : std::size_t {
    kTime = 0,
    kSpot = 3,
    kNextFunding = 7,
    kFunding = 11,
    kMark = 14,
    kOpenInterest = 17
};
enum TickerPlace : std::size_t { kBid = 0, kBidSize = 1, kAsk = 2, kAskSize = 3 };
constexpr double kFundingHours = 8.0;

bool whole_time(double ms) {
    return ms == std::floor(ms) &&
           within(ms, static_cast<double>(kit::kTimeMsMin), static_cast<double>(kit::kTimeMsMax));
}

Reason check_status(const Figures& f) {
    if (!whole_time(f[kTime])) {
        return "time of a status lies outside 2009..2100 in milliseconds";
    }
    const bool fit = within(f[kMark], 0.0, kPriceMax) && within(f[kSpot], 0.0, kPriceMax) &&
                     within(f[kFunding], -1.0, 1.0) &&
                     (f[kNextFunding] == 0.0 || whole_time(f[kNextFunding])) &&
                     within(f[kOpenInterest], 0.0, kAmountMax) &&
                     f[kOpenInterest] * f[kMark] <= kOpenInterestMax;
    return fit ? Reason() : "a figure of a status is out of bounds";
}

Reason check_ticker(const Figures& f) {
    const bool fit = (f[kBidSize] == 0.0 || figures_fit(f[kBid], f[kBidSize])) &&
                     (f[kAskSize] == 0.0 || figures_fit(f[kAsk], f[kAskSize]));
    return fit ? Reason() : "price or size of a best price is out of bounds";
}

MarketEvent& push(const Contract& contract, EventKind kind, std::int64_t time_ns, Stamp stamp,
                  DecodeOut& out) {
    MarketEvent& e = out.push();
    e.kind = static_cast<std::uint8_t>(kind);
    e.instrument = contract.handle;
    e.exchange_ts_ns = time_ns;
    e.receive_ts_ns = stamp.receive_ts_ns;
    return e;
}

void write_status(const Figures& f, Contract& contract, Stamp stamp, DecodeOut& out) {
    const std::int64_t time_ns = static_cast<std::int64_t>(f[kTime]) * kNsPerMs;
    if (f[kMark] > 0.0) {
        contract.mark = f[kMark];
        MarketEvent& e = push(contract, EventKind::MarkPrice, time_ns, stamp, out);
        e.price = f[kMark];
        e.quantity = f[kSpot];
    }
    if (f.has(kFunding)) {
        MarketEvent& e = push(contract, EventKind::Funding, time_ns, stamp, out);
        e.price = f[kFunding];
        e.quantity = kFundingHours;
        e.id = static_cast<std::uint64_t>(f[kNextFunding]);
    }
    if (f.has(kOpenInterest)) {
        MarketEvent& e = push(contract, EventKind::OpenInterest, time_ns, stamp, out);
        e.price = f[kMark];
        e.quantity = f[kOpenInterest];
        e.notional_usd = f[kOpenInterest] * f[kMark] * contract.usd_per_quote;
    }
}

void write_ticker(const Figures& f, const Contract& contract, std::int64_t time_ns, Stamp stamp,
                  DecodeOut& out) {
    for (const bool bid : {true, false}) {
        const double price = f[bid ? kBid : kAsk];
        const double size = f[bid ? kBidSize : kAskSize];
        if (size == 0.0) {
            continue;
        }
        MarketEvent& e =
            push(contract, bid ? EventKind::BestBid : EventKind::BestAsk, time_ns, stamp, out);
        e.side = bid ? PETREL_SIDE_BUY : PETREL_SIDE_SELL;
        e.price = price;
        e.quantity = size;
        e.notional_usd = price * size * contract.usd_per_quote;
    }
}

enum class Payload : std::uint8_t { None, Trade, Trades, Liquidations, Figures };

// Where reading an array stands.
struct Envelope {
    const Channel* channel = nullptr;
    std::string_view word;  // "te", "tu", "hb"; empty before a payload without one
    Payload payload = Payload::None;
    std::array<std::uint64_t, 2> tail{};  // whole numbers behind the payload
    std::size_t tail_length = 0;
    std::size_t place = 0;
};

}  // namespace

struct Decoder::Reader {
    kit::JsonReader json;
    std::vector<Trade> trades;
    std::vector<Liquidation> liquidations;
    Trade trade;
    Figures figures;

    Decoded take_data(ondemand::document& document, const Frame& frame, Connection& connection,
                      ContractTable& contracts, DecodeOut& out);

private:
    Reason read_element(ondemand::value value, const Connection& connection, Envelope& envelope,
                        ContractTable& contracts, DecodeOut& out);
    Reason read_payload(ondemand::array payload, Envelope& envelope, ContractTable& contracts,
                        DecodeOut& out);
    void write(const Envelope& envelope, std::int64_t time_ns, Stamp stamp, DecodeOut& out);
};

Reason Decoder::Reader::read_payload(ondemand::array payload, Envelope& envelope,
                                     ContractTable& contracts, DecodeOut& out) {
    const ChannelKind kind =
        envelope.channel != nullptr ? envelope.channel->kind : ChannelKind::Other;
    if (kind == ChannelKind::Trades) {
        if (envelope.word.empty()) {
            envelope.payload = Payload::Trades;
            return read_trades(payload, trades);
        }
        if (envelope.word == "te") {  // told again as "tu"
            envelope.payload = Payload::Trade;
            return read_trade(payload, trade);
        }
        return {};
    }
    if (kind == ChannelKind::Liquidations) {
        envelope.payload = Payload::Liquidations;
        return read_liquidations(payload, contracts, liquidations, out);
    }
    if (kind == ChannelKind::Status || kind == ChannelKind::Ticker) {
        envelope.payload = Payload::Figures;
        const Reason bad = read_figures(payload, figures);
        return !bad.empty()                  ? bad
               : kind == ChannelKind::Status ? check_status(figures)
                                             : check_ticker(figures);
    }
    return {};
}

Reason Decoder::Reader::read_element(ondemand::value value, const Connection& connection,
                                     Envelope& envelope, ContractTable& contracts, DecodeOut& out) {
    const std::string_view token = kit::token_of(value);
    const std::size_t place = envelope.place++;
    if (place == 0) {
        std::uint64_t id = 0;
        const bool good = kit::read_unsigned(token, id);
        envelope.channel = connection.find(id);
        return good ? Reason() : "frame does not begin with the number of a channel";
    }
    if (place == 1 && token.starts_with('"')) {
        return kit::read_text(token, envelope.word) ? Reason() : kit::kWrongType;
    }
    if (token.starts_with('[')) {
        ondemand::array payload;
        if (envelope.payload != Payload::None) {
            return "frame has two payloads";
        }
        return value.get_array().get(payload) == simdjson::SUCCESS
                   ? read_payload(payload, envelope, contracts, out)
                   : kit::kNotJson;
    }
    if (envelope.tail_length < envelope.tail.size() &&
        kit::read_unsigned(token, envelope.tail[envelope.tail_length])) {
        ++envelope.tail_length;
    }
    return {};
}

void Decoder::Reader::write(const Envelope& envelope, std::int64_t time_ns, Stamp stamp,
                            DecodeOut& out) {
    Contract* contract = envelope.channel->contract;
    switch (envelope.payload) {
        case Payload::Trade:
            write_trade(trade, *contract, stamp, out);
            break;
        case Payload::Trades:  // what happened before we came, newest first
            stamp.flags = PETREL_FLAG_LATE;
            std::ranges::sort(trades, {}, &Trade::id);
            for (const Trade& t : trades) {
                write_trade(t, *contract, stamp, out);
            }
            break;
        case Payload::Liquidations:
            write_liquidations(liquidations, stamp, out);
            break;
        case Payload::Figures:
            if (envelope.channel->kind == ChannelKind::Status) {
                write_status(figures, *contract, stamp, out);
            } else {
                write_ticker(figures, *contract, time_ns, stamp, out);
            }
            break;
        case Payload::None:
            break;
    }
}

namespace {

// Tells when arrays of the connection are missing. Heartbeats count, too.
void check_sequence(Connection& connection, std::uint64_t sequence, DecodeOut& out) {
    if (connection.sequence != 0 && sequence != connection.sequence + 1) {
        std::array<char, 64> text{};
        const int length =
            std::snprintf(text.data(), text.size(), "sequence went from %llu to %llu",
                          static_cast<unsigned long long>(connection.sequence),
                          static_cast<unsigned long long>(sequence));
        out.notice(PETREL_NOTICE_GAP, {text.data(), static_cast<std::size_t>(length)});
    }
    connection.sequence = sequence;
}

}  // namespace

Decoded Decoder::Reader::take_data(ondemand::document& document, const Frame& frame,
                                   Connection& connection, ContractTable& contracts,
                                   DecodeOut& out) {
    trades.clear();
    liquidations.clear();
    ondemand::array list;
    Envelope envelope;
    if (document.get_array().get(list) != simdjson::SUCCESS) {
        return Decoded::rejected(kit::kNotJson);
    }
    for (auto item : list) {
        ondemand::value value;
        if (std::move(item).get(value) != simdjson::SUCCESS) {
            return Decoded::rejected(kit::kNotJson);
        }
        const Reason bad = read_element(value, connection, envelope, contracts, out);
        if (!bad.empty()) {
            return Decoded::rejected(bad);
        }
    }
    const char* rest = nullptr;
    if (document.current_location().get(rest) == simdjson::SUCCESS || envelope.place < 2) {
        return Decoded::rejected("frame is no array of a channel and what it says");
    }
    const bool counted = (connection.flags & kFlagSequence) != 0;
    const bool timed = (connection.flags & kFlagTimestamps) != 0;
    const std::size_t tail = (counted ? 1U : 0U) + (timed ? 1U : 0U);
    if (envelope.tail_length < tail) {
        return Decoded::rejected("frame lacks the sequence number or time that was agreed");
    }
    const std::uint64_t time_ms = timed ? envelope.tail[tail - 1] : 0;
    if (timed && !time_fits(time_ms)) {
        return Decoded::rejected("time of the frame lies outside 2009..2100 in milliseconds");
    }
    if (counted) {
        check_sequence(connection, envelope.tail[0], out);
    }
    if (envelope.payload == Payload::None ||
        (envelope.payload == Payload::Liquidations && liquidations.empty())) {
        return Decoded::ignored();
    }
    const std::int64_t time_ns =
        timed ? static_cast<std::int64_t>(time_ms) * kNsPerMs : frame.receive_ts_ns;
    write(envelope, time_ns, {frame.receive_ts_ns, 0}, out);
    return Decoded::done();
}

Decoder::Decoder() : reader_(std::make_unique<Reader>()) {
    reader_->trades.reserve(kRowsUsual);
    reader_->liquidations.reserve(kRowsUsual);
}
Decoder::~Decoder() = default;

void Decoder::forget(std::uint32_t connection) {
    if (connection < connections_.size()) {
        connections_[connection].flags = 0;
        connections_[connection].sequence = 0;
        connections_[connection].channels.clear();
    }
}

bool Decoder::decode_fast(const Frame& frame, DecodeOut& out, Decoded& answer) {
    TradeArray array;
    if (frame.connection >= connections_.size() || frame.text.size() > kFrameBytesMax ||
        !read_trade_array(frame.text, array)) {
        return false;
    }
    Connection& connection = connections_[frame.connection];
    const Channel* channel = connection.find(array.channel);
    const bool agreed = (connection.flags & kFlagSequence) != 0 &&
                        (connection.flags & kFlagTimestamps) != 0 && time_fits(array.time_ms);
    if (channel == nullptr || channel->kind != ChannelKind::Trades || !agreed ||
        (array.executed && !check_trade(array.trade).empty())) {
        return false;
    }
    check_sequence(connection, array.sequence, out);
    answer = array.executed ? Decoded::done() : Decoded::ignored();
    if (array.executed) {
        write_trade(array.trade, *channel->contract, {frame.receive_ts_ns, 0}, out);
    }
    return true;
}

Decoded Decoder::decode(const Frame& frame, DecodeOut& out) {
    Decoded answer;
    if (decode_fast(frame, out, answer)) [[likely]] {
        ++fast_count_;
        return answer;
    }
    return decode_general(frame, out);
}

Decoded Decoder::decode_general(const Frame& frame, DecodeOut& out) {
    const std::string_view text = frame.text;
    if (text.size() > kFrameBytesMax) {
        return Decoded::rejected("frame is longer than 1 MiB");
    }
    if (frame.connection >= kConnectionsMax) {
        return Decoded::rejected("frame came over a connection that was never planned");
    }
    if (frame.connection >= connections_.size()) {
        connections_.resize(frame.connection + 1U);
    }
    if (!reader_->json.open(text)) {
        return Decoded::rejected(kit::kNotJson);
    }
    ondemand::document& document = reader_->json.document;
    Connection& connection = connections_[frame.connection];
    return text.starts_with('[') ? reader_->take_data(document, frame, connection, contracts_, out)
                                 : take_control(document, connection, contracts_, out);
}

}  // namespace petrel::bitfinex
