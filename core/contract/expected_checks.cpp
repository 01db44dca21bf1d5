// The venue's own frames against what the file says of them: rows "events" to "expected".
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "contract/checks.hpp"
#include "contract/event_rules.hpp"
#include "petrel/types.hpp"

namespace petrel::core {
namespace {

constexpr std::array<std::string_view, 16> kExpectedRows{
    "events",        "kinds",   "symbol", "side",    "price",       "unit",
    "notional",      "time",    "id",     "ack",     "error_frame", "heartbeat",
    "unknown_frame", "history", "gap",    "expected"};
constexpr std::string_view kDecodeRemedy =
    "correct the decoder; `petrel plugin decode` prints what it makes of a frame";

// What was seen of each row while the file was played.
class Tally {
public:
    struct Failure {
        std::string sentence;
        std::string frame;
    };

    void held(std::string_view row) { ++held_[std::string(row)]; }
    void failed(std::string_view row, const FrameStep& step, const std::string& why) {
        const std::string& input =
            step.raw.empty() && !step.replies.empty() ? step.replies.front() : step.raw;
        failures_.try_emplace(std::string(row), Failure{step.place + ": " + why, shown(input)});
    }
    [[nodiscard]] std::size_t count(std::string_view row) const {
        const auto found = held_.find(row);
        return found == held_.end() ? 0 : found->second;
    }
    [[nodiscard]] const Failure* failure(std::string_view row) const {
        const auto found = failures_.find(row);
        return found == failures_.end() ? nullptr : &found->second;
    }

    std::set<std::pair<std::uint8_t, std::uint8_t>> sides;  // kind and side that were expected
    std::uint32_t kinds = 0;
    bool inverse_shown = false;
    bool sequence_shown = false;

private:
    std::map<std::string, std::size_t, std::less<>> held_;
    std::map<std::string, Failure, std::less<>> failures_;
};

bool near(double a, double b) {
    return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
}

std::string number_text(double value) {
    char text[40];
    std::snprintf(text, sizeof(text), "%.12g", value);
    return text;
}

// Compares one field and books it under its row.
class EventComparison {
public:
    EventComparison(Tally& tally, const FrameStep& step, bool& all)
        : tally_(tally), step_(step), all_(all) {}

    void text(std::string_view row, std::string_view is, std::string_view wanted) {
        book(row, is == wanted, std::string(is), std::string(wanted));
    }
    void number(std::string_view row, double is, double wanted) {
        book(row, near(is, wanted), number_text(is), number_text(wanted));
    }
    template <typename Integer>
    void whole(std::string_view row, Integer is, Integer wanted) {
        book(row, is == wanted, std::to_string(is), std::to_string(wanted));
    }

private:
    void book(std::string_view row, bool right, const std::string& is, const std::string& wanted) {
        if (right) {
            tally_.held(row);
            return;
        }
        all_ = false;
        tally_.failed(row, step_, std::string(row) + " is " + is + ", expected " + wanted);
    }

    Tally& tally_;
    const FrameStep& step_;
    bool& all_;
};

void compare_event(const MarketEvent& event, const ExpectedEvent& wanted, const AdapterRig& rig,
                   EventComparison compare) {
    const InstrumentEntry* instrument = event.instrument < rig.registry().instrument_count()
                                            ? &rig.registry().instrument(event.instrument)
                                            : nullptr;
    compare.text("kinds", kind_name(event.kind), kind_name(wanted.kind));
    if (wanted.instrument && instrument != nullptr) {
        compare.text("symbol", instrument->native, *wanted.instrument);
    }
    if (wanted.symbol && instrument != nullptr) {
        compare.text("symbol", rig.registry().symbol(instrument->symbol).name, *wanted.symbol);
    }
    if (wanted.side) {
        compare.text("side", side_name(event.side), side_name(*wanted.side));
    }
    if (wanted.price) {
        compare.number("price", event.price, *wanted.price);
    }
    if (wanted.quantity) {
        compare.number("unit", event.quantity, *wanted.quantity);
    }
    if (wanted.notional_usd) {
        compare.number("notional", event.notional_usd, *wanted.notional_usd);
    }
    if (wanted.exchange_ts_ns) {
        compare.whole("time", event.exchange_ts_ns, *wanted.exchange_ts_ns);
    }
    if (wanted.id) {
        compare.whole("id", event.id, *wanted.id);
    }
    if (wanted.count) {
        compare.whole("id", event.count, *wanted.count);
    }
    if (wanted.late) {
        compare.text("history", (event.flags & PETREL_FLAG_LATE) != 0 ? "late" : "live",
                     *wanted.late ? "late" : "live");
    }
}

bool is_inverse(const AdapterRig& rig, std::uint32_t handle) {
    return std::any_of(rig.announced().begin(), rig.announced().end(),
                       [&](const AnnouncedInstrument& i) {
                           return i.handle == handle && i.figures.quote_per_unit > 0;
                       });
}

void compare_events(const CallResult& result, const FrameStep& step, const AdapterRig& rig,
                    Tally& tally, bool& all) {
    const std::vector<ExpectedEvent>& wanted = step.expect->events;
    if (result.events.size() != wanted.size()) {
        all = false;
        const std::string got = std::to_string(result.events.size()) + " events, expected " +
                                std::to_string(wanted.size());
        tally.failed("expected", step,
                     got + (result.refused() ? "; refused: " + result.reason : "") +
                         (result.events.empty()
                              ? ""
                              : "; first is " + event_text(result.events[0], rig.registry())));
        return;
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const MarketEvent& event = result.events[i];
        compare_event(event, wanted[i], rig, EventComparison(tally, step, all));
        if (step.kind == FrameStep::Kind::Backfill) {
            continue;
        }
        tally.sides.emplace(wanted[i].kind, wanted[i].side.value_or(PETREL_SIDE_NONE));
        tally.kinds |= PETREL_KIND_BIT(wanted[i].kind);
        const bool flow =
            wanted[i].kind == PETREL_EVENT_TRADE || wanted[i].kind == PETREL_EVENT_LIQUIDATION;
        tally.inverse_shown = tally.inverse_shown || (flow && wanted[i].quantity.has_value() &&
                                                      is_inverse(rig, event.instrument));
        tally.sequence_shown = tally.sequence_shown || (event.flags & PETREL_FLAG_ID_SEQUENCE) != 0;
    }
}

std::string_view row_of_notice(std::uint32_t type) {
    switch (type) {
        case PETREL_NOTICE_ACK:
            return "ack";
        case PETREL_NOTICE_SUBSCRIBE_FAIL:
        case PETREL_NOTICE_VENUE_ERROR:
            return "error_frame";
        case PETREL_NOTICE_PONG:
            return "heartbeat";
        case PETREL_NOTICE_GAP:
            return "gap";
        default:
            return "expected";
    }
}

std::string notices_text(const CallResult& result) {
    std::string text;
    for (const Notice& notice : result.notices) {
        text += " " + std::to_string(notice.type) + " '" + shown(notice.text) + "'";
    }
    return text.empty() ? " none" : text;
}

void compare_notices(const CallResult& result, const FrameStep& step, Tally& tally, bool& all) {
    for (const ExpectedNotice& wanted : step.expect->notices) {
        const bool there =
            std::any_of(result.notices.begin(), result.notices.end(), [&](const Notice& notice) {
                return notice.type == wanted.type &&
                       notice.text.find(wanted.text) != std::string::npos;
            });
        const std::string_view row = row_of_notice(wanted.type);
        if (there) {
            tally.held(row);
        } else {
            all = false;
            tally.failed(row, step,
                         "a notice of type " + std::to_string(wanted.type) + " with '" +
                             wanted.text + "' was expected, there are:" + notices_text(result));
        }
    }
    if (result.notices.size() > step.expect->notices.size()) {
        all = false;
        tally.failed("expected", step, "more notices than expected:" + notices_text(result));
    }
}

void compare_step(const CallResult& result, const FrameStep& step, const AdapterRig& rig,
                  Tally& tally) {
    bool all = true;
    compare_events(result, step, rig, tally, all);
    compare_notices(result, step, tally, all);
    const std::optional<std::string>& reason = step.expect->rejected;
    if (reason && (!result.refused() || result.reason.find(*reason) == std::string::npos)) {
        all = false;
        tally.failed("expected", step,
                     "a refusal with '" + *reason + "' was expected, but it " +
                         (result.refused() ? "says: " + result.reason : "was taken"));
    } else if (!reason && result.refused() && step.shows != "unknown") {
        all = false;
        tally.failed("expected", step, "it was refused: " + result.reason);
    }
    if (all) {
        tally.held("expected");
    }
}

// Ids that are said to be consecutive ascend: none comes twice, none overlaps the one before.
class Sequences {
public:
    std::string add(const MarketEvent& event) {
        if ((event.flags & PETREL_FLAG_ID_SEQUENCE) == 0 || (event.flags & PETREL_FLAG_LATE) != 0) {
            return {};
        }
        std::uint64_t& last = last_[{event.instrument, event.kind}];
        const std::uint64_t before = event.id - event.count;
        std::string wrong;
        if (last != 0 && before < last) {
            wrong = "id " + std::to_string(event.id) + " stands for " +
                    std::to_string(event.count) + " events, but " + std::to_string(last) +
                    " was there already";
        }
        last = event.id;
        return wrong;
    }
    void forget() { last_.clear(); }

private:
    std::map<std::pair<std::uint32_t, std::uint8_t>, std::uint64_t> last_;
};

void play_file(ContractSession& session, AdapterRig& rig, Tally& tally) {
    Sequences sequences;
    for (const FrameStep& step : session.file().steps) {
        if (step.kind == FrameStep::Kind::Discovery || step.kind == FrameStep::Kind::Reopen) {
            sequences.forget();
        }
        if (step.kind == FrameStep::Kind::Discovery) {
            continue;
        }
        const CallResult result = session.play(rig, step);
        if (result.fault.empty()) {
            tally.held("events");
        } else {
            tally.failed("events", step, result.fault);
        }
        for (const MarketEvent& event : result.events) {
            const std::string wrong =
                step.kind == FrameStep::Kind::Frame ? sequences.add(event) : "";
            if (!wrong.empty()) {
                tally.failed("id", step, wrong);
            }
        }
        if (!step.shows.empty()) {
            const std::string_view row = step.shows == "heartbeat" ? "heartbeat" : "unknown_frame";
            if (result.events.empty()) {
                tally.held(row);
            } else {
                tally.failed(row, step,
                             "it gives " + std::to_string(result.events.size()) + " events");
            }
        }
        if (step.expect) {
            compare_step(result, step, rig, tally);
        }
    }
}

// What a row still needs to be shown, or "".
std::string lacking(std::string_view row, const Tally& tally, const AdapterRig& rig) {
    const std::uint32_t channels = rig.info().channels;
    const auto offers = [&](std::uint8_t kind) { return (channels & PETREL_KIND_BIT(kind)) != 0; };
    if (row == "side") {
        for (const auto& [kind, side] :
             {std::pair<std::uint8_t, std::uint8_t>{PETREL_EVENT_TRADE, PETREL_SIDE_BUY},
              {PETREL_EVENT_TRADE, PETREL_SIDE_SELL},
              {PETREL_EVENT_LIQUIDATION, PETREL_SIDE_LONG},
              {PETREL_EVENT_LIQUIDATION, PETREL_SIDE_SHORT}}) {
            if (offers(kind) && !tally.sides.contains({kind, side})) {
                return "no " + std::string(kind_name(kind)) + " of side " +
                       std::string(side_name(side)) + " is expected in the file";
            }
        }
    }
    if (row == "kinds") {
        for (std::uint8_t kind = 1; kind < PETREL_EVENT_KIND_END; ++kind) {
            if (offers(kind) && (tally.kinds & PETREL_KIND_BIT(kind)) == 0) {
                return "no " + std::string(kind_name(kind)) + " is expected in the file";
            }
        }
    }
    const bool lists_inverse =
        std::any_of(rig.announced().begin(), rig.announced().end(),
                    [](const AnnouncedInstrument& i) { return i.figures.quote_per_unit > 0; });
    if (row == "unit" && lists_inverse && !tally.inverse_shown) {
        return "inverse contracts are announced, but no trade or liquidation of one is expected";
    }
    if (row == "gap" && tally.sequence_shown) {
        return {};
    }
    return tally.count(row) == 0 ? "no line of the file shows it" : "";
}

void report_row(ContractSession& session, std::string_view row, const Tally& tally,
                const AdapterRig& rig, RowSink& sink) {
    const auto& declared = session.file().not_applicable;
    const auto why = declared.find(std::string(row));
    const std::string lack = lacking(row, tally, rig);
    if (const Tally::Failure* failure = tally.failure(row)) {
        sink.fail(row, failure->sentence, failure->frame, std::string(kDecodeRemedy));
    } else if (why != declared.end()) {
        sink.not_applicable(row, why->second);
    } else if (!lack.empty()) {
        sink.not_shown(row, lack);
    } else if (row == "gap" && tally.count(row) == 0) {
        sink.pass(row, "by consecutive ids");
    } else {
        sink.pass(row, std::to_string(tally.count(row)) + " times");
    }
}

}  // namespace

void check_expected(ContractSession& session, RowSink& sink) {
    const auto rig = session.ready();
    for (const std::string_view row : kExpectedRows) {
        if ((!session.has_frames() || !rig.ok())) {
            if (rig.ok()) {
                sink.not_shown(row, "no frames were given; see --frames");
            } else {
                sink.fail(row, rig.status().message(), "", "see row instruments");
            }
        }
    }
    if (!session.has_frames() || !rig.ok()) {
        return;
    }
    Tally tally;
    play_file(session, **rig, tally);
    for (const std::string_view row : kExpectedRows) {
        report_row(session, row, tally, **rig, sink);
    }
}

}  // namespace petrel::core
