// Wording for the terminal; the side is told by an arrow and a word, colour only underlines it.
#include "cli/alert_line.hpp"

#include <algorithm>

#include "runtime/clock_text.hpp"
#include "runtime/human.hpp"
#include "runtime/letter_case.hpp"

namespace petrel::core {
namespace {

bool falling(const std::string& side) { return side == "long" || side == "sell"; }

std::string loud_words(std::string name) {
    std::replace(name.begin(), name.end(), '_', ' ');
    return upper_case(name);
}

std::string what(const Signal& signal) {
    const SignalPart& part = signal.joined.empty() ? signal.cause : signal.joined.front();
    const std::string amount = (part.sampled ? "at least " : "") + human_usd(part.notional_usd);
    if (!signal.joined.empty()) {
        return loud_words(signal.score.pattern) + "  " + part.side + " storm " + amount + " and " +
               signal.joined[1].side + " cluster " + human_usd(signal.joined[1].notional_usd);
    }
    std::string text = loud_words(signal.type) + "  " + part.side + "  " + amount;
    if (part.window_ms == 0) {
        return text + " at " + human_price(part.price) + " on " + part.venue;
    }
    return text + ", " + std::to_string(part.events) + " in " + human_duration_ms(part.window_ms);
}

}  // namespace

std::string alert_line(const Signal& signal, Colour colour) {
    const std::string& side =
        signal.joined.empty() ? signal.cause.side : signal.joined.front().side;
    const char* paint = falling(side) ? "\x1b[38;5;209m" : "\x1b[38;5;75m";
    const bool painted = colour == Colour::Always;
    return clock_utc(signal.ts_ns) + "  " + (painted ? paint : "") + (falling(side) ? "▼ " : "▲ ") +
           signal.symbol + "  " + what(signal) + (painted ? "\x1b[0m" : "") + "   score " +
           human_fixed(signal.score.total, 2) + " " + signal.score.strength + "   " + signal.id;
}

std::string reason_line(const Signal& signal) {
    std::string text = "          " + human_fixed(signal.score.total, 2) + " =";
    for (std::size_t i = 0; i < signal.score.terms.size(); ++i) {
        const RuleTerm& term = signal.score.terms[i];
        text += (i == 0 ? " " : " + ") + term.name + " " + human_fixed(term.value, 2);
    }
    text += " · " + signal.score.pressure + " · ";
    switch (signal.verdict.decision) {
        case RuleDecision::Send:
            text += "sent:";
            break;
        case RuleDecision::Update:
            text += "update:";
            break;
        case RuleDecision::Hold:
            text += "held:";
            break;
    }
    for (const std::string& reason : signal.verdict.reasons) {
        text += " " + reason;
    }
    if (!signal.score.fault.empty()) {
        text += " · rule fault: " + signal.score.fault;
    }
    return text;
}

}  // namespace petrel::core
