// Proof that a pack works, on inputs: the built-in samples at load, the latest real ones at reload.
//
// Each input is scored and judged twice; a fault, a difference between the two runs (hidden state)
// or a cost of more than half the budget refuses the pack. Cold path.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "petrel/result.hpp"
#include "script/rule_budget.hpp"
#include "script/rule_io.hpp"

namespace petrel::core {

class RulePack;

struct RuleCheck {
    std::uint64_t fuel_max = 0;  // of one call, exact
    std::size_t inputs = 0;
};

// One of each situation that a rule must cope with: storm, cluster, both, single, nothing known.
std::span<const RuleInput> sample_inputs();

Result<RuleCheck> check_rules(const RulePack& pack, const RuleBudget& budget,
                              std::span<const RuleInput> inputs);

}  // namespace petrel::core
