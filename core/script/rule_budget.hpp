// What one call into a rule may cost. Plain values, set by the configuration, shared by value.
//
// Fuel decides in normal operation and is deterministic: the same input always costs the same. The
// processor-time limit only ends what fuel cannot see (one instruction over megabytes of text).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace petrel::core {

// Told of each line before it runs, on the thread that runs it. For coverage of a pack's tests.
class RuleLines {
public:
    virtual ~RuleLines() = default;
    // `file` as messages show it: "score.lua".
    virtual void on_line(std::string_view file, int line) = 0;
};

// Coarse counts in steps of a thousand instructions and is what runs live; Exact counts each one,
// for figures in checks and tests.
enum class RuleMetering : std::uint8_t { Coarse, Exact };

struct RuleBudget {
    std::uint64_t fuel = 100'000;             // instructions and charged library work a call
    std::size_t memory_bytes = 2U << 20;      // held by one Lua state at any time
    std::size_t allocation_bytes = 4U << 20;  // requested during one call, freed or not
    std::uint32_t cpu_ms = 50;                // processor time of one call
    RuleMetering metering = RuleMetering::Coarse;
    RuleLines* lines = nullptr;  // borrowed; null wherever speed matters
};

}  // namespace petrel::core
