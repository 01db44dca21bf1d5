// Replay of a recorded journal through windows, detectors and rules, reading from disk included.
#include <benchmark/benchmark.h>

#include <unistd.h>

#include <filesystem>
#include <thread>

#include "engine.hpp"
#include "frames.hpp"
#include "journal/journal_writer.hpp"
#include "replay/replay.hpp"

namespace petrel::bench {
namespace {

namespace fs = std::filesystem;

// Two million events in a folder of their own; removed at the end of the program.
struct Recording {
    std::string directory;
    std::uint64_t events = 0;

    Recording() {
        directory = (fs::temp_directory_path() / ("petrel-bench-" + std::to_string(::getpid())));
        fs::remove_all(directory);
        Engine engine("binance");
        core::journal::WriterOptions options;
        options.directory = directory;
        options.queue_capacity = 1U << 17;
        options.describe = [&](std::uint32_t handle) {
            return core::journal_line(engine.registry(), handle);
        };
        auto writer = core::journal::JournalWriter::open(std::move(options));
        if (!writer.ok()) {
            return;
        }
        fill(engine, **writer);
        (*writer)->stop();
        events = (*writer)->figures().events;
    }
    ~Recording() { fs::remove_all(directory); }

    static void fill(Engine& engine, core::journal::JournalWriter& writer) {
        constexpr int rounds = 16;
        const Frames& frames = binance_frames();
        std::int64_t shift_ns = 0;
        std::int64_t last_ns = 0;
        std::uint64_t pushed = 0;
        for (int round = 0; round < rounds; ++round) {
            for (std::size_t i = 0; i < frames.size(); ++i) {
                engine.decode(frames[i]);
                std::vector<MarketEvent> events(engine.events().begin(), engine.events().end());
                for (MarketEvent& event : events) {
                    event.exchange_ts_ns += shift_ns;
                    event.receive_ts_ns = event.exchange_ts_ns;
                    last_ns = event.exchange_ts_ns;
                }
                writer.push(0, events);
                pushed += events.size();
                while (pushed > writer.figures().events + 60'000) {
                    std::this_thread::yield();  // the queue is bounded and must not refuse
                }
            }
            shift_ns = last_ns - 1'751'328'000 * kNsPerSecond;
            engine.renew();
        }
    }
};

void BM_Replay(benchmark::State& state) {
    static const Recording recording;
    core::ReplayOptions options;
    options.paths = {recording.directory};
    std::uint64_t events = 0;
    for (auto _ : state) {
        const auto summary = core::run_replay(setup(), options);
        if (!summary.ok()) {
            state.SkipWithError(summary.status().message().c_str());
            return;
        }
        events += summary->events;
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(events));
}

BENCHMARK(BM_Replay)->Unit(benchmark::kMillisecond)->MinTime(2.0)->UseRealTime();

}  // namespace
}  // namespace petrel::bench
