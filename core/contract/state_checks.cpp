// A decoder is a function of what its connection sent: rows "split_and_merged", "deterministic",
// "reconnect", "other_connection", "padding" and "room".
#include <algorithm>
#include <array>
#include <string>

#include "contract/checks.hpp"
#include "contract/event_rules.hpp"

namespace petrel::core {
namespace {

using Results = std::vector<CallResult>;

// What a comparison of two passes over the file found.
struct Difference {
    std::string sentence;
    std::string frame;
};

std::string difference(const CallResult& a, const CallResult& b, const AdapterRig& rig) {
    if (!b.fault.empty()) {
        return b.fault;
    }
    if (a.refused() && !b.refused()) {
        return "refused (" + a.reason + "), then taken";
    }
    if (a.events.size() != b.events.size()) {
        return std::to_string(a.events.size()) + " events, then " +
               std::to_string(b.events.size()) + (b.refused() ? "; refused: " + b.reason : "");
    }
    for (std::size_t i = 0; i < a.events.size(); ++i) {
        if (!same_event(a.events[i], b.events[i], rig.registry())) {
            return event_text(a.events[i], rig.registry()) + ", then " +
                   event_text(b.events[i], rig.registry());
        }
    }
    if (a.notices.size() != b.notices.size()) {
        return std::to_string(a.notices.size()) + " notices, then " +
               std::to_string(b.notices.size());
    }
    return {};
}

Results play_all(ContractSession& session, AdapterRig& rig) {
    Results results;
    for (const FrameStep& step : session.file().steps) {
        results.push_back(session.play(rig, step));
    }
    return results;
}

// Whether a frame that was refused may be taken the next time: for want of a rate that only later
// frames bring it may, where the same instance plays the file again.
enum class Refused : std::uint8_t { Compared, LeftOut };

// The same file, played twice.
struct Runs {
    const Results& first;
    const Results& second;
};

// The first step whose result differs.
Difference compare(ContractSession& session, const AdapterRig& rig, Runs runs,
                   Refused refused = Refused::Compared) {
    const auto& [first, second] = runs;
    for (std::size_t i = 0; i < first.size() && i < second.size(); ++i) {
        const FrameStep& step = session.file().steps[i];
        const bool left_out = refused == Refused::LeftOut && first[i].refused();
        const bool frame = step.kind == FrameStep::Kind::Frame && !left_out;
        std::string wrong = frame ? difference(first[i], second[i], rig) : "";
        if (!wrong.empty()) {
            return {step.place + ": " + wrong, shown(step.raw)};
        }
    }
    return {};
}

// What a row is called, what it says when all is well, and what helps when not.
struct RowWords {
    std::string_view row;
    std::string good;
    std::string remedy;
};

void report(RowSink& sink, const RowWords& words, const Difference& found) {
    if (found.sentence.empty()) {
        sink.pass(words.row, words.good);
    } else {
        sink.fail(words.row, found.sentence, found.frame, words.remedy);
    }
}

// A ready instance, or none after the row was reported.
std::unique_ptr<AdapterRig> prepared(ContractSession& session, std::string_view row, RowSink& sink,
                                     AdapterRig::Options options = {}) {
    if (!session.has_frames()) {
        sink.not_shown(row, "no frames were given; see --frames");
        return nullptr;
    }
    auto rig = session.ready(options);
    if (!rig.ok()) {
        sink.fail(row, rig.status().message(), "", "see row instruments");
        return nullptr;
    }
    return std::move(rig).value();
}

std::size_t events_in(const Results& results) {
    std::size_t events = 0;
    for (const CallResult& result : results) {
        events += result.events.size();
    }
    return events;
}

// The frames before `step` on a fresh instance, then `frames`; their events as those of one call.
Result<CallResult> events_of(ContractSession& session, const FrameStep& step,
                             const std::vector<std::string>& frames) {
    auto rig = session.ready();
    if (!rig.ok()) {
        return rig.status();
    }
    for (const FrameStep& before : session.file().steps) {
        if (&before == &step) {
            break;
        }
        (void)session.play(**rig, before);
    }
    CallResult all;
    for (const std::string& frame : frames) {
        CallResult one = (*rig)->frame(step.connection, frame, step.receive_ts_ns);
        all.events.insert(all.events.end(), one.events.begin(), one.events.end());
        all.fault = all.fault.empty() ? one.fault : all.fault;
        if (one.refused()) {
            all.code = one.code;
            all.reason = one.reason;
        }
    }
    return all;
}

}  // namespace

void check_split_and_merged(ContractSession& session, RowSink& sink) {
    constexpr std::string_view row = "split_and_merged";
    const auto rig = prepared(session, row, sink);
    if (rig == nullptr) {
        return;
    }
    if (const auto why = session.file().not_applicable.find(std::string(row));
        why != session.file().not_applicable.end()) {
        sink.not_applicable(row, why->second);
        return;
    }
    std::size_t shown_count = 0;
    for (const FrameStep& step : session.file().steps) {
        if (step.split.empty()) {
            continue;
        }
        const auto merged = events_of(session, step, {step.raw});
        const auto split = events_of(session, step, step.split);
        if (!merged.ok() || !split.ok()) {
            const Status& status = merged.ok() ? split.status() : merged.status();
            sink.fail(row, status.message(), "", "see row instruments");
            return;
        }
        std::string wrong =
            merged->fault.empty() ? difference(*merged, *split, *rig) : merged->fault;
        if (merged->events.size() < 2 && wrong.empty()) {
            wrong = "the merged frame gives " + std::to_string(merged->events.size()) + " events";
        }
        if (!wrong.empty()) {
            sink.fail(row, step.place + ": merged, then split: " + wrong, shown(step.raw),
                      "read every element of a frame's list, in its order");
            return;
        }
        ++shown_count;
    }
    if (shown_count == 0) {
        sink.not_shown(row, "no line has \"split\": the frames that together say the same");
    } else {
        sink.pass(row, std::to_string(shown_count) + " frames");
    }
}

void check_deterministic(ContractSession& session, RowSink& sink) {
    const auto one = prepared(session, "deterministic", sink);
    if (one == nullptr) {
        return;
    }
    const Results first = play_all(session, *one);
    const auto two = prepared(session, "deterministic", sink);
    if (two == nullptr) {
        return;
    }
    report(sink,
           {"deterministic", std::to_string(events_in(first)) + " events, twice the same",
            "let nothing but frames and replies decide: no clock, no address, no static variable"},
           compare(session, *one, {first, play_all(session, *two)}));
}

void check_reconnect(ContractSession& session, RowSink& sink) {
    const auto rig = prepared(session, "reconnect", sink);
    if (rig == nullptr) {
        return;
    }
    const Results first = play_all(session, *rig);
    for (std::uint32_t i = 0; i < session.connection_count(); ++i) {
        rig->open(i);
    }
    report(sink,
           {"reconnect", "the same after on_open()",
            "forget in on_open() what the frames of that connection taught, and nothing else"},
           compare(session, *rig, {first, play_all(session, *rig)}, Refused::LeftOut));
}

void check_other_connection(ContractSession& session, RowSink& sink) {
    const auto alone = prepared(session, "other_connection", sink);
    if (alone == nullptr) {
        return;
    }
    const Results first = play_all(session, *alone);
    const auto both = prepared(session, "other_connection", sink);
    if (both == nullptr) {
        return;
    }
    const std::uint32_t shift = session.connection_count();
    for (std::uint32_t i = 0; i < shift; ++i) {
        both->open(shift + i);
    }
    Results originals;
    Results copies;
    for (const FrameStep& step : session.file().steps) {
        const bool frame = step.kind == FrameStep::Kind::Frame;
        originals.push_back(session.play(*both, step));
        copies.push_back(frame ? session.play(*both, step, shift) : CallResult());
        if (step.kind == FrameStep::Kind::Reopen) {
            both->open(step.connection + shift);
        }
    }
    Difference found = compare(session, *alone, {first, originals}, Refused::LeftOut);
    // What both sockets miss may be told once: notices of the copy are not compared.
    for (std::size_t i = 0; i < copies.size(); ++i) {
        copies[i].notices = first[i].notices;
    }
    if (found.sentence.empty()) {
        found = compare(session, *alone, {first, copies}, Refused::LeftOut);
    }
    report(sink,
           {"other_connection", "two sockets, each as if it were alone",
            "keep what a frame teaches by frame.connection; with redundancy two sockets bring the "
            "same frames"},
           found);
}

void check_padding(ContractSession& session, RowSink& sink) {
    constexpr std::array<unsigned char, 5> paddings{0xFF, ' ', '"', '}', '0'};
    const auto one = prepared(session, "padding", sink);
    if (one == nullptr) {
        return;
    }
    const Results first = play_all(session, *one);
    for (const unsigned char padding : paddings) {
        AdapterRig::Options options;
        options.padding = padding;
        const auto other = prepared(session, "padding", sink, options);
        if (other == nullptr) {
            return;
        }
        const Difference found = compare(session, *one, {first, play_all(session, *other)});
        if (!found.sentence.empty()) {
            sink.fail("padding",
                      "with " + shown(std::string(1, static_cast<char>(padding))) +
                          " behind the frame: " + found.sentence,
                      found.frame,
                      "stop at the frame's length; what is behind it is not the venue's");
            return;
        }
    }
    sink.pass("padding", std::to_string(paddings.size()) + " sorts, the same events");
}

void check_room(ContractSession& session, RowSink& sink) {
    AdapterRig::Options wide;
    wide.room = 1'000;
    const auto one = prepared(session, "room", sink, wide);
    if (one == nullptr) {
        return;
    }
    const Results first = play_all(session, *one);
    AdapterRig::Options narrow;
    narrow.room = 1;
    const auto two = prepared(session, "room", sink, narrow);
    if (two == nullptr) {
        return;
    }
    report(sink,
           {"room", "room for 1000 and for 1, the same events",
            "call flush when count reaches capacity, and step by stride; DecodeOut::push() does "
            "both"},
           compare(session, *one, {first, play_all(session, *two)}));
}

}  // namespace petrel::core
