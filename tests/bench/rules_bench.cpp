// The rules of one symbol: score (with decay and context), ensemble, then appropriateness, metered,
// on the default pack; beside them a bare call of a metered Lua function, to compare machines by.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <lua.hpp>

#include "engine.hpp"
#include "score/symbol_window.hpp"
#include "script/rule_machines.hpp"
#include "script/rule_pack.hpp"
#include "script/rule_vm.hpp"

namespace petrel::bench {
namespace {

core::RuleInput storm_and_cluster() {
    core::RuleInput input;
    input.symbol = "BTC-USDT-PERP";
    input.group = "MAJORS";
    input.type = core::kRadarType;
    input.now_s = 1'794'000'000.5;
    input.storm.present = true;
    input.storm.type = "LIQ_STORM";
    input.storm.side = "long";
    input.storm.phase = "update";
    input.storm.volume_usd = 4'100'000;
    input.storm.threshold_usd = 2'000'000;
    input.storm.events = 12;
    input.storm.price = 91'250;
    input.storm.dominance = 0.97;
    input.storm.window_s = 30;
    input.storm.age_s = 4;
    input.storm.since_onset_s = 9;
    input.cluster = input.storm;
    input.cluster.type = "WHALE_CLUSTER";
    input.cluster.side = "sell";
    input.cluster.threshold_usd = 3'000'000;
    input.finding = input.storm;
    input.market.price = 91'250;
    input.market.mark_price = 91'248;
    input.market.funding_rate = 0.0001;
    input.market.volatility_pct = 2.1;
    input.market.spread_bps = 0.4;
    input.market.return_pct = -0.9;
    input.history.cooldown_s = 300;
    return input;
}

// Six numbers in, twenty operations, three numbers out, under a count hook.
class BareLua {
public:
    BareLua() : lua_(luaL_newstate()) {
        constexpr const char* function =
            "return function(a, b, c, d, e, f)\n"
            "  local x = a * b + c * d - e / f\n  local y = (x + a) * 0.5 + (b - c) * 0.25\n"
            "  local z = x * y + d * e - f * a\n  if z > 1 then z = z - y * 0.1 else z = z + x "
            "end\n"
            "  return x + y, y - z * 0.5, z * 0.75 + x\nend";
        luaL_dostring(lua_, function);
    }
    ~BareLua() { lua_close(lua_); }
    BareLua(const BareLua&) = delete;
    BareLua& operator=(const BareLua&) = delete;

    double call() {
        const auto hook = [](lua_State* raised, lua_Debug*) { luaL_error(raised, "too long"); };
        lua_sethook(lua_, hook, LUA_MASKCOUNT, 100'000);
        lua_pushvalue(lua_, 1);
        for (int i = 1; i <= 6; ++i) {
            lua_pushnumber(lua_, i * 1.5);
        }
        lua_pcall(lua_, 6, 3, 0);
        const double last = lua_tonumber(lua_, -1);
        lua_pop(lua_, 3);
        return last;
    }

private:
    lua_State* lua_;
};

void BM_FloorLua(benchmark::State& state) {
    BareLua lua;
    double sum = 0;
    for (auto _ : state) {
        sum += lua.call();
    }
    benchmark::DoNotOptimize(sum);
}

void BM_LuaScore(benchmark::State& state) {
    const auto pack = core::load_rules(setup().config);
    if (!pack.ok()) {
        state.SkipWithError(pack.status().message().c_str());
        return;
    }
    const auto vm = (*pack)->make_vm(core::rule_budget(setup().config));
    const core::RuleInput input = storm_and_cluster();
    core::RuleScore score;
    core::RuleVerdict verdict;
    for (auto _ : state) {
        vm->score(input, score);
        vm->judge(input, score, verdict);
        benchmark::DoNotOptimize(verdict.decision);
    }
    if (!score.fault.empty() || !verdict.fault.empty()) {
        state.SkipWithError("a rule failed");
    }
    state.SetItemsProcessed(state.iterations());
}

// The rules of 200 symbols in turn, each with figures of its own that change from one evaluation to
// the next.
class Symbols {
public:
    explicit Symbols(const core::RulePack& pack)
        : vm_(pack.make_vm(core::rule_budget(setup().config))) {
        for (std::size_t i = 0; i < kSymbols; ++i) {
            names_.push_back("COIN" + std::to_string(i) + "-USDT-PERP");
        }
        for (std::size_t i = 0; i < kSymbols; ++i) {
            inputs_[i].symbol = names_[i];
            inputs_[i].market.price *= 1 + 0.01 * static_cast<double>(i);
        }
    }
    // The next symbol's turn: what is new is told to the input, then it may be judged.
    void advance() {
        at_ = at_ + 1 == kSymbols ? 0 : at_ + 1;
        core::RuleInput& input = inputs_[at_];
        input.now_s += 0.001;
        input.storm.volume_usd += 1'000;
        input.storm.events += 1;
        input.storm.age_s = input.now_s - std::floor(input.now_s);
        input.finding = input.storm;
        input.market.return_pct = -input.storm.age_s;
    }
    void judge() {
        vm_->score(inputs_[at_], score_);
        vm_->judge(inputs_[at_], score_, verdict_);
        sound_ = sound_ && score_.fault.empty() && verdict_.fault.empty();
    }
    [[nodiscard]] bool sound() const { return sound_; }

private:
    static constexpr std::size_t kSymbols = 200;

    std::unique_ptr<core::RuleVm> vm_;
    std::vector<std::string> names_;
    std::vector<core::RuleInput> inputs_ =
        std::vector<core::RuleInput>(kSymbols, storm_and_cluster());
    core::RuleScore score_;
    core::RuleVerdict verdict_;
    std::size_t at_ = 0;
    bool sound_ = true;
};

// `core_share` is what 1,000 evaluations a second of each symbol would take of one core.
void BM_LuaSymbols(benchmark::State& state) {
    constexpr double evaluations_per_s = 200'000;
    const auto pack = core::load_rules(setup().config);
    if (!pack.ok()) {
        state.SkipWithError(pack.status().message().c_str());
        return;
    }
    Symbols symbols(**pack);
    for (auto _ : state) {
        symbols.advance();
        symbols.judge();
    }
    if (!symbols.sound()) {
        state.SkipWithError("a rule failed");
    }
    state.counters["core_share"] =
        benchmark::Counter(1 / evaluations_per_s, benchmark::Counter::kIsIterationInvariantRate |
                                                      benchmark::Counter::kInvert);
}

// Processor time of single evaluations, each with a bare call beside it, so that whatever slows the
// machine down slows both. What reading the clock takes is taken off. An interrupt of the machine,
// 250 a second, is charged to the evaluation that it hits, one of a thousand or so: the tail of the
// evaluation itself is that of the least of three with the same input.
void BM_LuaOneSymbol(benchmark::State& state) {
    const auto pack = core::load_rules(setup().config);
    if (!pack.ok()) {
        state.SkipWithError(pack.status().message().c_str());
        return;
    }
    Symbols symbols(**pack);
    BareLua bare;
    std::vector<double> clock_ns;
    std::vector<double> bare_ns;
    std::vector<double> rules_ns;
    std::vector<double> least_ns;
    double sum = 0;
    for (auto _ : state) {
        symbols.advance();
        const std::int64_t began_ns = cpu_now_ns();
        const std::int64_t clock_read_ns = cpu_now_ns();
        sum += bare.call();
        std::array<std::int64_t, 4> at_ns{cpu_now_ns()};
        for (std::size_t i = 1; i < at_ns.size(); ++i) {
            symbols.judge();
            at_ns[i] = cpu_now_ns();
        }
        clock_ns.push_back(static_cast<double>(clock_read_ns - began_ns));
        bare_ns.push_back(static_cast<double>(at_ns[0] - clock_read_ns));
        rules_ns.push_back(static_cast<double>(at_ns[1] - at_ns[0]));
        least_ns.push_back(static_cast<double>(
            std::min({at_ns[1] - at_ns[0], at_ns[2] - at_ns[1], at_ns[3] - at_ns[2]})));
    }
    benchmark::DoNotOptimize(sum);
    if (!symbols.sound()) {
        state.SkipWithError("a rule failed");
    }
    const auto at = [](std::vector<double>& times, double share) {
        std::sort(times.begin(), times.end());
        return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    const double clock = at(clock_ns, 0.5);
    const double floor = at(bare_ns, 0.5) - clock;
    const double median = at(rules_ns, 0.5) - clock;
    state.counters["floor_p50_ns"] = floor;
    state.counters["floor_p99.9_ns"] = at(bare_ns, 0.999) - clock;
    state.counters["p50_ns"] = median;
    state.counters["p99_ns"] = at(rules_ns, 0.99) - clock;
    state.counters["p99.9_ns"] = at(rules_ns, 0.999) - clock;
    state.counters["least_p99.9_ns"] = at(least_ns, 0.999) - clock;
    state.counters["floors"] = median / floor;
}

// What a change of rules takes of the thread that decides: of a machine made then (0), and of one
// that was made before (1).
void BM_RulesSwap(benchmark::State& state) {
    const auto pack = core::load_rules(setup().config);
    if (!pack.ok()) {
        state.SkipWithError(pack.status().message().c_str());
        return;
    }
    const core::RuleBudget budget = core::rule_budget(setup().config);
    core::RuleMachines machines(budget, 1);
    std::unique_ptr<core::RuleVm> live = (*pack)->make_vm(budget);
    for (auto _ : state) {
        if (state.range(0) == 0) {
            live = (*pack)->make_vm(budget);
            continue;
        }
        state.PauseTiming();
        machines.stock(**pack);
        state.ResumeTiming();
        std::unique_ptr<core::RuleVm> next = machines.take(**pack);
        next.swap(live);
        machines.retire(std::move(next));
    }
    state.SetLabel(state.range(0) == 0 ? "made at the swap" : "made before");
}

// Windows of a busy symbol: three venues with a trade in each second of five minutes.
core::Window busy_window() {
    core::Window window(core::WindowShape{}, 1e9);
    std::uint32_t chance = 7;
    for (int i = 0; i < 900; ++i) {
        chance = chance * 1'664'525U + 1'013'904'223U;
        MarketEvent event{};
        event.kind = PETREL_EVENT_TRADE;
        event.side = chance % 2 == 0 ? PETREL_SIDE_BUY : PETREL_SIDE_SELL;
        event.venue = static_cast<std::uint16_t>(i % 3);
        event.count = 1;
        event.exchange_ts_ns = 1'794'000'000 * kNsPerSecond + i * 333 * kNsPerMs;
        event.price = 100.0 + static_cast<double>(chance >> 20) / 4'096.0;
        event.notional_usd = 1'000;
        event.quantity = event.notional_usd / event.price;
        window.add(event);
    }
    return window;
}

class ThreeVenues final : public core::VenueNames {
public:
    [[nodiscard]] std::string_view venue(std::uint16_t venue) const override {
        return venue == 0 ? "alpha" : venue == 1 ? "beta" : "gamma";
    }
};

// One answer of the windows to a rule, by figure (core/script/rule_window.hpp), over two minutes.
void BM_WindowQuestion(benchmark::State& state) {
    const core::Window window = busy_window();
    const ThreeVenues names;
    const core::SymbolWindow answers(window, &names);
    const auto figure = static_cast<std::size_t>(state.range(0));
    const core::RuleFigureSpec& spec = core::rule_figures()[figure];
    core::RuleQuestion question;
    question.figure = static_cast<core::RuleFigure>(figure);
    question.kind = spec.of_flow ? core::RuleFlowKind::Trade : core::RuleFlowKind::None;
    question.horizon_ms = 120'000;
    if (spec.venues_min == 2) {
        question.venues = {core::RuleVenue("alpha"), core::RuleVenue("gamma")};
    }
    for (auto _ : state) {
        benchmark::DoNotOptimize(answers.answer(question));
    }
    state.SetLabel(spec.name);
}

BENCHMARK(BM_FloorLua);
BENCHMARK(BM_LuaScore);
BENCHMARK(BM_LuaSymbols);
BENCHMARK(BM_LuaOneSymbol)->Iterations(200'000);
BENCHMARK(BM_RulesSwap)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_WindowQuestion)->DenseRange(0, core::kRuleFigures - 1);

}  // namespace
}  // namespace petrel::bench
