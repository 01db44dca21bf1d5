// One table of names and members: what rules can read, an explanation shows.
#include "signal/signal_inputs.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace petrel::core {
namespace {

constexpr double kAlwaysKnown = std::numeric_limits<double>::quiet_NaN();

template <typename Owner>
struct Figure {
    const char* name;
    double Owner::* member;
    // The figure is not known while this one has that value; most are always known.
    double Owner::* known_by = nullptr;
    double unknown = kAlwaysKnown;
};

constexpr Figure<RuleMarket> kMarket[] = {
    {"price", &RuleMarket::price, &RuleMarket::price, 0},
    {"mark_price", &RuleMarket::mark_price, &RuleMarket::mark_price, 0},
    {"index_price", &RuleMarket::index_price, &RuleMarket::index_price, 0},
    {"funding_rate", &RuleMarket::funding_rate},
    {"open_interest_usd", &RuleMarket::open_interest_usd, &RuleMarket::open_interest_usd, 0},
    {"open_interest_change_pct", &RuleMarket::open_interest_change_pct},
    {"spread_bps", &RuleMarket::spread_bps, &RuleMarket::spread_bps, 0},
    {"return_pct", &RuleMarket::return_pct},
    {"volatility_pct", &RuleMarket::volatility_pct, &RuleMarket::volatility_pct, 0},
    {"buy_usd", &RuleMarket::buy_usd},
    {"sell_usd", &RuleMarket::sell_usd},
    {"long_liquidated_usd", &RuleMarket::long_liquidated_usd},
    {"short_liquidated_usd", &RuleMarket::short_liquidated_usd},
    {"coverage", &RuleMarket::coverage},
    {"hour_utc", &RuleMarket::hour_utc},
    {"venues", &RuleMarket::venues},
    {"sentiment", &RuleMarket::sentiment, &RuleMarket::sentiment_age_s, -1},
    {"news_impact", &RuleMarket::news_impact, &RuleMarket::sentiment_age_s, -1},
    {"sentiment_age_s", &RuleMarket::sentiment_age_s, &RuleMarket::sentiment_age_s, -1},
};

constexpr Figure<RuleFinding> kFinding[] = {
    {"volume_usd", &RuleFinding::volume_usd},
    {"threshold_usd", &RuleFinding::threshold_usd},
    {"events", &RuleFinding::events},
    {"price", &RuleFinding::price, &RuleFinding::price, 0},
    {"dominance", &RuleFinding::dominance},
    {"window_s", &RuleFinding::window_s},
    {"age_s", &RuleFinding::age_s},
    {"since_onset_s", &RuleFinding::since_onset_s},
    {"likely_usd", &RuleFinding::likely_usd, &RuleFinding::likely_usd, 0},
    {"high_usd", &RuleFinding::high_usd, &RuleFinding::high_usd, 0},
};

constexpr Figure<RuleHistory> kHistory[] = {
    {"cooldown_s", &RuleHistory::cooldown_s},
    {"since_last_sent_s", &RuleHistory::since_last_sent_s, &RuleHistory::since_last_sent_s, -1},
    {"sent_last_hour", &RuleHistory::sent_last_hour},
    {"outcomes", &RuleHistory::outcomes},
    {"hit_share", &RuleHistory::hit_share, &RuleHistory::outcomes, 0},
    {"mean_move_sigma", &RuleHistory::mean_move_sigma, &RuleHistory::outcomes, 0},
    {"gain_sigma", &RuleHistory::gain_sigma, &RuleHistory::outcomes, 0},
    {"loss_sigma", &RuleHistory::loss_sigma, &RuleHistory::outcomes, 0},
    {"least_score", &RuleHistory::least_score, &RuleHistory::least_score, -1},
    {"since_coin_sent_s", &RuleHistory::since_coin_sent_s, &RuleHistory::since_coin_sent_s, -1},
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

constexpr std::string_view kAccuracyPrefix = "accuracy.";
constexpr std::string_view kVotesPrefix = "votes.";

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

constexpr std::string_view kReason = ".reason";
constexpr double kAbstained = -1;

// Of what voters said and were worth; the name of a vote is borrowed.
bool restore_voter(const SignalInput& number, RestoredVotes& votes) {
    std::string_view name = number.name;
    if (name.starts_with(kAccuracyPrefix)) {
        name.remove_prefix(kAccuracyPrefix.size());
        votes.accuracy.push_back({std::string(name), number.value});
        return true;
    }
    if (!name.starts_with(kVotesPrefix)) {
        return false;
    }
    name.remove_prefix(kVotesPrefix.size());
    const bool abstained = number.value < 0;
    votes.votes.push_back({name, abstained ? 0 : number.value, abstained});
    votes.reasons.emplace_back();
    return true;
}

bool restore_reason(const SignalText& text, RestoredVotes& votes) {
    std::string_view name = text.name;
    if (!name.starts_with(kVotesPrefix) || !name.ends_with(kReason)) {
        return false;
    }
    name.remove_prefix(kVotesPrefix.size());
    name.remove_suffix(kReason.size());
    for (std::size_t i = 0; i < votes.votes.size(); ++i) {
        if (votes.votes[i].name == name) {
            votes.reasons[i] = text.value;
            return true;
        }
    }
    return false;
}

// Calls `body` with each table of figures or flags, its part and its prefix.
template <typename Body>
void for_each_table(Body&& body) {
    using Part = InputFigure::Part;
    static constexpr Flag<RuleFinding> finding_flag[] = {kFindingFlag};
    static constexpr Flag<RuleHistory> history_flag[] = {kHistoryFlag};
    body(kMoment, Part::Moment, std::string_view());
    constexpr Part slots[] = {Part::Finding, Part::Storm, Part::Cluster};
    for (std::size_t slot = 0; slot < std::size(kSlots); ++slot) {
        body(kFinding, slots[slot], std::string_view(kSlots[slot].prefix));
        body(finding_flag, slots[slot], std::string_view(kSlots[slot].prefix));
    }
    body(kMarket, Part::Market, std::string_view("market."));
    body(kHistory, Part::History, std::string_view("history."));
    body(history_flag, Part::History, std::string_view("history."));
}

template <typename Owner, std::size_t N>
double read_one(const Owner& owner, const Figure<Owner> (&table)[N], std::size_t index) {
    const Figure<Owner>& figure = table[index];
    const bool unknown = figure.known_by != nullptr && owner.*figure.known_by == figure.unknown;
    return unknown ? std::numeric_limits<double>::quiet_NaN() : owner.*figure.member;
}

double read_finding(const RuleFinding& finding, InputFigure figure) {
    if (!finding.present) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return figure.flag ? (finding.*kFindingFlag.member ? 1.0 : 0.0)
                       : read_one(finding, kFinding, figure.index);
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
    for (SignalInput& voter : voter_inputs(input)) {
        inputs.push_back(std::move(voter));
    }
    return inputs;
}

std::vector<SignalInput> voter_inputs(const RuleInput& input) {
    std::vector<SignalInput> inputs;
    for (const RuleTerm& accuracy : input.accuracy) {
        inputs.push_back({std::string(kAccuracyPrefix) + accuracy.name, accuracy.value});
    }
    for (const RuleVote& vote : input.votes) {
        inputs.push_back({std::string(kVotesPrefix) + std::string(vote.name),
                          vote.abstained ? kAbstained : vote.vote});
    }
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
    for (SignalText& voter : voter_texts(input)) {
        texts.push_back(std::move(voter));
    }
    return texts;
}

std::vector<SignalText> voter_texts(const RuleInput& input) {
    std::vector<SignalText> texts;
    for (std::size_t i = 0; i < std::min(input.votes.size(), input.vote_reasons.size()); ++i) {
        if (!input.vote_reasons[i].empty()) {
            texts.push_back({std::string(kVotesPrefix) + std::string(input.votes[i].name) +
                                 std::string(kReason),
                             std::string(input.vote_reasons[i])});
        }
    }
    return texts;
}

bool restore_input(std::span<const SignalInput> numbers, std::span<const SignalText> texts,
                   RestoredVotes& votes, RuleInput& input) {
    bool known = true;
    for (const SignalInput& number : numbers) {
        known = (restore_voter(number, votes) || restore_number(number, input)) && known;
    }
    for (const SignalText& text : texts) {
        known = (restore_reason(text, votes) || restore_text(text, input)) && known;
    }
    input.votes = votes.votes;
    input.vote_reasons = votes.reasons;
    input.accuracy = votes.accuracy;
    return known;
}

std::optional<InputFigure> find_figure(std::string_view name) {
    std::optional<InputFigure> found;
    for_each_table([&](const auto& table, InputFigure::Part part, std::string_view prefix) {
        for (std::size_t i = 0; i < std::size(table); ++i) {
            if (name.starts_with(prefix) && name.substr(prefix.size()) == table[i].name) {
                constexpr bool flag = !requires { table[0].known_by; };
                found = InputFigure{part, flag, static_cast<std::uint16_t>(i)};
            }
        }
    });
    return found;
}

std::vector<std::string> figure_names() {
    std::vector<std::string> names;
    for_each_table([&](const auto& table, InputFigure::Part, std::string_view prefix) {
        for (const auto& entry : table) {
            names.push_back(std::string(prefix) + entry.name);
        }
    });
    return names;
}

double read_figure(const RuleInput& input, InputFigure figure) {
    switch (figure.part) {
        case InputFigure::Part::Moment:
            return read_one(input, kMoment, figure.index);
        case InputFigure::Part::Finding:
            return read_finding(input.finding, figure);
        case InputFigure::Part::Storm:
            return read_finding(input.storm, figure);
        case InputFigure::Part::Cluster:
            return read_finding(input.cluster, figure);
        case InputFigure::Part::Market:
            return read_one(input.market, kMarket, figure.index);
        case InputFigure::Part::History:
            break;
    }
    return figure.flag ? (input.history.*kHistoryFlag.member ? 1.0 : 0.0)
                       : read_one(input.history, kHistory, figure.index);
}

}  // namespace petrel::core
