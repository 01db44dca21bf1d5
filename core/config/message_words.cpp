// The table itself.
#include "config/message_words.hpp"

#include <algorithm>

namespace petrel::core {
namespace {

constexpr std::uint8_t kSignals = kSingleAlert | kWindowAlert | kRadarAlert;
constexpr std::uint8_t kWindows = kWindowAlert | kRadarAlert;
constexpr std::uint8_t kAll = kSignals | kSystemAlert;

constexpr MessageWord kWords[] = {
    {"arrow", ValueKind::Text, kSignals, "▼ for longs and sells, ▲ for all else"},
    {"coin", ValueKind::Text, kSignals, "what is traded, as in BTC"},
    {"confidence", ValueKind::Number, kSignals, "of the ensemble, 0 to 1"},
    {"detail", ValueKind::Text, kSystemAlert, "what happened and what to do"},
    {"estimate", ValueKind::Text, kWindowAlert, "of a sample: what the whole probably is"},
    {"events", ValueKind::Count, kWindows, "how many events"},
    {"group", ValueKind::Text, kSignals, "group of the symbol"},
    {"headline", ValueKind::Text, kSystemAlert, "what the alert is about"},
    {"health", ValueKind::Number, kSignals, "of the parts, 0 to 1"},
    {"id", ValueKind::Text, kAll, "of the signal or alert"},
    {"note", ValueKind::Text, kSignals, "the sentence of the rules"},
    {"notional", ValueKind::Amount, kSignals, "value in USD; of the radar: of its storm"},
    {"pattern", ValueKind::Text, kSignals, "as in storm_only"},
    {"pressure", ValueKind::Text, kSignals, "bullish, bearish or neutral"},
    {"price", ValueKind::Price, kSignals, "of the event, or the mean by volume"},
    {"price_change", ValueKind::Percent, kWindows, "from price_from to price_to"},
    {"price_from", ValueKind::Price, kWindows, "mean of the trades just before the first event"},
    {"price_to", ValueKind::Price, kWindows, "mean of the latest trades when it was decided"},
    {"rules", ValueKind::Text, kSignals, "version that decided"},
    {"score", ValueKind::Number, kSignals, "of the rules"},
    {"severity", ValueKind::Text, kAll, "info, warning or critical"},
    {"side", ValueKind::Side, kSignals, "long, short, buy or sell; of the radar: of its storm"},
    {"sparkline", ValueKind::Text, kSignals, "what was liquidated in the last minutes, as in ▁▃█▂"},
    {"strength", ValueKind::Text, kSignals, "weak, moderate, strong or extreme"},
    {"symbol", ValueKind::Text, kSignals, "as in BTC-USDT-PERP"},
    {"time", ValueKind::Time, kAll, "when it was decided; of one event: when it happened"},
    {"type", ValueKind::Text, kAll, "as in LIQ_STORM"},
    {"venue", ValueKind::Text, kSignals, "exchange; \"all\" when several took part"},
    {"venues", ValueKind::Text, kSignals, "exchanges of the evidence"},
    {"volatility", ValueKind::Text, kSignals, "low, medium, high or extreme"},
    {"whale_events", ValueKind::Count, kRadarAlert, "how many trades the cluster had"},
    {"whale_notional", ValueKind::Amount, kRadarAlert, "value of the cluster in USD"},
    {"whale_side", ValueKind::Side, kRadarAlert, "side of the cluster"},
    {"whale_window", ValueKind::Span, kRadarAlert, "how long the cluster took"},
    {"why", ValueKind::Text, kSignals, "the sum that is the score, confidence and health"},
    {"window", ValueKind::Span, kWindows, "how long the events took"},
};

std::vector<std::string> decimals_up_to(char most) {
    std::vector<std::string> words;
    for (char c = '0'; c <= most; ++c) {
        words.emplace_back(1, c);
    }
    return words;
}

}  // namespace

std::span<const MessageWord> message_words() { return kWords; }

const MessageWord* find_message_word(std::string_view name) {
    const auto* found = std::find_if(std::begin(kWords), std::end(kWords),
                                     [&](const MessageWord& word) { return word.name == name; });
    return found == std::end(kWords) ? nullptr : found;
}

std::uint8_t alerts_of_type(std::string_view type) {
    if (type == "LIQUIDATION_LARGE" || type == "WHALE_TRADE") {
        return kSingleAlert;
    }
    if (type == "LIQ_STORM" || type == "WHALE_CLUSTER") {
        return kWindowAlert;
    }
    return type == "GLOBAL_RADAR" ? kRadarAlert
           : type == "SYSTEM"     ? kSystemAlert
                                  : kSingleAlert | kWindowAlert;
}

std::vector<std::string> formats_of(ValueKind kind) {
    switch (kind) {
        case ValueKind::Text:
            return {"upper", "lower", "words"};
        case ValueKind::Side:
            return {"upper", "words"};
        case ValueKind::Amount:
            return {"usd", "words", "bare"};
        case ValueKind::Number:
            return decimals_up_to('6');
        case ValueKind::Percent:
            return decimals_up_to('4');
        case ValueKind::Price:
            return decimals_up_to('8');
        case ValueKind::Span:
            return {"sec"};
        case ValueKind::Time:
            return {"utc", "date", "iso", "zone", "zone_date"};
        case ValueKind::Count:
            break;
    }
    return {};
}

}  // namespace petrel::core
