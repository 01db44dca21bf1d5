// The table itself.
#include "config/message_words.hpp"

#include <algorithm>
#include <utility>

#include "config/message_config.hpp"

namespace petrel::core {
namespace {

constexpr AlertBits kSignals = kSingleAlert | kWindowAlert | kRadarAlert;
constexpr AlertBits kWindows = kWindowAlert | kRadarAlert;
constexpr AlertBits kEnds = kEndAlert | kCancelledAlert;
constexpr AlertBits kTold =  // what is said of an alert that has words already
    kUpdateAlert | kEnds | kEscalationAlert | kAcknowledgedAlert | kDrillAlert | kDigestEntry;
constexpr AlertBits kMarket = kSignals | kEscalationAlert | kAcknowledgedAlert | kDigestEntry;
constexpr AlertBits kTests = kDrillAlert | kTestAlert;
constexpr AlertBits kAll = kMarket | kSystemAlert | kTests | kDigestAlert;

constexpr MessageWord kWords[] = {
    {"after", ValueKind::Span, kEscalationAlert, "so long nobody has acknowledged it"},
    {"arrow", ValueKind::Text, kSignals, "▼ for longs and sells, ▲ for all else"},
    {"channel", ValueKind::Text, kTests, "the channel that is tried"},
    {"coin", ValueKind::Text, kMarket, "what is traded, as in BTC"},
    {"coins", ValueKind::Text, kDigestAlert, "what is traded, at most four by name"},
    {"comment", ValueKind::Text, kAcknowledgedAlert, "what was written with it"},
    {"confidence", ValueKind::Number, kSignals, "of the ensemble, 0 to 1"},
    {"count", ValueKind::Count, kDigestAlert, "how many alerts are in it"},
    {"detail", ValueKind::Text, kSystemAlert, "what happened and what to do"},
    {"estimate", ValueKind::Text, kWindowAlert, "of a sample: what the whole probably is"},
    {"events", ValueKind::Count, kWindows, "how many events"},
    {"group", ValueKind::Text, kSignals, "group of the symbol"},
    {"headline", ValueKind::Text, kSystemAlert | kTold,
     "what an alert of the system is about; else the first line of the alert's own type"},
    {"health", ValueKind::Number, kSignals, "of the parts, 0 to 1"},
    {"id", ValueKind::Text, kAll, "of the signal or alert"},
    {"more", ValueKind::Text, kDigestAlert, "by type, how many are not told one by one"},
    {"note", ValueKind::Text, kSignals, "the sentence of the rules"},
    {"notional", ValueKind::Amount, kSignals, "value in USD; of the radar: of its storm"},
    {"number", ValueKind::Count, kUpdateAlert, "1 for the first update"},
    {"pattern", ValueKind::Text, kSignals, "as in storm_only"},
    {"peak", ValueKind::Amount, kEnds,
     "the most it came to, where that is more than its last value"},
    {"pressure", ValueKind::Text, kSignals, "bullish, bearish or neutral"},
    {"price", ValueKind::Price, kSignals, "of the event, or the mean by volume"},
    {"price_change", ValueKind::Percent, kWindows, "from price_from to price_to"},
    {"price_from", ValueKind::Price, kWindows, "mean of the trades just before the first event"},
    {"price_to", ValueKind::Price, kWindows, "mean of the latest trades when it was decided"},
    {"reason", ValueKind::Text, kCancelledAlert, "why it was cancelled"},
    {"route", ValueKind::Text, kEscalationAlert, "route that escalates"},
    {"rules", ValueKind::Text, kSignals, "version that decided"},
    {"score", ValueKind::Number, kSignals, "of the rules"},
    {"severity", ValueKind::Text, kAll, "info, warning or critical"},
    {"side", ValueKind::Side, kSignals, "long, short, buy or sell; of the radar: of its storm"},
    {"sparkline", ValueKind::Text, kSignals, "what was liquidated in the last minutes, as in ▁▃█▂"},
    {"step", ValueKind::Count, kEscalationAlert, "1 for the first escalation"},
    {"strength", ValueKind::Text, kSignals, "weak, moderate, strong or extreme"},
    {"symbol", ValueKind::Text, kMarket, "as in BTC-USDT-PERP"},
    {"time", ValueKind::Time, kAll,
     "when it was decided, made or acknowledged; of one event: when it happened"},
    {"type", ValueKind::Text, kAll, "as in LIQ_STORM"},
    {"venue", ValueKind::Text, kSignals, "exchange; \"all\" when several took part"},
    {"venues", ValueKind::Text, kSignals, "exchanges of the evidence"},
    {"volatility", ValueKind::Text, kSignals, "low, medium, high or extreme"},
    {"whale_events", ValueKind::Count, kRadarAlert, "how many trades the cluster had"},
    {"whale_notional", ValueKind::Amount, kRadarAlert, "value of the cluster in USD"},
    {"whale_side", ValueKind::Side, kRadarAlert, "side of the cluster"},
    {"whale_window", ValueKind::Span, kRadarAlert, "how long the cluster took"},
    {"who", ValueKind::Text, kAcknowledgedAlert, "who has taken it on"},
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

AlertBits alerts_of_form(std::string_view form) {
    constexpr std::pair<std::string_view, AlertBits> known[] = {
        {"LIQUIDATION_LARGE", kSingleAlert},
        {"WHALE_TRADE", kSingleAlert},
        {"LIQ_STORM", kWindowAlert},
        {"WHALE_CLUSTER", kWindowAlert},
        {"GLOBAL_RADAR", kRadarAlert},
        {"SYSTEM", kSystemAlert},
        {occasion::kUpdate, kUpdateAlert | kSignals},
        {occasion::kEdit, kUpdateAlert | kSignals},
        {occasion::kEnd, kEndAlert | kSignals},
        {occasion::kCancelled, kCancelledAlert | kSignals},
        {occasion::kEscalation, kEscalationAlert},
        {occasion::kAcknowledged, kAcknowledgedAlert},
        {occasion::kDigest, kDigestAlert},
        {occasion::kDrill, kDrillAlert},
        {occasion::kTest, kTestAlert},
    };
    const auto* found = std::find_if(std::begin(known), std::end(known),
                                     [&](const auto& one) { return one.first == form; });
    return found != std::end(known) ? found->second : kSingleAlert | kWindowAlert;
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
            return {"utc", "clock", "date", "iso", "zone", "zone_date"};
        case ValueKind::Count:
            break;
    }
    return {};
}

}  // namespace petrel::core
