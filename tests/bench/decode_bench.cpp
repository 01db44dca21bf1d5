// Decoding and the whole path from frame to verdict, a venue each, beside the bare extraction of
// the same fields from the same frames.
#include <benchmark/benchmark.h>

#include "engine.hpp"
#include "floors.hpp"
#include "frames.hpp"
#include "venue_floors.hpp"
#include "venue_frames.hpp"

namespace petrel::bench {
namespace {

void report(benchmark::State& state, std::uint64_t frames) {
    state.SetItemsProcessed(static_cast<std::int64_t>(frames));
}

// A venue: its frames, the bare extraction from them, and what its adapter is told before.
struct Subject {
    std::string venue;
    const Frames& (*frames)();
    double (*bare)(std::string_view);
    const VenueFrames* (*before)();
};

template <const VenueFrames& (*kVenue)()>
Subject subject(const std::string& venue, double (*bare)(std::string_view)) {
    return {venue, []() -> const Frames& { return kVenue().frames; }, bare,
            [] { return &kVenue(); }};
}

void BM_FloorSimdjson(benchmark::State& state, const Subject& subject) {
    const Frames& frames = subject.frames();
    std::size_t i = 0;
    double sum = 0;
    for (auto _ : state) {
        sum += subject.bare(frames[i]);
        i = i + 1 == frames.size() ? 0 : i + 1;
    }
    benchmark::DoNotOptimize(sum);
    report(state, state.iterations());
}

void prepare(Engine& engine, const VenueFrames& before) {
    Frames padded;
    padded.add(before.listing);
    for (const std::string& frame : before.opening) {
        padded.add(frame);
    }
    engine.list(padded[0]);
    for (std::size_t i = 1; i < padded.size(); ++i) {
        engine.decode(padded[i]);
    }
}

// The frames come round again after the last one; ids and times then go on, so that they
// are news to every stage.
template <typename Body>
void over_frames(benchmark::State& state, const Subject& subject, Body&& body) {
    const Frames& frames = subject.frames();
    Engine engine(subject.venue);
    if (subject.before != nullptr) {
        prepare(engine, *subject.before());
    }
    std::uint64_t events = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        body(engine, frames[i]);  // windows made, symbols known, caches warm
        events += engine.events().size();
    }
    if (events < frames.size()) {
        state.SkipWithError("frames gave no events");
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

void BM_Decode(benchmark::State& state, const Subject& subject) {
    over_frames(state, subject, [](Engine& engine, std::string_view frame) {
        benchmark::DoNotOptimize(engine.decode(frame));
    });
}

void BM_FrameToVerdict(benchmark::State& state, const Subject& subject) {
    over_frames(state, subject,
                [](Engine& engine, std::string_view frame) { engine.frame(frame); });
}

// A frame comes out of the socket's buffer, which is in the cache, not from a far place in memory.
// Begins to fetch the one that is due soon, without giving it room in the larger caches.
void expect_frame(const Frames& frames, std::size_t i) {
    constexpr std::size_t ahead = 4;
    constexpr std::size_t line = 64;
    const std::string_view frame = frames[(i + ahead) % frames.size()];
    for (std::size_t at = 0; at < frame.size(); at += line) {
        __builtin_prefetch(frame.data() + at, 0, 0);
    }
}

// The whole way as symbols grow. Passes enough that all windows are there and full before the first
// iteration; frames beyond the first two hundred symbols meet memory that is cold, as in life.
void BM_FrameToVerdictSymbols(benchmark::State& state) {
    const auto symbols = static_cast<std::size_t>(state.range(0));
    const Frames frames = binance_frames_of(symbols);
    Engine engine("binance", feeds_for(symbols));
    constexpr int warming_passes = 6;  // of a minute each, for windows of five
    for (int pass = 0; pass < warming_passes; ++pass) {
        for (std::size_t i = 0; i < frames.size(); ++i) {
            engine.frame(frames[i], frames.feed(i));
        }
        engine.renew();
    }
    if (engine.shard().figures().symbols != symbols) {
        state.SkipWithError("not every symbol was seen");
    }
    std::size_t i = 0;
    for (auto _ : state) {
        expect_frame(frames, i);
        engine.frame(frames[i], frames.feed(i));
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

BENCHMARK(BM_FrameToVerdictSymbols)->Arg(200)->Arg(20'000);

// The whole way is shown for the two venues that send the most.
#define PETREL_BENCH_DECODE(venue, ...)                                                        \
    BENCHMARK_CAPTURE(BM_FloorSimdjson, venue, __VA_ARGS__)->Name("BM_FloorSimdjson/" #venue); \
    BENCHMARK_CAPTURE(BM_Decode, venue, __VA_ARGS__)->Name("BM_Decode/" #venue)
#define PETREL_BENCH_VENUE(venue) \
    PETREL_BENCH_DECODE(venue, subject<&venue##_frames>(#venue, &bare_##venue))

PETREL_BENCH_DECODE(binance, Subject{"binance", &binance_frames, &bare_binance, nullptr});
BENCHMARK_CAPTURE(BM_FrameToVerdict, binance,
                  Subject{"binance", &binance_frames, &bare_binance, nullptr})
    ->Name("BM_FrameToVerdict/binance");
PETREL_BENCH_DECODE(bybit, Subject{"bybit", &bybit_frames, &bare_bybit, nullptr});
BENCHMARK_CAPTURE(BM_FrameToVerdict, bybit, Subject{"bybit", &bybit_frames, &bare_bybit, nullptr})
    ->Name("BM_FrameToVerdict/bybit");
PETREL_BENCH_VENUE(okx);
PETREL_BENCH_VENUE(gate);
PETREL_BENCH_VENUE(bitget);
PETREL_BENCH_VENUE(deribit);
PETREL_BENCH_VENUE(kraken);
PETREL_BENCH_VENUE(bitmex);
PETREL_BENCH_VENUE(bitfinex);
PETREL_BENCH_VENUE(hyperliquid);
PETREL_BENCH_VENUE(coinbase);

}  // namespace
}  // namespace petrel::bench

BENCHMARK_MAIN();
