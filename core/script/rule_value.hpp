// A value of a rule outside of Lua: what a translated function works on, and what a rule function
// returned, whichever way it ran.
//
// Plain, 16 bytes; texts are borrowed. Any thread.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace petrel::core {

class RuleConstants;

// A double of it may stand for a rounded integer beyond it: only what is below is exact.
inline constexpr double kRuleIntegerMax = 9'007'199'254'740'992.0;  // 2^53

// Numbers share a bit, so that two types are looked at in one step. As wide as a size: a value is
// copied in two words.
enum class RuleType : std::uint32_t {
    Nil = 0,
    False = 1,
    True = 2,
    Text = 3,
    Float = 8,
    Integer = 9,  // kept as a double, always below 2^53
    Host = 16,    // a table of the host's: the input, what is below it, what is written into
    Constants = 17,
    Other = 18,  // a text of its own is the name of its type
};

struct RuleValue {
    union {
        double number = 0;
        const char* text;
        const void* host;
        const RuleConstants* constants;
    };
    std::uint32_t size = 0;  // of a text; which table of the host's
    RuleType type = RuleType::Nil;

    [[nodiscard]] bool is_number() const { return (static_cast<std::uint32_t>(type) & 8U) != 0; }
    [[nodiscard]] bool is_text() const { return type == RuleType::Text; }
    [[nodiscard]] bool holds() const { return type > RuleType::False; }
    [[nodiscard]] std::string_view view() const { return {text, size}; }
    // False: an integer that a double may have rounded.
    [[nodiscard]] bool is_exact() const {
        return type != RuleType::Integer || std::fabs(number) < kRuleIntegerMax;
    }
    // The very same, by bits: 0.0 is not -0.0, and a text is the one that lies there.
    [[nodiscard]] bool is(const RuleValue& other) const {
        return type == other.type && size == other.size &&
               std::bit_cast<std::uint64_t>(number) == std::bit_cast<std::uint64_t>(other.number);
    }

    static RuleValue of_flag(bool flag) {
        RuleValue value;
        value.type = flag ? RuleType::True : RuleType::False;
        return value;
    }
    static RuleValue of_number(double number) {
        RuleValue value;
        value.number = number;
        value.type = RuleType::Float;
        return value;
    }
    static RuleValue of_integer(std::int64_t number) {
        RuleValue value = of_number(static_cast<double>(number));
        value.type = RuleType::Integer;
        return value;
    }
    static RuleValue of_text(std::string_view text) {
        RuleValue value;
        value.text = text.data();
        value.size = static_cast<std::uint32_t>(text.size());
        value.type = RuleType::Text;
        return value;
    }
    static RuleValue of_other(std::string_view type_name) {
        RuleValue value = of_text(type_name);
        value.type = RuleType::Other;
        return value;
    }
};

}  // namespace petrel::core
