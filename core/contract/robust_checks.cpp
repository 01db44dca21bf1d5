// Frames that no venue sends: rows "garbage", "damage" and "memory".
#include <malloc.h>

#include <algorithm>
#include <string>

#include "contract/checks.hpp"
#include "contract/event_rules.hpp"

namespace petrel::core {
namespace {

constexpr std::string_view kRobustRemedy =
    "check every field before an event is made, and refuse the frame with a reason";
constexpr std::size_t kDamagedBytesMax = 6'000;  // of a frame; of a longer one, every n-th byte
constexpr std::size_t kMemoryFrames = 20'000;
constexpr std::size_t kMemoryGrowthMax = 64U << 10;

// What the process has allocated: small blocks, and large ones that are mapped each by itself.
std::size_t bytes_in_use() {
    const struct mallinfo2 info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
}

// Frames of the file by their step.
std::vector<const FrameStep*> frames_of(const ContractSession& session) {
    std::vector<const FrameStep*> frames;
    for (const FrameStep& step : session.file().steps) {
        if (step.kind == FrameStep::Kind::Frame) {
            frames.push_back(&step);
        }
    }
    return frames;
}

// Instances that took the same good frames, one of which also took what is to be tried.
class Pair {
public:
    Pair(ContractSession& session, AdapterRig& clean, AdapterRig& tried)
        : session_(session), clean_(clean), tried_(tried) {}

    // Both are opened anew and play the file; "" when they agree.
    std::string still_works() {
        for (std::uint32_t i = 0; i < session_.connection_count(); ++i) {
            clean_.open(i);
            tried_.open(i);
        }
        for (const FrameStep* step : frames_of(session_)) {
            const CallResult a = session_.play(clean_, *step);
            const CallResult b = session_.play(tried_, *step);
            if (a.events.size() != b.events.size() && !a.refused()) {
                return "afterwards " + step->place + " gives " + std::to_string(b.events.size()) +
                       " events in place of " + std::to_string(a.events.size());
            }
        }
        return {};
    }

private:
    ContractSession& session_;
    AdapterRig& clean_;
    AdapterRig& tried_;
};

std::string garbage_fault(AdapterRig& rig, std::uint32_t connection, const std::string& frame) {
    const CallResult result = rig.frame(connection, frame, 1'794'000'000'000'000'000);
    if (!result.fault.empty()) {
        return result.fault;
    }
    if (!result.events.empty()) {
        return "it gives " + std::to_string(result.events.size()) + " events, first " +
               event_text(result.events[0], rig.registry());
    }
    return {};
}

std::vector<std::string> heavy_frames() {
    const std::size_t long_bytes = 10U << 20;
    return {
        std::string(100'000, '['),
        std::string(100'000, '[') + std::string(100'000, ']'),
        "{\"a\":" + std::string(100'000, '{'),
        "{\"data\":\"" + std::string(long_bytes, 'x') + "\"}",
        "[" + std::string(long_bytes, ' ') + "]",
        std::string(long_bytes, '9'),
        std::string(long_bytes, '\0'),
    };
}

void report_garbage(RowSink& sink, const std::string& wrong, const std::string& frame) {
    sink.fail("garbage", wrong, shown(frame), std::string(kRobustRemedy));
}

// Every truncation of one frame and every byte of it changed, on an instance that knows what came
// before it.
std::string damage_fault(AdapterRig& rig, const FrameStep& step, std::uint64_t& tried,
                         std::string& input) {
    const std::string& good = step.raw;
    const std::size_t stride = good.size() / kDamagedBytesMax + 1;
    const auto attempt = [&] {
        ++tried;
        return rig.frame(step.connection, input, step.receive_ts_ns).fault;
    };
    for (std::size_t length = 0; length < good.size(); length += stride) {
        input = good.substr(0, length);
        if (std::string wrong = attempt(); !wrong.empty()) {
            return "cut to " + std::to_string(length) + " bytes: " + wrong;
        }
    }
    constexpr unsigned char flips[] = {0x01, 0x10, 0x80, 0xFF};
    for (std::size_t at = 0; at < good.size(); at += stride) {
        for (const unsigned char flip : flips) {
            input = good;
            input[at] = static_cast<char>(static_cast<unsigned char>(input[at]) ^ flip);
            if (std::string wrong = attempt(); !wrong.empty()) {
                return "byte " + std::to_string(at) + " changed: " + wrong;
            }
        }
    }
    return {};
}

}  // namespace

void check_garbage(ContractSession& session, RowSink& sink) {
    auto clean = session.ready();
    auto tried = session.ready();
    if (!clean.ok() || !tried.ok()) {
        sink.fail("garbage", clean.ok() ? tried.status().message() : clean.status().message(), "",
                  "see row instruments");
        return;
    }
    Pair pair(session, **clean, **tried);
    std::vector<std::string> frames = garbage_frames();
    for (std::string& heavy : heavy_frames()) {
        frames.push_back(std::move(heavy));
    }
    const std::uint32_t connections = std::max(session.connection_count(), 1U);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const auto connection = static_cast<std::uint32_t>(i % connections);
        std::string wrong = garbage_fault(**tried, connection, frames[i]);
        if (wrong.empty()) {
            wrong = pair.still_works();
        }
        if (!wrong.empty()) {
            report_garbage(sink, wrong, frames[i]);
            return;
        }
    }
    // Connections that were never planned.
    for (const std::uint32_t connection : {1'000U, 0xffff'fffeU}) {
        const std::string wrong = garbage_fault(**tried, connection, "{}");
        if (!wrong.empty()) {
            report_garbage(sink, "on connection " + std::to_string(connection) + ": " + wrong,
                           "{}");
            return;
        }
    }
    sink.pass("garbage", std::to_string(frames.size()) + " frames, up to 10 MiB and 100,000 deep" +
                             (session.has_frames() ? ", decoder works after each" : ""));
}

void check_damage(ContractSession& session, RowSink& sink) {
    if (!session.has_frames()) {
        sink.not_shown("damage", "no frames were given; see --frames");
        return;
    }
    auto rig = session.ready();
    auto clean = session.ready();
    if (!rig.ok() || !clean.ok()) {
        sink.fail("damage", "no instance could be made", "", "see row instruments");
        return;
    }
    std::uint64_t tried = 0;
    for (const FrameStep* step : frames_of(session)) {
        std::string input;
        const std::string wrong = damage_fault(**rig, *step, tried, input);
        if (!wrong.empty()) {
            sink.fail("damage", step->place + ", " + wrong, shown(input),
                      std::string(kRobustRemedy));
            return;
        }
        (void)session.play(**rig, *step);
    }
    Pair pair(session, **clean, **rig);
    if (const std::string wrong = pair.still_works(); !wrong.empty()) {
        sink.fail("damage", wrong, "", "forget in on_open() what damaged frames taught");
        return;
    }
    sink.pass("damage", std::to_string(tried) + " damaged frames");
}

void check_memory(ContractSession& session, RowSink& sink) {
    const std::vector<const FrameStep*> frames = frames_of(session);
    if (frames.empty()) {
        sink.not_shown("memory", "no frames were given; see --frames");
        return;
    }
    auto rig = session.ready();
    if (!rig.ok()) {
        sink.fail("memory", rig.status().message(), "", "see row instruments");
        return;
    }
    const std::size_t rounds = kMemoryFrames / frames.size() + 1;
    const auto play = [&] {
        for (std::size_t round = 0; round < rounds; ++round) {
            for (const FrameStep* step : frames) {
                (void)session.play(**rig, *step);
            }
        }
    };
    play();
    const std::size_t before = bytes_in_use();
    play();
    const std::size_t after = bytes_in_use();
    if (after > before + kMemoryGrowthMax) {
        sink.fail("memory",
                  std::to_string(after - before) + " bytes more are in use after " +
                      std::to_string(rounds * frames.size()) + " further frames",
                  "", "bound what is kept by the number of instruments, not of frames");
        return;
    }
    sink.pass("memory", std::to_string(rounds * frames.size()) + " frames, no growth");
}

}  // namespace petrel::core
