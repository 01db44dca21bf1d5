// An adapter for the invented venue "faulty", right in all rows of the contract until it is told
// which fault to have: `fault = "nan_price"`. What the venue sends, lines joined by ';':
//
//   T,<instrument>,B|S,<price>,<contracts>,<ms>,<id>          a trade; the first frame of a socket
//   L,<instrument>,LONG|SHORT,<price>,<contracts>,<ms>,<id>   with trades is history
//   A,<topic>   E,<text>   H   N,<number of the frame>
#include <csignal>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "petrel/decimal.hpp"
#include "petrel/exchange.hpp"

namespace {

using petrel::Decoded;
using petrel::MarketEvent;
using petrel::text_of;

std::vector<std::string_view> split(std::string_view text, char by) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find(by);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

class Faulty final : public petrel::Exchange {
public:
    Faulty(const petrel::Host&, const petrel::Config& config) : fault_(config.text("fault")) {}

    static petrel::PluginInfo describe() {
        return {"faulty",
                "1.0.0",
                "petrel",
                "An adapter with faults to order.",
                {petrel::parameter(PETREL_PARAMETER_TEXT, "fault", "", "which fault it has")}};
    }

    static const petrel_exchange_info* info() {
        static constexpr petrel_text sockets[] = {text_of(FAULTY_SOCKET)};
        static constexpr petrel_text rest[] = {text_of("https://api.faulty.test")};
        static const petrel_exchange_info value = [] {
            petrel_exchange_info i{};
            i.size = sizeof(i);
            i.channels = petrel::kind_bit(petrel::EventKind::Trade) |
                         petrel::kind_bit(petrel::EventKind::Liquidation);
            i.message_bytes_max = 4096;
            i.ws_endpoints = sockets;
            i.ws_endpoint_count = 1;
            i.rest_endpoints = rest;
            i.rest_endpoint_count = 1;
            i.completeness[PETREL_EVENT_TRADE] = PETREL_COMPLETE;
            i.completeness[PETREL_EVENT_LIQUIDATION] = PETREL_COMPLETE;
            return i;
        }();
        return &value;
    }

    petrel::Status ready() const override {
        return is("refuses_to_start") ? petrel::Status::invalid("not today") : petrel::Status();
    }

    petrel::Status discover(petrel::DecodeOut& out) override {
        out.get(PETREL_REQUEST_DISCOVERY, 1, "/list", is("free_request") ? 0 : 1);
        return {};
    }

    Decoded on_reply(const petrel::Reply& reply, petrel::DecodeOut& out) override {
        const bool history = reply.purpose == PETREL_REQUEST_BACKFILL;
        const bool blind = is(history ? "takes_any_answer" : "takes_any_list");
        if (!blind && (reply.http_status != 200 || !reply.body.ends_with("\n"))) {
            return Decoded::rejected("no whole answer");
        }
        const std::vector<std::string_view> lines = split(reply.body, '\n');
        if (!blind && (lines.size() < 2 || split(lines[0], ',').size() < 4)) {
            return Decoded::rejected("no line of ours");
        }
        return history ? read_history(lines, reply, out) : read_list(lines, out);
    }

    petrel::Status plan(std::span<const petrel_subscription> wanted,
                        petrel_plan_out& out) override {
        std::vector<std::string> topics;
        for (const petrel_subscription& w : wanted) {
            const std::string name = petrel::string_of(w.native);
            if (!is("plans_anything") &&
                (name.empty() || name.size() > 20 ||
                 name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != std::string::npos)) {
                return petrel::Status::invalid("'" + name + "' is no name of ours");
            }
            topics.push_back(name);
        }
        std::vector<petrel_stream> streams;
        std::vector<petrel_text> frames;
        for (std::size_t i = is("forgets_a_stream") && wanted.size() > 1 ? 1 : 0; i < wanted.size();
             ++i) {
            streams.push_back({sizeof(petrel_stream), wanted[i].instrument, wanted[i].channels, 0,
                               text_of(topics[i])});
            frames.push_back(text_of(topics[i]));
        }
        petrel_connection_plan plan{};
        plan.size = sizeof(plan);
        plan.name = text_of("lines");
        plan.path = text_of("/lines");
        plan.frames = frames.data();
        plan.frame_count = static_cast<std::uint32_t>(frames.size());
        plan.idle_ms_max = 30'000;
        plan.streams = streams.data();
        plan.stream_count = static_cast<std::uint32_t>(streams.size());
        out.connection(&out, &plan);
        return {};
    }

    petrel::Status backfill(const petrel::Gap& gap, petrel::DecodeOut& out) override {
        if (gap.kind != PETREL_EVENT_TRADE) {
            return petrel::Status::failure(PETREL_E_UNSUPPORTED, "only trades have a history");
        }
        out.get(PETREL_REQUEST_BACKFILL, 2, is("bad_target") ? "history of it" : "/history", 1,
                gap.instrument);
        return {};
    }

    void on_open(std::uint32_t connection) override {
        if (!is("remembers")) {
            seen_.erase(key(connection));
            last_.erase(key(connection));
        }
    }

    Decoded on_frame(const petrel::Frame& frame, petrel::DecodeOut& out) override {
        misbehave(frame);
        std::string_view text = frame.text;
        if (is("reads_padding")) {
            text = {frame.text.data(), frame.text.size() + 1};
        }
        std::vector<std::string_view> lines = split(text, ';');
        if (is("first_line_only")) {
            lines.resize(1);
        }
        std::vector<MarketEvent> events;
        for (const std::string_view line : lines) {
            const Decoded decoded = read(line, frame, events, out);
            if (decoded.code != PETREL_OK) {
                return decoded;
            }
        }
        const bool history = !events.empty() && seen_.insert(key(frame.connection)).second;
        for (MarketEvent& event : events) {
            event.flags = history && !is("history_is_live") ? PETREL_FLAG_LATE : 0;
            MarketEvent& place = out.push();
            place = event;
            if (is("writes_behind_an_event")) {
                (&place)[1] = event;  // as one who takes the stride for the size of an event
            }
        }
        return Decoded::done();
    }

private:
    struct Contract {
        std::uint32_t handle;
        double size;
    };

    [[nodiscard]] bool is(std::string_view fault) const { return fault_ == fault; }
    [[nodiscard]] std::uint32_t key(std::uint32_t connection) const {
        return is("one_state_for_all") ? 0 : connection;
    }

    void misbehave(const petrel::Frame& frame) {
        const bool garbage = frame.text.starts_with("{");
        if (garbage && is("crashes")) {
            std::raise(SIGSEGV);
        }
        if (garbage && is("ends_the_process")) {
            std::_Exit(3);
        }
        while (garbage && is("hangs")) {
            ++calls_;
        }
        if (is("crashes_on_a_rare_frame") && frame.text.find("NaN,") != std::string_view::npos) {
            std::raise(SIGABRT);
        }
        if (is("keeps_frames")) {
            kept_.emplace_back(frame.text);
        }
        if (is("writes_into_the_frame") && !frame.text.empty()) {
            const_cast<char*>(frame.text.data())[0] = '!';
        }
        if (is("reads_far") && frame.text.size() == 1) {
            const volatile char* far = frame.text.data();
            calls_ += static_cast<std::uint64_t>(far[frame.text.size() + 70]);
        }
    }

    Decoded read(std::string_view line, const petrel::Frame& frame,
                 std::vector<MarketEvent>& events, petrel::DecodeOut& out) {
        const std::vector<std::string_view> f = split(line, ',');
        if (f[0] == "A" && f.size() == 2) {
            out.notice(is("no_ack") ? PETREL_NOTICE_PONG : PETREL_NOTICE_ACK, f[1]);
            return Decoded::done();
        }
        if (f[0] == "E" && f.size() == 2) {
            out.notice(is("no_error") ? PETREL_NOTICE_PONG : PETREL_NOTICE_SUBSCRIBE_FAIL, f[1]);
            return Decoded::done();
        }
        if (f[0] == "H" && f.size() == 1) {
            return is("heartbeat_is_a_trade") ? trade_of_nothing(frame, events)
                                              : Decoded::ignored();
        }
        if (f[0] == "N" && f.size() == 2) {
            return count(f[1], frame, out);
        }
        if ((f[0] == "T" || f[0] == "L") && f.size() == 7) {
            return fill(f, frame, events, out);
        }
        if (is("trade_of_anything")) {
            return trade_of_nothing(frame, events);
        }
        return is("no_reason") ? Decoded::rejected("") : Decoded::rejected("a line of no sort");
    }

    Decoded count(std::string_view number, const petrel::Frame& frame, petrel::DecodeOut& out) {
        const auto n = petrel::parse_unsigned(number);
        if (!n) {
            return Decoded::rejected("no number of a frame");
        }
        std::uint64_t& last = last_[key(frame.connection)];
        if (last != 0 && *n != last + 1 && !is("overlooks_gaps")) {
            out.notice(PETREL_NOTICE_GAP, number);
        }
        last = *n;
        return Decoded::done();
    }

    Decoded trade_of_nothing(const petrel::Frame& frame, std::vector<MarketEvent>& events) {
        MarketEvent event{};
        event.count = 1;
        event.kind = PETREL_EVENT_TRADE;
        event.side = PETREL_SIDE_BUY;
        event.exchange_ts_ns = frame.receive_ts_ns;
        event.receive_ts_ns = frame.receive_ts_ns;
        event.price = 1;
        event.quantity = 1;
        event.notional_usd = 1;
        events.push_back(event);
        return Decoded::done();
    }

    Decoded fill(const std::vector<std::string_view>& f, const petrel::Frame& frame,
                 std::vector<MarketEvent>& events, petrel::DecodeOut& out) {
        const auto contract = contracts_.find(std::string(f[1]));
        const auto price = petrel::parse_decimal(f[3]);
        const auto size = petrel::parse_decimal(f[4]);
        const auto ms = petrel::parse_unsigned(f[5]);
        const auto id = petrel::parse_unsigned(f[6]);
        const bool trade = f[0] == "T";
        const bool first = f[2] == (trade ? "B" : "LONG");
        const bool bounded = price && size && ms && id && *price > 0 && *price < 1e9 && *size > 0 &&
                             *size < 1e9 && *ms > 1'230'768'000'000 && *ms < 4'102'444'800'000;
        if (contract == contracts_.end() || (!first && f[2] != (trade ? "S" : "SHORT")) ||
            (!bounded && !is("trusts_figures"))) {
            return Decoded::rejected("a figure is out of bounds");
        }
        (void)out;
        MarketEvent event{};
        event.count = 1;
        event.kind = trade ? PETREL_EVENT_TRADE : PETREL_EVENT_LIQUIDATION;
        event.side = static_cast<std::uint8_t>((trade ? PETREL_SIDE_BUY : PETREL_SIDE_LONG) +
                                               (first != is("wrong_side") ? 0 : 1));
        event.instrument = contract->second.handle;
        event.exchange_ts_ns = static_cast<std::int64_t>(ms.value_or(0)) * petrel::kNsPerMs;
        event.receive_ts_ns = frame.receive_ts_ns;
        constexpr double none = std::numeric_limits<double>::quiet_NaN();
        event.price = price.value_or(none);
        event.quantity =
            size.value_or(none) * (is("contracts_for_coins") ? 1 : contract->second.size);
        event.notional_usd = event.price * event.quantity;
        event.id = id.value_or(0);
        distort(event);
        events.push_back(event);
        return Decoded::done();
    }

    void distort(MarketEvent& event) {
        static std::uint64_t of_all_instances = 0;
        event.price = is("nan_price") ? std::numeric_limits<double>::quiet_NaN() : event.price;
        event.price *= is("wrong_price") ? 2 : 1;
        event.quantity /= is("wrong_price") ? 2 : 1;
        event.notional_usd *= is("wrong_value") ? 1'000 : 1;
        event.exchange_ts_ns += is("wrong_time") ? petrel::kNsPerMs : 0;
        event.id += is("wrong_id") ? 1 : 0;
        event.id += is("counts_over_instances") ? ++of_all_instances : 0;
        event.instrument = is("wrong_instrument") ? 1 - event.instrument : event.instrument;
        event.instrument = is("stranger") ? 4'711 : event.instrument;
        event.kind = is("wrong_kind") ? PETREL_EVENT_MARK_PRICE : event.kind;
        event.side = is("wrong_kind") ? PETREL_SIDE_NONE : event.side;
    }

    Decoded read_list(const std::vector<std::string_view>& lines, petrel::DecodeOut& out) {
        for (const std::string_view line : lines) {
            const std::vector<std::string_view> f = split(line, ',');
            const auto size = petrel::parse_decimal(f.back());
            if (f.size() != 4 || !size || !(*size > 0)) {
                continue;
            }
            petrel::Instrument instrument;
            instrument.native = f[0];
            instrument.base = is("lower_case_names") ? std::string_view("btc") : f[1];
            instrument.quote = f[2];
            instrument.settle = f[2];
            instrument.base_per_unit = *size;
            contracts_[std::string(f[0])] = {out.instrument(instrument), *size};
        }
        return Decoded::done();
    }

    Decoded read_history(const std::vector<std::string_view>& lines, const petrel::Reply& reply,
                         petrel::DecodeOut& out) {
        std::vector<MarketEvent> events;
        const petrel::Frame frame{0, {}, reply.receive_ts_ns};
        for (const std::string_view line : lines) {
            const std::vector<std::string_view> f = split(line, ',');
            if (f.size() == 7 && f[0] == "T") {
                (void)fill(f, frame, events, out);
            }
        }
        for (std::size_t i = 0; i < events.size(); ++i) {
            out.push() = events[is("newest_first") ? events.size() - 1 - i : i];
        }
        return Decoded::done();
    }

    std::string fault_;
    std::map<std::string, Contract> contracts_;
    std::set<std::uint32_t> seen_;
    std::map<std::uint32_t, std::uint64_t> last_;
    std::vector<std::string> kept_;
    std::uint64_t calls_ = 0;
};

}  // namespace

PETREL_PLUGIN(Faulty);
