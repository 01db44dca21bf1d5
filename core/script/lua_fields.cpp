// The lists, in the order of rule_io.hpp.
#include "script/lua_fields.hpp"

#include <array>

namespace petrel::core {

std::span<const LuaField<RuleInput>> input_fields() {
    static constexpr std::array<LuaField<RuleInput>, 4> kFields{
        {{"symbol", nullptr, &RuleInput::symbol},
         {"group", nullptr, &RuleInput::group},
         {"type", nullptr, &RuleInput::type},
         {"now_s", &RuleInput::now_s}}};
    return kFields;
}

std::span<const std::string_view> input_tables() {
    static constexpr std::array<std::string_view, 7> kTables{
        "accuracy", "cluster", "finding", "history", "market", "storm", "votes"};
    return kTables;
}

std::span<const LuaField<RuleFinding>> finding_fields() {
    static constexpr std::array<LuaField<RuleFinding>, 14> kFields{
        {{"type", nullptr, &RuleFinding::type},
         {"side", nullptr, &RuleFinding::side},
         {"phase", nullptr, &RuleFinding::phase},
         {"volume_usd", &RuleFinding::volume_usd},
         {"threshold_usd", &RuleFinding::threshold_usd},
         {"events", &RuleFinding::events},
         {"price", &RuleFinding::price},
         {"dominance", &RuleFinding::dominance},
         {"window_s", &RuleFinding::window_s},
         {"age_s", &RuleFinding::age_s},
         {"since_onset_s", &RuleFinding::since_onset_s},
         {"likely_usd", &RuleFinding::likely_usd},
         {"high_usd", &RuleFinding::high_usd},
         {"sampled", nullptr, nullptr, &RuleFinding::sampled}}};
    return kFields;
}

std::span<const LuaField<RuleMarket>> market_fields() {
    static constexpr std::array<LuaField<RuleMarket>, 19> kFields{
        {{"price", &RuleMarket::price},
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
         {"sentiment_age_s", &RuleMarket::sentiment_age_s}}};
    return kFields;
}

std::span<const LuaField<RuleHistory>> history_fields() {
    static constexpr std::array<LuaField<RuleHistory>, 12> kFields{
        {{"cooldown_s", &RuleHistory::cooldown_s},
         {"since_last_sent_s", &RuleHistory::since_last_sent_s},
         {"sent_last_hour", &RuleHistory::sent_last_hour},
         {"story_sent", nullptr, nullptr, &RuleHistory::story_sent},
         {"outcomes", &RuleHistory::outcomes},
         {"hit_share", &RuleHistory::hit_share},
         {"mean_move_sigma", &RuleHistory::mean_move_sigma},
         {"last_outcome", nullptr, &RuleHistory::last_outcome},
         {"gain_sigma", &RuleHistory::gain_sigma},
         {"loss_sigma", &RuleHistory::loss_sigma},
         {"least_score", &RuleHistory::least_score},
         {"since_coin_sent_s", &RuleHistory::since_coin_sent_s}}};
    return kFields;
}

std::span<const LuaField<ScoreView>> score_fields() {
    static constexpr std::array<LuaField<ScoreView>, 7> kFields{
        {{"total", &ScoreView::total},
         {"pattern", nullptr, &ScoreView::pattern},
         {"strength", nullptr, &ScoreView::strength},
         {"pressure", nullptr, &ScoreView::pressure},
         {"volatility", nullptr, &ScoreView::volatility},
         {"confidence", &ScoreView::confidence},
         {"health", &ScoreView::health}}};
    return kFields;
}

}  // namespace petrel::core
