// One table of names and members: what rules can read, an explanation shows.
#include "signal/signal_inputs.hpp"

namespace petrel::core {
namespace {

template <typename Owner>
struct Figure {
    const char* name;
    double Owner::* member;
};

constexpr Figure<RuleMarket> kMarket[] = {
    {"price", &RuleMarket::price},
    {"mark_price", &RuleMarket::mark_price},
    {"index_price", &RuleMarket::index_price},
    {"funding_rate", &RuleMarket::funding_rate},
    {"open_interest_usd", &RuleMarket::open_interest_usd},
    {"open_interest_change_pct", &RuleMarket::open_interest_change_pct},
    {"spread_bps", &RuleMarket::spread_bps},
    {"return_pct", &RuleMarket::return_pct},
    {"volatility_pct", &RuleMarket::volatility_pct},
    {"buy_usd", &RuleMarket::buy_usd},
    {"sell_usd", &RuleMarket::sell_usd},
    {"long_liquidated_usd", &RuleMarket::long_liquidated_usd},
    {"short_liquidated_usd", &RuleMarket::short_liquidated_usd},
    {"coverage", &RuleMarket::coverage},
    {"hour_utc", &RuleMarket::hour_utc},
    {"venues", &RuleMarket::venues},
    {"sentiment", &RuleMarket::sentiment},
    {"news_impact", &RuleMarket::news_impact},
    {"sentiment_age_s", &RuleMarket::sentiment_age_s},
};

constexpr Figure<RuleFinding> kFinding[] = {
    {"volume_usd", &RuleFinding::volume_usd}, {"threshold_usd", &RuleFinding::threshold_usd},
    {"events", &RuleFinding::events},         {"price", &RuleFinding::price},
    {"dominance", &RuleFinding::dominance},   {"window_s", &RuleFinding::window_s},
    {"age_s", &RuleFinding::age_s},           {"since_onset_s", &RuleFinding::since_onset_s},
    {"likely_usd", &RuleFinding::likely_usd}, {"high_usd", &RuleFinding::high_usd},
};

constexpr Figure<RuleHistory> kHistory[] = {
    {"cooldown_s", &RuleHistory::cooldown_s},
    {"since_last_sent_s", &RuleHistory::since_last_sent_s},
    {"sent_last_hour", &RuleHistory::sent_last_hour},
    {"outcomes", &RuleHistory::outcomes},
    {"hit_share", &RuleHistory::hit_share},
    {"mean_move_sigma", &RuleHistory::mean_move_sigma},
};

template <typename Owner, std::size_t N>
void append(const char* prefix, const Owner& owner, const Figure<Owner> (&figures)[N],
            std::vector<SignalInput>& inputs) {
    for (const Figure<Owner>& figure : figures) {
        inputs.push_back({std::string(prefix) + figure.name, owner.*figure.member});
    }
}

struct FindingSlot {
    const char* prefix;
    RuleFinding RuleInput::* member;
};

constexpr FindingSlot kSlots[] = {{"finding.", &RuleInput::finding},
                                  {"storm.", &RuleInput::storm},
                                  {"cluster.", &RuleInput::cluster}};

constexpr Figure<RuleInput> kMoment[] = {{"now_s", &RuleInput::now_s}};

template <typename Owner>
struct Flag {
    const char* name;
    bool Owner::* member;
};

constexpr Flag<RuleFinding> kFindingFlag{"sampled", &RuleFinding::sampled};
constexpr Flag<RuleHistory> kHistoryFlag{"story_sent", &RuleHistory::story_sent};

template <typename Owner>
struct Wording {
    const char* name;
    std::string_view Owner::* member;
};

constexpr Wording<RuleInput> kNames[] = {
    {"symbol", &RuleInput::symbol}, {"group", &RuleInput::group}, {"type", &RuleInput::type}};
constexpr Wording<RuleFinding> kFindingNames[] = {
    {"type", &RuleFinding::type}, {"side", &RuleFinding::side}, {"phase", &RuleFinding::phase}};

constexpr Wording<RuleHistory> kHistoryNames[] = {{"last_outcome", &RuleHistory::last_outcome}};

// True when `name` is the prefix and then one of the table; its member is set.
template <typename Entry, typename Owner, typename Value, std::size_t N>
bool set_one(std::string_view name, std::string_view prefix, const Entry (&table)[N], Owner& owner,
             const Value& value) {
    if (!name.starts_with(prefix)) {
        return false;
    }
    name.remove_prefix(prefix.size());
    for (const Entry& entry : table) {
        if (name == entry.name) {
            owner.*entry.member = value;
            return true;
        }
    }
    return false;
}

bool restore_number(const SignalInput& number, RuleInput& input) {
    const std::string_view name = number.name;
    const bool flag = number.value != 0;
    const Flag<RuleHistory> history_flag[] = {kHistoryFlag};
    const Flag<RuleFinding> finding_flag[] = {kFindingFlag};
    for (const FindingSlot& slot : kSlots) {
        RuleFinding& finding = input.*slot.member;
        if (set_one(name, slot.prefix, kFinding, finding, number.value) ||
            set_one(name, slot.prefix, finding_flag, finding, flag)) {
            finding.present = true;
            return true;
        }
    }
    return set_one(name, "", kMoment, input, number.value) ||
           set_one(name, "market.", kMarket, input.market, number.value) ||
           set_one(name, "history.", kHistory, input.history, number.value) ||
           set_one(name, "history.", history_flag, input.history, flag);
}

bool restore_text(const SignalText& text, RuleInput& input) {
    for (const FindingSlot& slot : kSlots) {
        if (set_one(text.name, slot.prefix, kFindingNames, input.*slot.member,
                    std::string_view(text.value))) {
            return true;
        }
    }
    const std::string_view value = text.value;
    return set_one(text.name, "", kNames, input, value) ||
           set_one(text.name, "history.", kHistoryNames, input.history, value);
}

}  // namespace

std::vector<SignalInput> signal_inputs(const RuleInput& input) {
    std::vector<SignalInput> inputs;
    append("", input, kMoment, inputs);
    for (const FindingSlot& slot : kSlots) {
        const RuleFinding& finding = input.*slot.member;
        if (finding.present) {
            append(slot.prefix, finding, kFinding, inputs);
            inputs.push_back({std::string(slot.prefix) + kFindingFlag.name,
                              finding.*kFindingFlag.member ? 1.0 : 0.0});
        }
    }
    append("market.", input.market, kMarket, inputs);
    append("history.", input.history, kHistory, inputs);
    inputs.push_back({std::string("history.") + kHistoryFlag.name,
                      input.history.*kHistoryFlag.member ? 1.0 : 0.0});
    return inputs;
}

std::vector<SignalText> signal_texts(const RuleInput& input) {
    std::vector<SignalText> texts;
    for (const Wording<RuleInput>& wording : kNames) {
        texts.push_back({wording.name, std::string(input.*wording.member)});
    }
    for (const FindingSlot& slot : kSlots) {
        const RuleFinding& finding = input.*slot.member;
        for (const Wording<RuleFinding>& wording : kFindingNames) {
            if (finding.present) {
                texts.push_back({std::string(slot.prefix) + wording.name,
                                 std::string(finding.*wording.member)});
            }
        }
    }
    for (const Wording<RuleHistory>& wording : kHistoryNames) {
        texts.push_back(
            {std::string("history.") + wording.name, std::string(input.history.*wording.member)});
    }
    return texts;
}

bool restore_input(std::span<const SignalInput> numbers, std::span<const SignalText> texts,
                   RuleInput& input) {
    bool known = true;
    for (const SignalInput& number : numbers) {
        known = restore_number(number, input) && known;
    }
    for (const SignalText& text : texts) {
        known = restore_text(text, input) && known;
    }
    return known;
}

}  // namespace petrel::core
