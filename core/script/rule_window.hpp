// What rules may ask the windows of the symbol under judgement, and what they were told.
//
// A question is a figure, a kind of flow, a span that ends with the event, and venues; an answer is
// one to three plain numbers, 0 where nothing is known. Answers are recorded with a signal and in
// the latest inputs, so that the same call can be made again with the same figures. Between stages
// 5 and 6 and the script engine, on the thread of the shard; values without memory of their own.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "petrel/result.hpp"

namespace petrel::core {

enum class RuleFigure : std::uint8_t {
    Flow,
    Dominance,
    Vwap,
    Percentile,
    Venues,
    Coverage,
    Sampled,
    ReturnPct,
    VolatilityPct,
    OpenInterestChangePct,
    Correlation,
};
inline constexpr std::size_t kRuleFigures = 11;

enum class RuleFlowKind : std::uint8_t { None, Trade, Liquidation };

// The name of a venue, kept in place: nothing is allocated while a rule runs.
class RuleVenue {
public:
    static constexpr std::size_t kBytesMax = 32;

    RuleVenue() = default;
    // At most kBytesMax bytes.
    explicit RuleVenue(std::string_view name);
    [[nodiscard]] std::string_view name() const { return {text_.data(), size_}; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    bool operator==(const RuleVenue&) const = default;

private:
    std::array<char, kBytesMax> text_{};
    std::uint8_t size_ = 0;
};

struct RuleQuestion {
    RuleFigure figure = RuleFigure::Flow;
    RuleFlowKind kind = RuleFlowKind::None;
    std::uint32_t horizon_ms = 0;
    std::array<RuleVenue, 2> venues;  // none: all of them
    bool operator==(const RuleQuestion&) const = default;
};

using RuleNumbers = std::array<double, 3>;

struct RuleAnswer {
    RuleQuestion question;
    RuleNumbers numbers{};
};

// How a figure is asked for. `cost` is paid in steps of the rule's budget, whoever answers.
struct RuleFigureSpec {
    const char* name = nullptr;
    bool of_flow = false;  // takes a kind first
    std::uint8_t venues_min = 0;
    std::uint8_t venues_max = 0;
    std::uint8_t numbers = 1;  // that it answers with
    bool flag = false;         // true and false instead of numbers
    std::uint16_t cost = 0;
};
// In the order of RuleFigure.
std::span<const RuleFigureSpec, kRuleFigures> rule_figures();

class RuleWindow {
public:
    virtual ~RuleWindow() = default;
    // As of the event under judgement; the same question has the same answer until the next event.
    [[nodiscard]] virtual RuleNumbers answer(const RuleQuestion& question) const noexcept = 0;
};

// Answers what it holds; the rest is not known.
class RecordedWindow final : public RuleWindow {
public:
    RecordedWindow() = default;
    explicit RecordedWindow(std::vector<RuleAnswer> answers) : answers_(std::move(answers)) {}
    [[nodiscard]] RuleNumbers answer(const RuleQuestion& question) const noexcept override;
    [[nodiscard]] bool empty() const { return answers_.empty(); }

    void clear() { answers_.clear(); }
    // Adds those that it does not hold.
    void add(std::span<const RuleAnswer> answers);

private:
    std::vector<RuleAnswer> answers_;
};

// The words of the call, with blanks between: "flow trade 30", "vwap trade 60 kraken".
std::string question_text(const RuleQuestion& question);
// Reads such a text; the error says what is wrong with it.
Result<RuleQuestion> read_question(std::string_view text);

inline constexpr double kHorizonSecondsMax = 86'400;  // longer ones are cut to it
// The span of a question; 0 when it is shorter than a second or no number.
std::uint32_t horizon_ms_of(double horizon_s);
// None for every other word.
RuleFlowKind flow_kind_of(std::string_view word);

}  // namespace petrel::core
