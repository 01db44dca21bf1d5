// A whole exchange adapter in one file, for an invented venue "acme" that speaks lines of text.
//
// An adapter is a translator: it says what to connect to and what to send, and turns what comes
// back into events. It opens no socket; petrel connects, reconnects, pings, paces and removes
// duplicates. What acme sends:
//
//   T,<instrument>,B|S,<price>,<contracts>,<ms>,<id>          a trade; B: a buyer took it
//   L,<instrument>,LONG|SHORT,<price>,<contracts>,<ms>,<id>   a position was liquidated
//   M,<instrument>,<mark price>,<index price>,<ms>            mark price
//   A,<topic>   E,<text>   PONG                               accepted, refused, answer to PING
#include <array>
#include <map>

#include "petrel/decimal.hpp"
#include "petrel/exchange.hpp"

namespace {

using petrel::Decoded;
using petrel::EventKind;
using petrel::MarketEvent;
using petrel::Side;
using petrel::text_of;

constexpr std::uint64_t kInstrumentsTag = 1;
constexpr std::uint32_t kChannels = petrel::kind_bit(EventKind::Trade) |
                                    petrel::kind_bit(EventKind::Liquidation) |
                                    petrel::kind_bit(EventKind::MarkPrice);

// The fields of a line; views into the frame, so that splitting copies nothing.
struct Fields {
    std::array<std::string_view, 8> at;
    std::size_t count = 0;
};

Fields split(std::string_view line) {
    Fields fields;
    while (fields.count < fields.at.size()) {
        const std::size_t comma = line.find(',');
        fields.at[fields.count] = line.substr(0, comma);
        ++fields.count;
        if (comma == std::string_view::npos) {
            break;
        }
        line.remove_prefix(comma + 1);
    }
    return fields;
}

class Acme final : public petrel::Exchange {
public:
    Acme(const petrel::Host&, const petrel::Config&) {}

    static petrel::PluginInfo describe() {
        return {"file_exchange", "0.1.0", "your name", "Adapter for the invented venue acme.", {}};
    }

    static const petrel_exchange_info* info() {
        static constexpr petrel_text sockets[] = {text_of("wss://stream.acme.test")};
        static constexpr petrel_text rest[] = {text_of("https://api.acme.test")};
        static const petrel_exchange_info value = [] {
            petrel_exchange_info i{};
            i.size = sizeof(i);
            i.channels = kChannels;
            i.message_bytes_max = 4096;
            i.ws_endpoints = sockets;
            i.ws_endpoint_count = 1;
            i.rest_endpoints = rest;
            i.rest_endpoint_count = 1;
            i.completeness[PETREL_EVENT_TRADE] = PETREL_COMPLETE;
            i.completeness[PETREL_EVENT_LIQUIDATION] = PETREL_COMPLETE;
            i.completeness[PETREL_EVENT_MARK_PRICE] = PETREL_COMPLETE;
            return i;
        }();
        return &value;
    }

    petrel::Status discover(petrel::DecodeOut& out) override {
        out.get(PETREL_REQUEST_DISCOVERY, kInstrumentsTag, "/instruments", 1);
        return {};
    }

    // The list of instruments: <native>,<base>,<quote>,<base units in one contract> a line.
    Decoded on_reply(const petrel::Reply& reply, petrel::DecodeOut& out) override {
        if (reply.http_status != 200) {
            return Decoded::rejected("instrument list: the venue did not answer 200");
        }
        if (reply.body.empty()) {
            return Decoded::rejected("instrument list: the answer is empty");
        }
        for (std::string_view rest = reply.body; !rest.empty();) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            const Fields line = split(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
            const auto contract_size = petrel::parse_decimal(line.at[3]);
            if (line.count != 4 || !contract_size || !(*contract_size > 0)) {
                return Decoded::rejected("instrument list: a line is no instrument");
            }
            petrel::Instrument instrument;
            instrument.native = line.at[0];
            instrument.base = line.at[1];
            instrument.quote = line.at[2];
            instrument.settle = line.at[2];
            instrument.base_per_unit = *contract_size;
            contracts_[std::string(line.at[0])] = {out.instrument(instrument), *contract_size};
        }
        return Decoded::done();
    }

    petrel::Status plan(std::span<const petrel_subscription> wanted,
                        petrel_plan_out& out) override {
        for (const petrel_subscription& w : wanted) {
            // The name goes into a line of ours: nothing else may stand in it.
            const std::string name = petrel::string_of(w.native);
            if (name.empty() || name.size() > 32 ||
                name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") !=
                    std::string::npos) {
                return petrel::Status::invalid("'" + name +
                                               "' is no name of an acme contract: A-Z, 0-9 and '-' "
                                               "are expected; take it off the symbols");
            }
        }
        // Two passes: the views handed to the host must not move while the texts still grow.
        std::vector<std::string> topics;
        std::vector<petrel_stream> streams;
        for (const petrel_subscription& w : wanted) {
            for (const auto& [kind, prefix] : kTopics) {
                if ((w.channels & petrel::kind_bit(kind)) != 0) {
                    topics.push_back(std::string(prefix) + petrel::string_of(w.native));
                    streams.push_back(
                        {sizeof(petrel_stream), w.instrument, petrel::kind_bit(kind), 0, {}});
                }
            }
        }
        std::vector<std::string> commands;
        for (std::size_t i = 0; i < topics.size(); ++i) {
            streams[i].topic = text_of(topics[i]);
            commands.push_back("SUB " + topics[i]);
        }
        std::vector<petrel_text> frames;
        for (const std::string& command : commands) {
            frames.push_back(text_of(command));
        }
        petrel_connection_plan plan{};
        plan.size = sizeof(plan);
        plan.name = text_of("market");
        plan.path = text_of("/stream");
        plan.frames = frames.data();
        plan.frame_count = static_cast<std::uint32_t>(frames.size());
        plan.frame_gap_ms = 50;
        plan.keepalive = text_of("PING");
        plan.keepalive_ms = 15'000;
        plan.idle_ms_max = 40'000;
        plan.streams = streams.data();
        plan.stream_count = static_cast<std::uint32_t>(streams.size());
        out.connection(&out, &plan);
        return {};
    }

    Decoded on_frame(const petrel::Frame& frame, petrel::DecodeOut& out) override {
        if (frame.text == "PONG") {
            out.notice(PETREL_NOTICE_PONG, "");
            return Decoded::done();
        }
        const Fields f = split(frame.text);
        if (f.at[0] == "A" && f.count == 2) {
            out.notice(PETREL_NOTICE_ACK, f.at[1]);
            return Decoded::done();
        }
        if (f.at[0] == "E") {
            out.notice(PETREL_NOTICE_SUBSCRIBE_FAIL, frame.text.substr(1));
            return Decoded::done();
        }
        if (f.at[0] == "T" && f.count == 7) {
            return on_fill(EventKind::Trade, f, frame, out);
        }
        if (f.at[0] == "L" && f.count == 7) {
            return on_fill(EventKind::Liquidation, f, frame, out);
        }
        if (f.at[0] == "M" && f.count == 5) {
            return on_mark(f, frame, out);
        }
        return f.at[0] == "H" ? Decoded::ignored() : Decoded::rejected("unknown sort of line");
    }

private:
    struct Contract {
        std::uint32_t handle;
        double base_units;
    };
    static constexpr std::pair<EventKind, std::string_view> kTopics[] = {
        {EventKind::Trade, "trades."},
        {EventKind::Liquidation, "liquidations."},
        {EventKind::MarkPrice, "mark."}};
    static constexpr std::string_view kUnknown =
        "no contract size known for this instrument: /instruments does not list it";

    static Side side_of(std::string_view text) {
        return text == "B"       ? Side::Buy
               : text == "S"     ? Side::Sell
               : text == "LONG"  ? Side::Long
               : text == "SHORT" ? Side::Short
                                 : Side::None;
    }

    // Trades and liquidations: <sort>,<instrument>,<side>,<price>,<contracts>,<ms>,<id>
    Decoded on_fill(EventKind kind, const Fields& f, const petrel::Frame& frame,
                    petrel::DecodeOut& out) const {
        const auto contract = contracts_.find(f.at[1]);
        if (contract == contracts_.end()) {
            return Decoded::rejected(kUnknown);
        }
        const Side side = side_of(f.at[2]);
        const bool is_position = side == Side::Long || side == Side::Short;
        const auto price = petrel::parse_decimal(f.at[3]);
        const auto quantity = petrel::parse_decimal(f.at[4]);
        const auto time_ms = petrel::parse_unsigned(f.at[5]);
        const auto id = petrel::parse_unsigned(f.at[6]);
        if (side == Side::None || is_position != (kind == EventKind::Liquidation)) {
            return Decoded::rejected("side does not fit the line");
        }
        if (!price || !quantity || !time_ms || !id || !(*price > 0) || !(*quantity > 0) ||
            *price > kFigureMax || *quantity > kFigureMax || *time_ms < kTimeMinMs ||
            *time_ms > kTimeMaxMs) {
            return Decoded::rejected("price, quantity, time or id is no number in bounds");
        }
        MarketEvent& event = out.push();
        event.kind = static_cast<std::uint8_t>(kind);
        event.side = static_cast<std::uint8_t>(side);
        event.instrument = contract->second.handle;
        event.exchange_ts_ns = static_cast<std::int64_t>(*time_ms) * petrel::kNsPerMs;
        event.receive_ts_ns = frame.receive_ts_ns;
        event.price = *price;
        event.quantity = *quantity * contract->second.base_units;
        event.notional_usd = event.price * event.quantity;
        event.id = *id;
        return Decoded::done();
    }

    Decoded on_mark(const Fields& f, const petrel::Frame& frame, petrel::DecodeOut& out) const {
        const auto contract = contracts_.find(f.at[1]);
        const auto mark = petrel::parse_decimal(f.at[2]);
        const auto index = petrel::parse_decimal(f.at[3]);
        const auto time_ms = petrel::parse_unsigned(f.at[4]);
        if (contract == contracts_.end()) {
            return Decoded::rejected(kUnknown);
        }
        if (!mark || !index || !time_ms || !(*mark > 0) || !(*index >= 0) || *mark > kFigureMax ||
            *index > kFigureMax || *time_ms < kTimeMinMs || *time_ms > kTimeMaxMs) {
            return Decoded::rejected("mark price, index or time is no number in bounds");
        }
        MarketEvent& event = out.push();
        event.kind = PETREL_EVENT_MARK_PRICE;
        event.instrument = contract->second.handle;
        event.exchange_ts_ns = static_cast<std::int64_t>(*time_ms) * petrel::kNsPerMs;
        event.receive_ts_ns = frame.receive_ts_ns;
        event.price = *mark;
        event.quantity = *index;
        return Decoded::done();
    }

    static constexpr double kFigureMax = 1e12;  // sums of absurd figures would be infinite
    static constexpr std::uint64_t kTimeMinMs = 1'230'768'000'000;  // the year 2009
    static constexpr std::uint64_t kTimeMaxMs = 4'102'444'800'000;  // the year 2100

    std::map<std::string, Contract, std::less<>> contracts_;  // by native name
};

}  // namespace

PETREL_PLUGIN(Acme);
