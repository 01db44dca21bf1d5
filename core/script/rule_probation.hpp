// Probation of a version that has just gone live: does it fail, cost too much, or flood?
//
// Looks at what the shards count and says why to take the version back. Pure: time and figures come
// in as arguments. Control thread.
#pragma once

#include <cstdint>
#include <string>

namespace petrel::core {

struct RuleVitals {
    std::uint64_t calls = 0;     // into the version's functions
    std::uint64_t errors = 0;    // of them, answered by its fallback
    std::uint64_t fuel_max = 0;  // steps of the dearest call
    std::uint64_t admitted = 0;  // signals since the engine's start
    std::string last_fault = {};
};

struct ProbationLimits {
    std::int64_t length_ns = 0;
    std::uint64_t errors_max = 2;    // a third one ends it
    std::uint64_t fuel_max = 0;      // most steps of one call; 0: any
    std::uint64_t flood_least = 30;  // signals that are no flood, whatever was before
    double flood_times = 10;         // the rate of the hour before
};

class RuleProbation {
public:
    // `hour_before`: signals that were admitted in the hour before the version went live.
    void begin(std::int64_t now_ns, const RuleVitals& start, double hour_before,
               const ProbationLimits& limits);
    void end() { until_ns_ = 0; }
    [[nodiscard]] bool on(std::int64_t now_ns) const { return now_ns < until_ns_; }

    // Why the version must not stay; empty while it may.
    [[nodiscard]] std::string judge(std::int64_t now_ns, const RuleVitals& now) const;

private:
    ProbationLimits limits_;
    std::int64_t since_ns_ = 0;
    std::int64_t until_ns_ = 0;
    std::uint64_t admitted_before_ = 0;
    double hour_before_ = 0;
};

}  // namespace petrel::core
