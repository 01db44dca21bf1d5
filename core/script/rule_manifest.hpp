// What a pack says about itself in pack.lua: name, parameters with bounds, slots, fallback.
//
// Read once when a pack is loaded; immutable after. Every mistake is a sentence with the file.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "petrel/result.hpp"
#include "script/rule_io.hpp"
#include "script/rule_source.hpp"
#include "script/rule_state.hpp"

namespace petrel::core {

// Where a finding of a declared type stays visible to later evaluations of its symbol.
enum class RuleSlot : std::uint8_t { None, Storm, Cluster };

struct RuleParameter {
    enum class Type : std::uint8_t { Number, Integer, Boolean };
    std::string name;
    Type type = Type::Number;
    std::string unit;
    double min = 0;
    double max = 0;
    double value = 0;  // the default, or what the configuration sets; booleans 0 or 1
    std::string description;
};

struct RuleFallback {
    RuleDecision decision = RuleDecision::Hold;
    std::string reason = "rule_error";
    double score = 0;
};

// A voter of the ensemble, or a part of the health.
struct RuleVoter {
    std::string name;
    double weight = 0;
    std::string weight_parameter;  // the parameter that holds the weight; empty: it is a number
    std::string plugin;            // that votes; empty: the file voters/<name>.lua
    std::string description;
};
inline constexpr std::size_t kPackVotersMax = 16;

// Values from outside for declared parameters; booleans as 0 or 1.
using ParameterOverrides = std::map<std::string, double, std::less<>>;

struct RuleManifest {
    std::string name;
    std::string version;
    std::string description;
    std::vector<RuleParameter> parameters;
    std::map<std::string, RuleSlot, std::less<>> slots;  // finding type to slot
    RuleFallback fallback;
    RuleStateSchema state;
    std::vector<RuleVoter> voters;
    std::vector<RuleVoter> health;  // parts

    [[nodiscard]] const RuleParameter* parameter(std::string_view wanted) const;
    // Sets parameters; refuses unknown names and values out of bounds, changing nothing then.
    Status set(const ParameterOverrides& overrides);
    // As the parameters stand.
    [[nodiscard]] double weight_of(const RuleVoter& voter) const;
    // Cells with the values of those keys; the others are as declared, names that are none ignored.
    [[nodiscard]] RuleCells cells(std::span<const RuleTerm> values) const;
};

Result<RuleManifest> read_rule_manifest(const RuleSources& sources);

// Text of an enumerator as rules write it, and back (false: no such decision).
std::string_view decision_name(RuleDecision decision);
bool decision_of(std::string_view name, RuleDecision& decision);

}  // namespace petrel::core
