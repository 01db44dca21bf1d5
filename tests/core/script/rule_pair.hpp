// Two machines of one pack, one that translates its rules and one that does not, and what they say
// to the last bit; and draws that are the same in every run.
//
// A machine that counts every step never translates: it is the reference.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "script_support.hpp"

namespace petrel::core::script_test {

// Draws that are the same in every run.
class Draw {
public:
    explicit Draw(std::uint64_t seed) : state_(seed) {}

    std::size_t below(std::size_t count) {
        state_ = state_ * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
        return static_cast<std::size_t>(state_ >> 33) % count;
    }
    // Near what rules compare with, at the edges, and now and then absurd.
    double number() {
        constexpr std::array edges{0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 1e-9, 5e-324, 1e300, -1e300};
        const std::size_t kind = below(40);
        if (kind == 0) {
            return std::numeric_limits<double>::quiet_NaN();
        }
        if (kind == 1) {
            return std::numeric_limits<double>::infinity();
        }
        return kind < 12 ? edges[below(edges.size())]
                         : static_cast<double>(below(4'000)) / 1'000 - 1;
    }
    double one_of(std::initializer_list<double> numbers) {
        return below(12) == 0 ? number() : numbers.begin()[below(numbers.size())];
    }
    std::string_view word(std::initializer_list<std::string_view> words) {
        return words.begin()[below(words.size())];
    }

private:
    std::uint64_t state_;
};

inline std::string bits(double number) {
    return std::isnan(number) ? "nan" : std::to_string(std::bit_cast<std::uint64_t>(number));
}

// Everything that a rule said; two texts are the same when all of it is.
inline std::string told(const RuleScore& score, const RuleVerdict& verdict) {
    std::string text = bits(score.total) + " " + score.pattern + " " + score.strength + " " +
                       score.pressure + " " + score.volatility + " fault '" + score.fault + "'\n";
    for (const RuleTerm& term : score.terms) {
        text += "term " + term.name + " " + bits(term.value) + "\n";
    }
    for (const auto* shares : {&score.ensemble.votes, &score.ensemble.parts}) {
        for (const RuleShare& share : *shares) {
            text += share.name + (share.known ? " " : " not known ") + bits(share.value) + " " +
                    bits(share.weight) + " " + bits(share.share) + "\n";
        }
    }
    text += bits(score.ensemble.confidence) + " " + bits(score.ensemble.health) + "\n";
    text += std::to_string(static_cast<int>(verdict.decision)) + " '" + verdict.note + "' fault '" +
            verdict.fault + "'\n";
    for (const std::string& reason : verdict.reasons) {
        text += reason + ",";
    }
    for (const VerdictCheck& check : verdict.checks) {
        text += std::string(check.name.view()) + (check.passed ? "+" : "-") + bits(check.value) +
                " " + bits(check.limit) + "\n";
    }
    for (const auto* asked : {&score.asked, &verdict.asked}) {
        for (const RuleAnswer& answer : *asked) {
            text += question_text(answer.question) + " " + bits(answer.numbers[0]) + "\n";
        }
    }
    return text;
}

// Two machines of a pack, one that translates and one that does not.
class Pair {
public:
    explicit Pair(const Result<std::shared_ptr<const RulePack>>& pack) {
        EXPECT_TRUE(pack.ok()) << (pack.ok() ? "" : pack.status().message());
        if (pack.ok()) {
            RuleBudget exact;
            exact.metering = RuleMetering::Exact;
            steps_ = (*pack)->make_vm({});
            lua_ = (*pack)->make_vm(exact);
        }
    }
    [[nodiscard]] std::string by_steps(const RuleInput& input) const { return run(*steps_, input); }
    [[nodiscard]] std::string by_lua(const RuleInput& input) const { return run(*lua_, input); }
    [[nodiscard]] RuleVmFigures figures() const { return steps_->figures(); }
    [[nodiscard]] RuleVmFigures figures_of_lua() const { return lua_->figures(); }
    [[nodiscard]] bool ready() const { return steps_ != nullptr; }

private:
    static std::string run(RuleVm& vm, const RuleInput& input) {
        RuleScore score;
        RuleVerdict verdict;
        vm.score(input, score);
        vm.judge(input, score, verdict);
        return told(score, verdict);
    }
    std::unique_ptr<RuleVm> steps_;
    std::unique_ptr<RuleVm> lua_;
};

}  // namespace petrel::core::script_test
