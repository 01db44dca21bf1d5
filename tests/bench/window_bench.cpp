// Event through window, and through window and detectors, beside a bare ring with running sums.
#include <benchmark/benchmark.h>

#include <random>

#include "engine.hpp"
#include "frames.hpp"
#include "window/window_store.hpp"

namespace petrel::bench {
namespace {

constexpr std::uint32_t kSymbols = 200;

struct Placed {
    std::uint32_t symbol;
    MarketEvent event;
};

enum class Draw : std::uint8_t { Uniform, Zipf };

// Trades of so many symbols, 5,000 a second.
std::vector<Placed> trades(std::uint32_t symbols, Draw draw = Draw::Uniform,
                           std::size_t count = 65'536) {
    std::mt19937_64 random(7);
    const Zipf zipf(symbols);
    std::uniform_real_distribution<double> uniform(0, 1);
    std::vector<Placed> made(count);
    std::int64_t now_ns = 1'751'328'000 * kNsPerSecond;
    for (Placed& placed : made) {
        now_ns += static_cast<std::int64_t>(random() % 400'000);
        placed.symbol = static_cast<std::uint32_t>(
            draw == Draw::Uniform ? random() % symbols : zipf.rank(uniform(random)));
        placed.event.kind = PETREL_EVENT_TRADE;
        placed.event.side = random() % 2 == 0 ? PETREL_SIDE_BUY : PETREL_SIDE_SELL;
        placed.event.count = 1;
        placed.event.exchange_ts_ns = now_ns;
        placed.event.price = 100.0;
        placed.event.notional_usd = static_cast<double>(random() % 100'000) / 10.0;
        placed.event.quantity = placed.event.notional_usd / 100.0;
    }
    return made;
}

// What the goal is measured against: thirty seconds in a ring, sums kept as entries leave.
class BareRing {
public:
    void add(const MarketEvent& event) {
        while (count_ > 0 && ring_[head_].ts_ns <= event.exchange_ts_ns - 30 * kNsPerSecond) {
            sum_ -= ring_[head_].usd;
            head_ = (head_ + 1) & kMask;
            --count_;
        }
        if (count_ == kMask + 1) {
            sum_ -= ring_[head_].usd;
            head_ = (head_ + 1) & kMask;
            --count_;
        }
        ring_[(head_ + count_) & kMask] = {event.exchange_ts_ns, event.notional_usd, event.quantity,
                                           event.side};
        sum_ += event.notional_usd;
        ++count_;
    }
    [[nodiscard]] double sum() const { return sum_; }

private:
    static constexpr std::size_t kMask = 1'023;
    struct Entry {
        std::int64_t ts_ns;
        double usd;
        double quantity;
        std::uint64_t side;
    };
    std::vector<Entry> ring_ = std::vector<Entry>(kMask + 1);
    std::size_t head_ = 0;
    std::size_t count_ = 0;
    double sum_ = 0;
};

std::int64_t span_ns(const std::vector<Placed>& events) {
    return events.back().event.exchange_ts_ns - events.front().event.exchange_ts_ns + 1;
}

// Each round of the events begins where the last one ended in time.
template <typename Body>
void over_trades(benchmark::State& state, std::vector<Placed> events, Body&& body) {
    const std::int64_t span = span_ns(events);
    std::size_t i = 0;
    std::int64_t shift = 0;
    for (auto _ : state) {
        Placed& placed = events[i];
        if (shift > 0) {
            placed.event.exchange_ts_ns += span;
        }
        body(placed);
        if (++i == events.size()) {
            i = 0;
            ++shift;
        }
    }
    state.SetItemsProcessed(state.iterations());
}

void BM_FloorRing(benchmark::State& state) {
    std::vector<BareRing> rings(kSymbols);
    over_trades(state, trades(kSymbols),
                [&](const Placed& placed) { rings[placed.symbol].add(placed.event); });
    benchmark::DoNotOptimize(rings[0].sum());
}

void BM_Window(benchmark::State& state) {
    core::WindowStore store(core::WindowShape{}, {200'000.0});
    over_trades(state, trades(kSymbols), [&](const Placed& placed) {
        benchmark::DoNotOptimize(&store.add(placed.symbol, 0, placed.event));
    });
}

// The cost an event as symbols grow: of windows alone, that were all there and full before.
void BM_WindowSymbols(benchmark::State& state) {
    const auto symbols = static_cast<std::uint32_t>(state.range(0));
    std::vector<Placed> events = trades(symbols, static_cast<Draw>(state.range(1)), 320'000);
    core::WindowStore store(core::WindowShape{}, {200'000.0});
    const auto add = [&store](const Placed& placed) {
        benchmark::DoNotOptimize(&store.add(placed.symbol, 0, placed.event));
    };
    for (std::uint32_t symbol = 0; symbol < symbols; ++symbol) {
        store.add(symbol, 0, events.front().event);
    }
    const std::int64_t span = span_ns(events);
    constexpr std::int64_t warm_ns = 310 * kNsPerSecond;  // longer than the rings
    for (std::int64_t passed = 0; passed < warm_ns; passed += span) {
        for (Placed& placed : events) {
            add(placed);
            placed.event.exchange_ts_ns += span;
        }
    }
    over_trades(state, std::move(events), add);
}

// The cost an event as the ring's horizon grows from 5 minutes to 1 hour.
void BM_WindowHorizon(benchmark::State& state) {
    core::WindowShape shape;
    shape.bucket_ns = state.range(0) * kNsPerSecond / shape.buckets;
    core::WindowStore store(shape, {200'000.0});
    over_trades(state, trades(kSymbols), [&](const Placed& placed) {
        benchmark::DoNotOptimize(&store.add(placed.symbol, 0, placed.event));
    });
}

// Windows, all detectors, and rules where a finding asks for them.
void BM_WindowAndDetectors(benchmark::State& state) {
    Engine engine("binance");
    const Frames& frames = binance_frames();
    std::vector<Placed> events;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        engine.decode(frames[i]);
        for (const MarketEvent& event : engine.events()) {
            events.push_back({0, event});
        }
    }
    over_trades(state, std::move(events),
                [&](const Placed& placed) { engine.shard().on_events({&placed.event, 1}); });
}

BENCHMARK(BM_FloorRing);
BENCHMARK(BM_Window);
BENCHMARK(BM_WindowSymbols)
    ->ArgNames({"symbols", "zipf"})
    ->Args({200, 1})
    ->Args({20'000, 1})
    ->Args({200, 0})
    ->Args({20'000, 0});
BENCHMARK(BM_WindowHorizon)->Arg(300)->Arg(3'600);
BENCHMARK(BM_WindowAndDetectors);

}  // namespace
}  // namespace petrel::bench
