// Steps on a machine that counts each one, time on one as it runs live.
#include "script/rule_cost.hpp"

#include <algorithm>

#include "runtime/clock.hpp"
#include "script/rule_check.hpp"
#include "script/rule_pack.hpp"
#include "script/rule_vm.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kSampleNs = 4'000'000;  // that one function may take on one sample
constexpr int kBatchCalls = 20;

// The least of several batches: what disturbs a measurement only ever adds.
template <typename Call>
double least_ns(Call call) {
    double least = 0;
    const std::int64_t began_ns = steady_now_ns();
    std::int64_t now_ns = began_ns;
    while (now_ns - began_ns < kSampleNs) {
        const std::int64_t batch_ns = now_ns;
        for (int i = 0; i < kBatchCalls; ++i) {
            call();
        }
        now_ns = steady_now_ns();
        const double mean = static_cast<double>(now_ns - batch_ns) / kBatchCalls;
        least = least == 0 ? mean : std::min(least, mean);
    }
    return least;
}

}  // namespace

RuleCost measure_rules(const RulePack& pack) {
    RuleBudget exact;
    exact.metering = RuleMetering::Exact;
    const std::unique_ptr<RuleVm> counting = pack.make_vm(exact);
    const std::unique_ptr<RuleVm> live = pack.make_vm({});
    RuleCost cost;
    RuleScore score;
    RuleVerdict verdict;
    for (const RuleInput& input : sample_inputs()) {
        live->score(input, score);
        live->judge(input, score, verdict);
    }
    const auto ways = live->ways();
    cost.score.way = ways[0];
    cost.ensemble.way = ways[1];
    cost.appropriateness.way = ways[2];
    for (const RuleInput& input : sample_inputs()) {
        counting->score(input, score);
        const RuleVmFigures counted = counting->figures();
        cost.ensemble.steps = std::max(cost.ensemble.steps, counted.fuel_ensemble);
        cost.score.steps = std::max(cost.score.steps, counted.fuel_score);
        counting->judge(input, score, verdict);
        cost.appropriateness.steps =
            std::max(cost.appropriateness.steps, counting->figures().fuel_last);
        cost.score.ns = std::max(cost.score.ns, least_ns([&] { live->score(input, score); }));
        cost.appropriateness.ns = std::max(cost.appropriateness.ns,
                                           least_ns([&] { live->judge(input, score, verdict); }));
    }
    cost.ensemble.proved = live->figures().ensemble_proved;
    cost.score.proved = live->figures().score_proved;
    cost.appropriateness.proved = live->figures().judge_proved;
    return cost;
}

}  // namespace petrel::core
