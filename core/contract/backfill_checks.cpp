// Holes that a venue's history fills: rows "backfill_request", "backfill_answer" and
// "backfill_refusals".
#include <algorithm>
#include <string>

#include "contract/checks.hpp"
#include "contract/event_rules.hpp"
#include "petrel/types.hpp"

namespace petrel::core {
namespace {

constexpr std::string_view kRequestRemedy = "correct the requests that backfill() makes";
constexpr std::string_view kAnswerRemedy =
    "correct what on_reply() makes of PETREL_REQUEST_BACKFILL";
constexpr std::string_view kNoLine =
    "give a line {\"backfill\":{\"instrument\":\"...\",\"first_id\":1,\"last_id\":2,"
    "\"from_ns\":...,\"to_ns\":...},\"reply\":\"...\",\"expect\":{\"events\":[...]}}";

std::uint32_t limit_of(const AdapterRig& rig) {
    return PETREL_HAS(&rig.info(), petrel_exchange_info, rest_weight_per_minute)
               ? rig.info().rest_weight_per_minute
               : 0;
}

// A gap of a second that ended when the frames were recorded.
StreamGap usual_gap(std::uint32_t instrument, std::uint8_t kind) {
    StreamGap gap;
    gap.instrument = instrument;
    gap.kind = kind;
    gap.first_id = 1'000'000'001;
    gap.last_id = 1'000'000'020;
    gap.from_ns = 1'793'999'999 * kNsPerSecond;
    gap.to_ns = 1'794'000'000 * kNsPerSecond;
    return gap;
}

// Why no gap at all can be filled, or "" when some can; every request that is made is looked at.
std::string ask_all(AdapterRig& rig, std::string& wrong, std::size_t& requests) {
    std::string refusal = rig.can_backfill() ? "" : "the adapter has no backfill()";
    bool any = false;
    for (const AnnouncedInstrument& instrument : rig.announced()) {
        for (const auto kind : {EventKind::Trade, EventKind::Liquidation}) {
            for (const bool with_ids : {true, false}) {
                StreamGap gap = usual_gap(instrument.handle, static_cast<std::uint8_t>(kind));
                gap.first_id = with_ids ? gap.first_id : 0;
                gap.last_id = with_ids ? gap.last_id : 0;
                const CallResult asked = rig.can_backfill() ? rig.backfill(gap) : CallResult();
                if (wrong.empty()) {
                    wrong = asked.fault;
                }
                if (asked.refused()) {
                    refusal = asked.reason;
                    continue;
                }
                any = any || !asked.requests.empty();
                for (const RequestPlan& request : asked.requests) {
                    ++requests;
                    std::string fault =
                        request_fault(request, PETREL_REQUEST_BACKFILL, limit_of(rig));
                    wrong = wrong.empty() ? fault : wrong;
                }
            }
        }
    }
    return any ? "" : refusal;
}

// An instance that has seen the frames of the file before `step`; all of them when it is null.
Result<std::unique_ptr<AdapterRig>> rig_at(ContractSession& session, const FrameStep* step) {
    auto rig = session.ready();
    for (const FrameStep& before : session.file().steps) {
        if (!rig.ok() || &before == step) {
            break;
        }
        if (before.kind == FrameStep::Kind::Frame) {
            (void)session.play(**rig, before);
        }
    }
    return rig;
}

std::string order_fault(const CallResult& result, const AdapterRig& rig) {
    for (std::size_t i = 1; i < result.events.size(); ++i) {
        if (result.events[i].exchange_ts_ns < result.events[i - 1].exchange_ts_ns) {
            return "it is not oldest first: " + event_text(result.events[i], rig.registry()) +
                   " comes after " + event_text(result.events[i - 1], rig.registry());
        }
    }
    return {};
}

std::string answer_fault(const CallResult& result, const FrameStep& step, const AdapterRig& rig) {
    if (!result.fault.empty()) {
        return result.fault;
    }
    if (step.expect && step.expect->rejected) {
        return {};  // row "expected" holds it to its words
    }
    if (result.refused()) {
        return "it was refused: " + result.reason;
    }
    return order_fault(result, rig);
}

void check_answers(ContractSession& session, RowSink& sink) {
    std::size_t answers = 0;
    for (const FrameStep& step : session.file().steps) {
        if (step.kind != FrameStep::Kind::Backfill) {
            continue;
        }
        auto rig = rig_at(session, &step);
        if (!rig.ok()) {
            sink.fail("backfill_answer", rig.status().message(), "", "see row instruments");
            return;
        }
        const CallResult result = session.play(**rig, step);
        if (const std::string wrong = answer_fault(result, step, **rig); !wrong.empty()) {
            sink.fail("backfill_answer", step.place + ": " + wrong, shown(step.replies.front()),
                      std::string(kAnswerRemedy));
            return;
        }
        answers += result.events.empty() ? 0 : 1;
    }
    if (answers == 0) {
        sink.not_shown("backfill_answer", std::string(kNoLine));
    } else {
        sink.pass("backfill_answer", std::to_string(answers) + " answers, oldest first");
    }
}

// One bad answer to the request of a gap; "" when it is refused with a reason.
std::string answer_refusal_fault(ContractSession& session, const StreamGap& gap,
                                 std::uint32_t status, const std::string& body) {
    auto rig = rig_at(session, nullptr);
    if (!rig.ok()) {
        return rig.status().message();
    }
    const CallResult asked = (*rig)->backfill(gap);
    if (asked.refused() || asked.requests.empty()) {
        return asked.fault;
    }
    const CallResult read = (*rig)->reply(asked.requests.front(), status, body);
    if (!read.fault.empty()) {
        return read.fault;
    }
    if (!read.refused()) {
        return "it was taken";
    }
    return read.events.empty() ? "" : "it was refused, but gave events before";
}

// Half answers, cut at some hundred places; where they may end is the format's affair.
std::string half_answer_fault(ContractSession& session, const StreamGap& gap,
                              const std::string& good, std::string& cut) {
    const std::size_t end = good.find_last_not_of(" \t\r\n") + 1;
    for (std::size_t length = 1; length < end; length += end / 100 + 1) {
        cut = good.substr(0, length);
        std::string wrong = answer_refusal_fault(session, gap, 200, cut);
        if (wrong == "it was taken" && (good.starts_with('{') || good.starts_with('['))) {
            return "half an answer was taken";
        }
        if (!wrong.empty() && wrong != "it was taken" && !wrong.starts_with("it was refused")) {
            return "half an answer: " + wrong;
        }
    }
    return {};
}

// The gaps of the file, asked of an instance that has seen its frames.
std::string ask_file(ContractSession& session, std::string& wrong, std::size_t& requests) {
    std::string refusal;
    for (const FrameStep& step : session.file().steps) {
        if (step.kind != FrameStep::Kind::Backfill) {
            continue;
        }
        auto rig = rig_at(session, &step);
        if (!rig.ok()) {
            return rig.status().message();
        }
        const CallResult asked = (*rig)->backfill(gap_of_step(**rig, step));
        refusal = asked.refused() ? asked.reason : refusal;
        for (const RequestPlan& request : asked.requests) {
            ++requests;
            const std::string fault =
                request_fault(request, PETREL_REQUEST_BACKFILL, limit_of(**rig));
            wrong = wrong.empty() ? fault : wrong;
        }
    }
    return refusal;
}

// The reason why the adapter fills no gap, or ""; what is wrong with its requests.
std::string cannot_fill(ContractSession& session, AdapterRig& rig, std::string& wrong,
                        std::size_t& requests) {
    const std::string refusal = ask_all(rig, wrong, requests);
    const std::string of_file = ask_file(session, wrong, requests);
    return requests > 0 ? "" : refusal.empty() ? of_file : refusal;
}

}  // namespace

void check_backfill(ContractSession& session, RowSink& sink) {
    auto rig = session.ready();
    if (!rig.ok()) {
        sink.fail("backfill_request", rig.status().message(), "", "see row instruments");
        sink.fail("backfill_answer", rig.status().message(), "", "see row instruments");
        return;
    }
    if ((*rig)->announced().empty() && (*rig)->can_backfill()) {
        sink.not_shown("backfill_request", "no instrument is known; give the venue's list");
        sink.not_shown("backfill_answer", std::string(kNoLine));
        return;
    }
    std::string wrong;
    std::size_t requests = 0;
    const std::string refusal = cannot_fill(session, **rig, wrong, requests);
    if (!wrong.empty()) {
        sink.fail("backfill_request", wrong, "", std::string(kRequestRemedy));
    } else if (!refusal.empty()) {
        sink.not_applicable("backfill_request", refusal);
        sink.not_applicable("backfill_answer", refusal);
        return;
    } else {
        sink.pass("backfill_request", std::to_string(requests) + " requests");
    }
    check_answers(session, sink);
}

void check_backfill_refusals(ContractSession& session, RowSink& sink) {
    constexpr std::string_view row = "backfill_refusals";
    auto rig = session.ready();
    if (!rig.ok() || ((*rig)->announced().empty() && (*rig)->can_backfill())) {
        sink.not_shown(row, "no instrument is known; give the venue's list");
        return;
    }
    std::string wrong_request;
    std::size_t requests = 0;
    const std::string refusal = cannot_fill(session, **rig, wrong_request, requests);
    if (!refusal.empty()) {
        sink.not_applicable(row, refusal);
        return;
    }
    std::size_t tried = 0;
    const auto attempt = [&](const StreamGap& gap) {
        for (const BadReply& bad : bad_replies()) {
            ++tried;
            const std::string wrong = answer_refusal_fault(session, gap, bad.http_status, bad.body);
            if (!wrong.empty()) {
                sink.fail(row, std::string(bad.what) + ": " + wrong, shown(bad.body),
                          std::string(kAnswerRemedy));
                return false;
            }
        }
        return true;
    };
    if (!attempt(usual_gap((*rig)->announced().front().handle, PETREL_EVENT_TRADE))) {
        return;
    }
    for (const FrameStep& step : session.file().steps) {
        if (step.kind != FrameStep::Kind::Backfill) {
            continue;
        }
        const StreamGap gap = gap_of_step(**rig, step);
        std::string cut;
        const std::string wrong = half_answer_fault(session, gap, step.replies.front(), cut);
        if (!attempt(gap)) {
            return;
        }
        if (!wrong.empty()) {
            sink.fail(row, wrong, shown(cut), std::string(kAnswerRemedy));
            return;
        }
    }
    sink.pass(row, std::to_string(tried) + " bad answers refused");
}

}  // namespace petrel::core
