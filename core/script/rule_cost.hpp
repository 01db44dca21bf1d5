// What one call of a pack's functions costs on the sample inputs.
//
// Steps are exact and the same everywhere; nanoseconds are measured here and now, so they are an
// estimate for this machine. For `rules check`; cold path, one thread, a quarter of a second.
#pragma once

#include <cstdint>

#include "petrel/result.hpp"
#include "script/rule_way.hpp"

namespace petrel::core {

class RulePack;

struct RuleFunctionCost {
    std::uint64_t steps = 0;  // of the dearest sample
    bool proved = false;      // proved to end, so that it runs without counting
    double ns = 0;            // of the dearest sample, estimated
    RuleWay way;              // how it took the samples, each once
};

struct RuleCost {
    RuleFunctionCost score;     // with the ensemble, where the pack has one: its time is in here
    RuleFunctionCost ensemble;  // steps, and whether it is proved; 0 where there is none
    RuleFunctionCost appropriateness;
};

RuleCost measure_rules(const RulePack& pack);

}  // namespace petrel::core
