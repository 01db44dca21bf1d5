// The flood is judged by the rate of the hour before: a version may find more, not ten times more.
#include "script/rule_probation.hpp"

#include <algorithm>

#include "petrel/types.hpp"

namespace petrel::core {

void RuleProbation::begin(std::int64_t now_ns, const RuleVitals& start, double hour_before,
                          const ProbationLimits& limits) {
    limits_ = limits;
    since_ns_ = now_ns;
    until_ns_ = now_ns + limits.length_ns;
    admitted_before_ = start.admitted;
    hour_before_ = hour_before;
}

std::string RuleProbation::judge(std::int64_t now_ns, const RuleVitals& now) const {
    if (!on(now_ns)) {
        return {};
    }
    if (now.errors > limits_.errors_max) {
        return std::to_string(now.errors) + " of " + std::to_string(now.calls) +
               " calls failed: " + now.last_fault;
    }
    if (limits_.fuel_max != 0 && now.fuel_max > limits_.fuel_max) {
        return "a call used " + std::to_string(now.fuel_max) + " steps, at most " +
               std::to_string(limits_.fuel_max) + " are allowed to a version on probation";
    }
    const std::uint64_t sent = now.admitted - std::min(now.admitted, admitted_before_);
    const double hours = static_cast<double>(now_ns - since_ns_) / (3'600.0 * 1e9);
    const double most =
        static_cast<double>(limits_.flood_least) + limits_.flood_times * hour_before_ * hours;
    if (static_cast<double>(sent) > most) {
        return std::to_string(sent) + " signals in " +
               std::to_string((now_ns - since_ns_) / kNsPerSecond) + " s, " +
               std::to_string(static_cast<std::uint64_t>(hour_before_)) + " in the hour before";
    }
    return {};
}

}  // namespace petrel::core
