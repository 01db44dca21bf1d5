// How long a reload of a detector, and one of the rules, holds up the events of a shard: 20,000
// events a second at their times, a reload every tenth of a second, on the thread that decides (one
// shard: the worst case).
//
// The control side loads, makes and asks on a thread of its own, as in the product. `hold_*` is
// what the two steps took of the deciding thread, by the clock on the wall and of its processor
// time; `late_*` is how long after its time an event had been decided, with reloads and without.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <sstream>
#include <thread>

#include "engine.hpp"
#include "pipeline_takeover.hpp"
#include "runtime/clock.hpp"
#include "script/rule_machines.hpp"
#include "script/rule_pack.hpp"

namespace petrel::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kEveryNs = 50'000;  // 20,000 events a second
constexpr std::size_t kEvents = 100'000;
constexpr std::uint32_t kSymbols = 200;

// A folder with the storm detector alone, whose file is replaced.
class ReplacedPlugin {
public:
    ReplacedPlugin() {
        std::string pattern = (fs::temp_directory_path() / "petrel-bench-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        for (const char* name : {"libliquidation_storm.so", "libliquidation_storm.toml"}) {
            fs::copy_file(fs::path(PETREL_PLUGIN_DIR) / name, fs::path(folder_) / name);
        }
        std::ifstream in(folder_ + "/libliquidation_storm.so", std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        bytes_ = text.str();
    }
    ~ReplacedPlugin() { fs::remove_all(folder_); }
    ReplacedPlugin(const ReplacedPlugin&) = delete;
    ReplacedPlugin& operator=(const ReplacedPlugin&) = delete;

    [[nodiscard]] core::PluginSetup load() const {
        core::LoadOptions options;
        options.settings = {"rules.directory=" PETREL_SOURCE_DIR "/rules/default"};
        return core::load_setup(options, {folder_});
    }
    // The same code in another file.
    void replace() {
        bytes_ += 'x';
        std::ofstream(folder_ + "/new", std::ios::binary) << bytes_;
        fs::rename(folder_ + "/new", folder_ + "/libliquidation_storm.so");
    }

private:
    std::string folder_;
    std::string bytes_;
};

constexpr double kSmallUsd = 100;        // nothing is found in them
constexpr double kLargeUsd = 3'000'000;  // over the minimum of a storm: the rules are asked

MarketEvent liquidation_of(std::uint32_t instrument, std::int64_t ns, double notional_usd) {
    MarketEvent event{};
    event.kind = PETREL_EVENT_LIQUIDATION;
    event.side = instrument % 3 == 0 ? PETREL_SIDE_SHORT : PETREL_SIDE_LONG;
    event.instrument = instrument;
    event.count = 1;
    event.exchange_ts_ns = 1'794'000'000 * kNsPerSecond + ns;
    event.receive_ts_ns = event.exchange_ts_ns;
    event.price = 100;
    event.quantity = notional_usd / event.price;
    event.notional_usd = notional_usd;
    return event;
}

// Steps for the deciding thread, as posted to the loop of the feed thread.
class Posted {
public:
    void post(std::function<void()> step) {
        const std::lock_guard lock(mutex_);
        steps_.push_back(std::move(step));
        ++waiting_;
    }
    // Runs what waits; returns the time that it took, on the wall and of the processor.
    std::pair<std::int64_t, std::int64_t> run() {
        if (waiting_.load(std::memory_order_relaxed) == 0) {
            return {};
        }
        const std::int64_t wall_ns = core::steady_now_ns();
        const std::int64_t cpu_ns = cpu_now_ns();
        std::vector<std::function<void()>> steps;
        {
            const std::lock_guard lock(mutex_);
            steps.swap(steps_);
            waiting_ = 0;
        }
        for (const auto& step : steps) {
            step();
        }
        return {core::steady_now_ns() - wall_ns, cpu_now_ns() - cpu_ns};
    }

private:
    std::atomic<int> waiting_{0};
    std::mutex mutex_;
    std::vector<std::function<void()>> steps_;
};

void reload(core::PluginSuccession& succession, core::ShardLane& lane, Posted& posted) {
    const Result<core::Successor> successor = succession.prepare("liquidation_storm");
    std::vector<core::DetectorSuccessors> by_shard;
    by_shard.push_back(core::make_successors(*successor, lane.window_limits()).value());
    auto takeover = std::make_shared<core::DetectorTakeover>(std::move(by_shard));
    posted.post([&lane, takeover] { takeover->try_on(0, lane); });
    const bool take = takeover->wait_for_trial(10'000).ok();
    succession.take_over(*successor);
    posted.post([&lane, takeover, take] { takeover->settle_on(lane, take); });
    takeover->wait_until_settled(10'000);
}

struct Held {
    std::vector<std::int64_t> late_ns;
    std::int64_t wall_ns_max = 0;  // of one step of a reload
    std::int64_t cpu_ns_max = 0;
    std::int64_t event_cpu_ns_max = 0;  // of one event with the step before it
};

// Feeds the events at their times; one of `large_every` is large.
Held feed_paced(core::ShardLane& lane, Posted& posted, std::size_t large_every) {
    Held held;
    held.late_ns.reserve(kEvents);
    const std::int64_t began_ns = core::steady_now_ns();
    for (std::size_t i = 0; i < kEvents; ++i) {
        const std::int64_t due_ns = began_ns + static_cast<std::int64_t>(i) * kEveryNs;
        while (core::steady_now_ns() < due_ns) {
        }
        const std::int64_t cpu_began_ns = cpu_now_ns();
        const auto [wall_ns, cpu_ns] = posted.run();
        held.wall_ns_max = std::max(held.wall_ns_max, wall_ns);
        held.cpu_ns_max = std::max(held.cpu_ns_max, cpu_ns);
        const MarketEvent event = liquidation_of(static_cast<std::uint32_t>(i % kSymbols),
                                                 static_cast<std::int64_t>(i) * kEveryNs,
                                                 i % large_every == 0 ? kLargeUsd : kSmallUsd);
        lane.feed({&event, 1});
        held.late_ns.push_back(core::steady_now_ns() - due_ns);
        held.event_cpu_ns_max = std::max(held.event_cpu_ns_max, cpu_now_ns() - cpu_began_ns);
    }
    std::sort(held.late_ns.begin(), held.late_ns.end());
    return held;
}

void add_symbols(core::InstrumentRegistry& registry) {
    const core::VenueId venue = registry.add_venue({"acme", {}, 0, {}});
    for (std::uint32_t i = 0; i < kSymbols; ++i) {
        const std::string base = "COIN" + std::to_string(i);
        const std::string native = base + "USDT";
        petrel_instrument instrument{};
        instrument.size = sizeof(instrument);
        instrument.type = PETREL_INSTRUMENT_PERPETUAL;
        instrument.native = text_of(native);
        instrument.base = text_of(base);
        instrument.quote = text_of("USDT");
        instrument.settle = instrument.quote;
        instrument.price_divisor = 1;
        registry.add(venue, instrument);
    }
}

// Feeds the events while `reload_once` is called on a thread of its own, as long as it says that
// it did; tells the figures.
void feed_while(benchmark::State& state, core::ShardLane& lane, Posted& posted,
                std::size_t large_every, const std::function<bool()>& reload_once) {
    const bool reloads = state.range(0) != 0;
    std::int64_t done = 0;
    for (auto _ : state) {
        std::atomic<bool> ended{false};
        std::atomic<bool> finished{false};
        std::thread control([&] {
            while (reloads && !ended && reload_once()) {
                ++done;
                std::this_thread::sleep_for(std::chrono::milliseconds(100));
            }
            finished = true;
        });
        const Held held = feed_paced(lane, posted, large_every);
        ended = true;
        while (!finished) {
            posted.run();
        }
        control.join();
        const auto at = [&](double share) {
            const auto index = static_cast<std::size_t>(share * static_cast<double>(kEvents - 1));
            return static_cast<double>(held.late_ns[index]) / 1e3;
        };
        state.counters["late_p50_us"] = at(0.5);
        state.counters["late_p99.9_us"] = at(0.999);
        state.counters["late_max_us"] = at(1.0);
        state.counters["hold_wall_max_us"] = static_cast<double>(held.wall_ns_max) / 1e3;
        state.counters["hold_cpu_max_us"] = static_cast<double>(held.cpu_ns_max) / 1e3;
        state.counters["event_cpu_max_us"] = static_cast<double>(held.event_cpu_ns_max) / 1e3;
    }
    state.counters["reloads"] = static_cast<double>(done);
}

void BM_DetectorReload(benchmark::State& state) {
    ReplacedPlugin plugin;
    const core::PluginSetup setup = plugin.load();
    core::InstrumentRegistry registry(core::group_function(setup.config));
    add_symbols(registry);
    CountingSink sink;
    core::LaneOptions options;
    options.shard = core::shard_options(setup.config);
    core::ShardLane lane(std::move(options), std::move(core::make_detectors(setup)).value(),
                         registry, sink);
    lane.use_rules(*core::load_rules(setup.config));
    lane.start();
    core::PluginSuccession succession(setup);
    Posted posted;
    feed_while(state, lane, posted, kEvents, [&] {
        if (succession.retired() >= core::PluginSuccession::kRetiredMax) {
            return false;
        }
        plugin.replace();
        reload(succession, lane, posted);
        return true;
    });
}

// Each reload is another value of one parameter; `changes` counts what the rules let out.
void BM_RulesReload(benchmark::State& state) {
    const ReplacedPlugin plugin;
    const core::PluginSetup setup = plugin.load();
    core::InstrumentRegistry registry(core::group_function(setup.config));
    add_symbols(registry);
    CountingSink sink;
    const core::RuleBudget budget = core::rule_budget(setup.config);
    core::RuleMachines machines(budget, 1);
    core::LaneOptions options;
    options.shard = core::shard_options(setup.config);
    options.budget = budget;
    options.machines = &machines;
    core::ShardLane lane(std::move(options), std::move(core::make_detectors(setup)).value(),
                         registry, sink);
    lane.use_rules(*core::load_rules(setup.config));
    lane.start();
    Posted posted;
    double step = 0;
    feed_while(state, lane, posted, 50, [&] {
        step += 1;
        auto pack = core::RulePack::load(PETREL_SOURCE_DIR "/rules/default",
                                         {{"context_thin_hours", 0.0001 * step}}, budget);
        if (!pack.ok()) {
            return false;
        }
        machines.stock(**pack);
        posted.post([&lane, next = std::move(pack).value()] { lane.use_rules(next); });
        return true;
    });
    state.counters["changes"] = static_cast<double>(sink.changes);
}
BENCHMARK(BM_DetectorReload)->Arg(0)->Arg(1)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_RulesReload)->Arg(0)->Arg(1)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace petrel::bench
