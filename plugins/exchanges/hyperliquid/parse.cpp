// Frames {"channel":...,"data":...}; see parse.hpp. A frame is read to its end before anything is
// written.
#include "parse.hpp"

#include <string>
#include <utility>
#include <vector>

#include "kit/per_connection.hpp"
#include "parse_fast.hpp"
#include "trades.hpp"

namespace petrel::hyperliquid {
namespace {

constexpr std::size_t kTradesUsual = 1024;
constexpr std::size_t kNoticeLengthMax = 200;
constexpr double kFundingHours = 1.0;  // funding is paid every hour

enum class Content : std::uint8_t { Nothing, Trades, Book, Context, Ack, Error, Pong };

// Best prices or the context of a contract; sizes of 0 and absent figures say nothing.
struct State {
    std::string_view coin;
    std::uint64_t time_ms = 0;
    double bid = 0, bid_size = 0;
    double ask = 0, ask_size = 0;
    double mark = 0, oracle = 0;
    double funding = 0, open_interest = 0;
    bool has_funding = false, has_open_interest = false;
};

// A level, {"px":"1","sz":"2","n":3} or null.
Reason read_level(ondemand::value value, double& price, double& size) {
    ondemand::object level;
    ondemand::value figure;
    if (kit::token_of(value) == "null") {
        return {};
    }
    const bool read = value.get_object().get(level) == simdjson::SUCCESS &&
                      level["px"].get(figure) == simdjson::SUCCESS &&
                      kit::read_decimal_text(kit::token_of(figure), price) &&
                      level["sz"].get(figure) == simdjson::SUCCESS &&
                      kit::read_decimal_text(kit::token_of(figure), size);
    return read ? Reason() : "a level of the best prices lacks px or sz as decimals in texts";
}

Reason read_book(ondemand::value data, State& state) {
    ondemand::object fields;
    ondemand::value value;
    ondemand::array levels;
    if (data.get_object().get(fields) != simdjson::SUCCESS ||
        fields["coin"].get(value) != simdjson::SUCCESS ||
        !kit::read_text(kit::token_of(value), state.coin) ||
        fields["time"].get(value) != simdjson::SUCCESS ||
        !kit::read_unsigned(kit::token_of(value), state.time_ms) ||
        fields["bbo"].get_array().get(levels) != simdjson::SUCCESS) {
        return "best prices lack coin, time or bbo";
    }
    std::size_t place = 0;
    for (auto item : levels) {
        if (std::move(item).get(value) != simdjson::SUCCESS || place == 2) {
            return "best prices are no pair of levels";
        }
        const Reason bad = place == 0 ? read_level(value, state.bid, state.bid_size)
                                      : read_level(value, state.ask, state.ask_size);
        if (!bad.empty()) {
            return bad;
        }
        ++place;
    }
    return place == 2 ? Reason() : "best prices are no pair of levels";
}

Reason read_context(ondemand::value data, State& state) {
    ondemand::object fields;
    ondemand::object context;
    ondemand::value value;
    if (data.get_object().get(fields) != simdjson::SUCCESS ||
        fields["coin"].get(value) != simdjson::SUCCESS ||
        !kit::read_text(kit::token_of(value), state.coin) ||
        fields["ctx"].get_object().get(context) != simdjson::SUCCESS) {
        return "context of a contract lacks coin or ctx";
    }
    for (auto result : context) {
        ondemand::field field;
        if (std::move(result).get(field) != simdjson::SUCCESS) {
            return kit::kNotJson;
        }
        const auto key = field.key();
        double* into = key == "funding"        ? &state.funding
                       : key == "openInterest" ? &state.open_interest
                       : key == "oraclePx"     ? &state.oracle
                       : key == "markPx"       ? &state.mark
                                               : nullptr;
        if (into == nullptr) {
            continue;
        }
        const std::string_view token = kit::token_of(field.value());
        if (token == "null") {
            continue;
        }
        if (!kit::read_decimal_text(token, *into)) {
            return "a figure of the context of a contract is no decimal in a text";
        }
        state.has_funding = state.has_funding || into == &state.funding;
        state.has_open_interest = state.has_open_interest || into == &state.open_interest;
    }
    return {};
}

Reason check_book(const State& state) {
    if (!time_fits(state.time_ms)) {
        return "time of best prices lies outside 2009..2100 in milliseconds";
    }
    const bool fit = (state.bid_size == 0.0 || figures_fit(state.bid, state.bid_size)) &&
                     (state.ask_size == 0.0 || figures_fit(state.ask, state.ask_size));
    return fit ? Reason() : "price or size of a best price is out of bounds";
}

Reason check_context(const State& state) {
    const bool fit = within(state.mark, 0.0, kPriceMax) && within(state.oracle, 0.0, kPriceMax) &&
                     within(state.funding, -1.0, 1.0) &&
                     within(state.open_interest, 0.0, kAmountMax) &&
                     state.open_interest * state.mark <= kOpenInterestMax;
    return fit ? Reason() : "a figure of the context of a contract is out of bounds";
}

MarketEvent& push(const Contract& contract, EventKind kind, std::int64_t time_ns,
                  std::int64_t receive_ts_ns, DecodeOut& out) {
    MarketEvent& e = out.push();
    e.kind = static_cast<std::uint8_t>(kind);
    e.instrument = contract.handle;
    e.exchange_ts_ns = time_ns;
    e.receive_ts_ns = receive_ts_ns;
    return e;
}

void write_book(const State& state, const Contract& contract, std::int64_t receive_ts_ns,
                DecodeOut& out) {
    const std::int64_t time_ns = static_cast<std::int64_t>(state.time_ms) * kNsPerMs;
    for (const bool bid : {true, false}) {
        const double price = bid ? state.bid : state.ask;
        const double size = bid ? state.bid_size : state.ask_size;
        if (size == 0.0) {
            continue;
        }
        MarketEvent& e = push(contract, bid ? EventKind::BestBid : EventKind::BestAsk, time_ns,
                              receive_ts_ns, out);
        e.side = bid ? PETREL_SIDE_BUY : PETREL_SIDE_SELL;
        e.price = price / contract.units;
        e.quantity = size * contract.units;
        e.notional_usd = price * size;
    }
}

// The context has no time of its own: it is of the moment of its receipt.
void write_context(const State& state, const Contract& contract, std::int64_t receive_ts_ns,
                   DecodeOut& out) {
    if (state.mark > 0.0) {
        MarketEvent& e = push(contract, EventKind::MarkPrice, receive_ts_ns, receive_ts_ns, out);
        e.price = state.mark / contract.units;
        e.quantity = state.oracle / contract.units;
    }
    if (state.has_funding) {
        MarketEvent& e = push(contract, EventKind::Funding, receive_ts_ns, receive_ts_ns, out);
        e.price = state.funding;
        e.quantity = kFundingHours;
    }
    if (state.has_open_interest) {
        MarketEvent& e = push(contract, EventKind::OpenInterest, receive_ts_ns, receive_ts_ns, out);
        e.price = state.mark / contract.units;
        e.quantity = state.open_interest * contract.units;
        e.notional_usd = state.open_interest * state.mark;
    }
}

// {"method":"subscribe","subscription":{"type":"trades","coin":"BTC"}}
Reason read_ack(ondemand::value data, std::string_view& type, std::string_view& coin) {
    ondemand::object fields;
    ondemand::object subscription;
    ondemand::value value;
    if (data.get_object().get(fields) != simdjson::SUCCESS ||
        fields["subscription"].get_object().get(subscription) != simdjson::SUCCESS ||
        subscription["type"].get(value) != simdjson::SUCCESS ||
        !kit::read_text(kit::token_of(value), type)) {
        return "answer to a subscription names none";
    }
    if (subscription["coin"].get(value) == simdjson::SUCCESS &&
        !kit::read_text(kit::token_of(value), coin)) {
        return kit::kWrongType;
    }
    return {};
}

}  // namespace

struct Decoder::Reader {
    kit::JsonReader json;
    std::vector<Trade> trades;
    State state;
    Content content = Content::Nothing;
    std::string_view text;  // of an error, or the type of a confirmed subscription
    std::uint64_t frames = 0;
    kit::PerConnection<ToldBy> told;

    Reason read(ContractTable& contracts, DecodeOut& out);
    Decoded write_trades(const Frame& frame, const ContractTable& contracts, DecodeOut& out);
    Decoded write_state(const Frame& frame, ContractTable& contracts, DecodeOut& out);
    Decoded write_notice(DecodeOut& out) const;

private:
    Reason read_data(std::string_view channel, ondemand::value data, ContractTable& contracts,
                     DecodeOut& out);
};

Reason Decoder::Reader::read_data(std::string_view channel, ondemand::value data,
                                  ContractTable& contracts, DecodeOut& out) {
    if (channel == "trades") {
        ondemand::array list;
        content = Content::Trades;
        return data.get_array().get(list) == simdjson::SUCCESS
                   ? read_trades(list, contracts, trades, out)
                   : "data of trades is no list";
    }
    if (channel == "bbo") {
        content = Content::Book;
        return read_book(data, state);
    }
    if (channel == "activeAssetCtx") {
        content = Content::Context;
        return read_context(data, state);
    }
    if (channel == "subscriptionResponse") {
        content = Content::Ack;
        return read_ack(data, text, state.coin);
    }
    if (channel == "error") {
        content = Content::Error;
        return kit::read_text(kit::token_of(data), text) ? Reason() : kit::kWrongType;
    }
    return {};
}

Reason Decoder::Reader::read(ContractTable& contracts, DecodeOut& out) {
    ondemand::object outer;
    std::string_view channel;
    trades.clear();
    state = {};
    text = {};
    content = Content::Nothing;
    if (json.document.get_object().get(outer) != simdjson::SUCCESS) {
        return "frame is no JSON object";
    }
    bool has_data = false;
    for (auto result : outer) {
        ondemand::field field;
        if (std::move(result).get(field) != simdjson::SUCCESS) {
            return kit::kNotJson;
        }
        if (field.key() == "channel") {
            if (!channel.empty() || !kit::read_text(kit::token_of(field.value()), channel)) {
                return "frame does not name one channel";
            }
        } else if (field.key() == "data") {
            if (has_data || channel.empty()) {
                return "data stands twice or before its channel";
            }
            has_data = true;
            if (const Reason bad = read_data(channel, field.value(), contracts, out);
                !bad.empty()) {
                return bad;
            }
        }
    }
    if (channel == "pong") {
        content = Content::Pong;
    } else if (!has_data && (channel == "trades" || channel == "bbo")) {
        return "frame has a channel but no data";
    }
    return json.at_end() ? Reason() : kit::kMoreFollows;
}

// The first trades of a contract on a connection are those before it.
Decoded Decoder::Reader::write_trades(const Frame& frame, const ContractTable& contracts,
                                      DecodeOut& out) {
    bool written = false;
    ++frames;
    for (const Trade& trade : trades) {
        if (trade.contract == nullptr) {
            continue;
        }
        ToldBy& history = told.at(frame.connection, contracts.number_of(*trade.contract));
        history.frame = history.frame == 0 ? frames : history.frame;
        const bool late = history.frame == frames;
        write_trade(trade, frame.receive_ts_ns,
                    static_cast<std::uint16_t>(late ? PETREL_FLAG_LATE : 0U), out);
        written = true;
    }
    return written ? Decoded::done() : Decoded::ignored();
}

Decoded Decoder::Reader::write_state(const Frame& frame, ContractTable& contracts, DecodeOut& out) {
    Reason bad = content == Content::Book ? check_book(state) : check_context(state);
    const Contract* contract = bad.empty() ? contract_of(state.coin, contracts, out, bad) : nullptr;
    if (!bad.empty()) {
        return Decoded::rejected(bad);
    }
    if (contract == nullptr) {
        return Decoded::ignored();
    }
    if (content == Content::Book) {
        write_book(state, *contract, frame.receive_ts_ns, out);
    } else {
        write_context(state, *contract, frame.receive_ts_ns, out);
    }
    return Decoded::done();
}

Decoded Decoder::Reader::write_notice(DecodeOut& out) const {
    if (content == Content::Pong) {
        out.notice(PETREL_NOTICE_PONG, {});
    } else if (content == Content::Ack) {
        std::string topic(text.substr(0, kNoticeLengthMax));
        topic.append(" ").append(state.coin.substr(0, kNoticeLengthMax));
        out.notice(PETREL_NOTICE_ACK, topic);
    } else {
        const bool subscription = text.find("ubscri") != std::string_view::npos;
        out.notice(subscription ? PETREL_NOTICE_SUBSCRIBE_FAIL : PETREL_NOTICE_VENUE_ERROR,
                   text.substr(0, kNoticeLengthMax));
    }
    return Decoded::done();
}

Decoder::Decoder() : reader_(std::make_unique<Reader>()) { reader_->trades.reserve(kTradesUsual); }
Decoder::~Decoder() = default;

void Decoder::forget(std::uint32_t connection) { reader_->told.forget(connection); }

Decoded Decoder::decode(const Frame& frame, DecodeOut& out) {
    Reader& reader = *reader_;
    reader.trades.clear();
    if (frame.text.size() <= kFrameBytesMax &&
        read_trades_fast(frame.text, contracts_, reader.trades)) [[likely]] {
        ++fast_count_;
        return reader.write_trades(frame, contracts_, out);
    }
    return decode_general(frame, out);
}

Decoded Decoder::decode_general(const Frame& frame, DecodeOut& out) {
    Reader& reader = *reader_;
    const std::string_view text = frame.text;
    if (text.size() > kFrameBytesMax) {
        return Decoded::rejected("frame is longer than 1 MiB");
    }
    if (text.starts_with("Websocket ")) {  // a greeting in plain text may stand before the JSON
        return Decoded::ignored();
    }
    if (!reader.json.open(text)) {
        return Decoded::rejected(kit::kNotJson);
    }
    if (const Reason bad = reader.read(contracts_, out); !bad.empty()) {
        return Decoded::rejected(bad);
    }
    switch (reader.content) {
        case Content::Nothing:
            return Decoded::ignored();
        case Content::Trades:
            return reader.write_trades(frame, contracts_, out);
        case Content::Book:
        case Content::Context:
            return reader.write_state(frame, contracts_, out);
        default:
            return reader.write_notice(out);
    }
}

}  // namespace petrel::hyperliquid
