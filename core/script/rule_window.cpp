// One table of figures: for the functions of rules, for the words of a record, for tests.
#include "script/rule_window.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "config/closest.hpp"

namespace petrel::core {
namespace {

constexpr std::array<RuleFigureSpec, kRuleFigures> kFigures{{
    {"flow", true, 0, 1, 3, false, 40},
    {"dominance", true, 0, 1, 1, false, 40},
    {"vwap", true, 0, 1, 1, false, 40},
    {"percentile", true, 0, 1, 2, false, 400},
    {"venues", true, 0, 0, 1, false, 40},
    {"coverage", true, 0, 1, 1, false, 60},
    {"sampled", true, 0, 0, 1, true, 40},
    {"return_pct", false, 0, 0, 1, false, 20},
    {"volatility_pct", false, 0, 0, 1, false, 400},
    {"open_interest_change_pct", false, 0, 0, 1, false, 30},
    {"correlation", false, 2, 2, 3, false, 800},
}};

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) {
            words.push_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

Status no_figure(std::string_view word) {
    std::vector<std::string> known;
    for (const RuleFigureSpec& spec : kFigures) {
        known.emplace_back(spec.name);
    }
    std::sort(known.begin(), known.end());
    const std::string hint = did_you_mean(word, known);
    return Status::rejected("window has no '" + std::string(word) + "'" +
                            (hint.empty() ? "" : "; " + hint));
}

std::string usage(const RuleFigureSpec& spec) {
    std::string text = std::string("write \"") + spec.name + (spec.of_flow ? " trade 30" : " 30");
    for (int venue = 0; venue < spec.venues_min; ++venue) {
        text += " venue";
    }
    return text + "\": the words of the call, in its order";
}

}  // namespace

RuleVenue::RuleVenue(std::string_view name)
    : size_(static_cast<std::uint8_t>(std::min(name.size(), kBytesMax))) {
    std::copy_n(name.begin(), size_, text_.begin());
}

std::span<const RuleFigureSpec, kRuleFigures> rule_figures() { return kFigures; }

RuleNumbers RecordedWindow::answer(const RuleQuestion& question) const noexcept {
    for (const RuleAnswer& answer : answers_) {
        if (answer.question == question) {
            return answer.numbers;
        }
    }
    return {};
}

void RecordedWindow::add(std::span<const RuleAnswer> answers) {
    for (const RuleAnswer& answer : answers) {
        const auto known = std::find_if(answers_.begin(), answers_.end(), [&](const RuleAnswer& a) {
            return a.question == answer.question;
        });
        if (known == answers_.end()) {
            answers_.push_back(answer);
        }
    }
}

std::uint32_t horizon_ms_of(double horizon_s) {
    if (!(horizon_s >= 1)) {
        return 0;
    }
    return static_cast<std::uint32_t>(std::llround(std::min(horizon_s, kHorizonSecondsMax) * 1e3));
}

RuleFlowKind flow_kind_of(std::string_view word) {
    return word == "trade"         ? RuleFlowKind::Trade
           : word == "liquidation" ? RuleFlowKind::Liquidation
                                   : RuleFlowKind::None;
}

std::string question_text(const RuleQuestion& question) {
    const RuleFigureSpec& spec = kFigures[static_cast<std::size_t>(question.figure)];
    std::string text = spec.name;
    if (spec.of_flow) {
        text += question.kind == RuleFlowKind::Trade ? " trade" : " liquidation";
    }
    std::array<char, 32> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(),
                                       static_cast<double>(question.horizon_ms) / 1e3);
    text.append(" ").append(digits.data(), written.ptr);
    for (const RuleVenue& venue : question.venues) {
        if (!venue.empty()) {
            text.append(" ").append(venue.name());
        }
    }
    return text;
}

Result<RuleQuestion> read_question(std::string_view text) {
    const std::vector<std::string_view> words = words_of(text);
    const auto found = std::find_if(
        kFigures.begin(), kFigures.end(),
        [&](const RuleFigureSpec& spec) { return !words.empty() && words.front() == spec.name; });
    if (found == kFigures.end()) {
        return no_figure(words.empty() ? "" : words.front());
    }
    RuleQuestion question;
    question.figure = static_cast<RuleFigure>(found - kFigures.begin());
    std::size_t at = 1;
    if (found->of_flow && at < words.size()) {
        question.kind = flow_kind_of(words[at++]);
    }
    double horizon_s = 0;
    if (at < words.size()) {
        const std::string_view word = words[at++];
        const auto read = std::from_chars(word.data(), word.data() + word.size(), horizon_s);
        horizon_s = read.ptr == word.data() + word.size() ? horizon_s : 0;
    }
    question.horizon_ms = horizon_ms_of(horizon_s);
    const std::size_t venues = words.size() - at;
    if ((found->of_flow && question.kind == RuleFlowKind::None) || question.horizon_ms == 0 ||
        venues < found->venues_min || venues > found->venues_max) {
        return Status::rejected("'" + std::string(text) + "' is no question; " + usage(*found));
    }
    for (std::size_t i = 0; i < venues; ++i) {
        question.venues[i] = RuleVenue(words[at + i]);
    }
    return question;
}

}  // namespace petrel::core
