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
};

template <typename Owner, std::size_t N>
void append(const char* prefix, const Owner& owner, const Figure<Owner> (&figures)[N],
            std::vector<SignalInput>& inputs) {
    for (const Figure<Owner>& figure : figures) {
        inputs.push_back({std::string(prefix) + figure.name, owner.*figure.member});
    }
}

}  // namespace

std::vector<SignalInput> signal_inputs(const RuleInput& input) {
    std::vector<SignalInput> inputs;
    append("finding.", input.finding, kFinding, inputs);
    if (input.storm.present) {
        append("storm.", input.storm, kFinding, inputs);
    }
    if (input.cluster.present) {
        append("cluster.", input.cluster, kFinding, inputs);
    }
    append("market.", input.market, kMarket, inputs);
    append("history.", input.history, kHistory, inputs);
    return inputs;
}

}  // namespace petrel::core
