// Decoding and the whole path from frame to verdict, a venue each, beside the bare extraction of
// the same fields from the same frames.
#include <benchmark/benchmark.h>

#include "engine.hpp"
#include "floors.hpp"
#include "frames.hpp"

namespace petrel::bench {
namespace {

void report(benchmark::State& state, std::uint64_t frames) {
    state.SetItemsProcessed(static_cast<std::int64_t>(frames));
}

void BM_FloorSimdjson(benchmark::State& state, const std::string& venue) {
    const Frames& frames = frames_of(venue);
    const bool binance = venue == "binance";
    std::size_t i = 0;
    double sum = 0;
    for (auto _ : state) {
        sum += binance ? bare_binance(frames[i]) : bare_bybit(frames[i]);
        i = i + 1 == frames.size() ? 0 : i + 1;
    }
    benchmark::DoNotOptimize(sum);
    report(state, state.iterations());
}

// The frames come round again after the last one; ids and times then go on, so that they
// are news to every stage.
template <typename Body>
void over_frames(benchmark::State& state, const std::string& venue, Body&& body) {
    const Frames& frames = frames_of(venue);
    Engine engine(venue);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        body(engine, frames[i]);  // windows made, symbols known, caches warm
    }
    engine.renew();
    std::size_t i = 0;
    for (auto _ : state) {
        body(engine, frames[i]);
        if (++i == frames.size()) {
            engine.renew();
            i = 0;
        }
    }
    if (engine.rejected() > 0) {
        state.SkipWithError("the adapter rejected frames");
    }
    report(state, state.iterations());
}

void BM_Decode(benchmark::State& state, const std::string& venue) {
    over_frames(state, venue, [](Engine& engine, std::string_view frame) {
        benchmark::DoNotOptimize(engine.decode(frame));
    });
}

void BM_FrameToVerdict(benchmark::State& state, const std::string& venue) {
    over_frames(state, venue, [](Engine& engine, std::string_view frame) { engine.frame(frame); });
}

BENCHMARK_CAPTURE(BM_FloorSimdjson, binance, std::string("binance"))
    ->Name("BM_FloorSimdjson/binance");
BENCHMARK_CAPTURE(BM_Decode, binance, std::string("binance"))->Name("BM_Decode/binance");
BENCHMARK_CAPTURE(BM_FrameToVerdict, binance, std::string("binance"))
    ->Name("BM_FrameToVerdict/binance");
BENCHMARK_CAPTURE(BM_FloorSimdjson, bybit, std::string("bybit"))->Name("BM_FloorSimdjson/bybit");
BENCHMARK_CAPTURE(BM_Decode, bybit, std::string("bybit"))->Name("BM_Decode/bybit");
BENCHMARK_CAPTURE(BM_FrameToVerdict, bybit, std::string("bybit"))->Name("BM_FrameToVerdict/bybit");

}  // namespace
}  // namespace petrel::bench

BENCHMARK_MAIN();
