-- The default rules: what a storm, a whale cluster, both together and a single event are worth.
--
-- This file names the pack, lists every figure that a configuration may change, with its bounds,
-- and says what counts when a rule fails. Files read a figure as params.<name>.
--
--   example: half_life_storm_only_s = 60 makes a storm of a minute ago count half.

local function number(name, unit, min, max, default, description)
    return { name = name, type = "number", unit = unit, min = min, max = max, default = default,
        description = description }
end

return {
    name = "default",
    version = "1.1",
    api = 1,
    description = "Radar patterns, composite score with decay and context, voters, what is fit",

    parameters = {
        number("active_for_s", "s", 1, 3600, 60, "how long a finding counts as active"),

        -- score.lua: the composite
        number("part_scale", "", 0.1, 100, 3, "a part reaches 1 at this many times its minimum"),
        number("part_cap", "", 0.01, 10, 0.5, "most that one part can give"),
        number("both_bonus", "", 0, 10, 0.3, "added when storm and cluster are both there"),
        number("weight_storm_only", "", 0, 5, 1, "weight of the pattern storm_only"),
        number("weight_cluster_only", "", 0, 5, 1, "weight of the pattern cluster_only"),
        number("weight_storm_and_cluster", "", 0, 5, 1, "weight of the pattern storm_and_cluster"),
        number("weight_convergence", "", 0, 5, 1, "weight of the pattern convergence"),
        number("weight_single", "", 0, 5, 1, "weight of the pattern single"),

        -- decay.lua: seconds after which a part counts half
        number("half_life_storm_only_s", "s", 1, 86400, 60, "half-life in storm_only"),
        number("half_life_cluster_only_s", "s", 1, 86400, 90, "half-life in cluster_only"),
        number("half_life_storm_and_cluster_s", "s", 1, 86400, 60, "half-life of both"),
        number("half_life_convergence_s", "s", 1, 86400, 45, "half-life in convergence"),
        number("half_life_single_s", "s", 1, 86400, 120, "half-life in single"),

        -- context.lua: most that each view of the market adds or takes
        number("context_trend", "", 0, 0.2, 0.05, "price runs with (or against) the pressure"),
        number("context_trend_full_pct", "%", 0.05, 50, 1, "return that counts fully"),
        number("context_volatility", "", 0, 0.2, 0.02, "the market moves more than usual"),
        number("context_funding", "", 0, 0.2, 0.03, "the losing side is crowded"),
        number("context_funding_full", "", 0.00001, 0.1, 0.001, "funding rate that counts fully"),
        number("context_open_interest", "", 0, 0.2, 0.03, "positions are being closed"),
        number("context_open_interest_full_pct", "%", 0.1, 50, 3, "drop that counts fully"),
        number("context_spread", "", 0, 0.2, 0.03, "taken away when the book is thin"),
        number("context_spread_from_bps", "bp", 0, 1000, 5, "spread from which the book is thin"),
        number("context_thin_hours", "", 0, 0.2, 0, "added from 21 to 24 h UTC"),

        -- lib/levels.lua: bands
        number("moderate_from", "", 0, 10, 0.4, "score from which a signal is moderate"),
        number("strong_from", "", 0, 10, 0.75, "score from which a signal is strong"),
        number("extreme_from", "", 0, 10, 1.1, "score from which a signal is extreme"),
        number("volatility_medium_pct", "%", 0, 100, 0.6, "a volatility from here is medium"),
        number("volatility_high_pct", "%", 0, 100, 1.5, "a volatility from here is high"),
        number("volatility_extreme_pct", "%", 0, 100, 3, "a volatility from here is extreme"),
        number("intensity_medium", "", 0, 1000, 1.5, "the same, when it is unknown"),
        number("intensity_high", "", 0, 1000, 3, "the same, when it is unknown"),
        number("intensity_extreme", "", 0, 1000, 6, "the same, when it is unknown"),

        -- ensemble.lua: weights of the voters, and of the parts of the health
        number("weight_technical", "", 0, 10, 0.4, "weight of the voter technical"),
        number("weight_price_action", "", 0, 10, 0.2, "weight of the voter price_action"),
        number("weight_sentiment", "", 0, 10, 0.2, "weight of the voter sentiment"),
        number("weight_regime", "", 0, 10, 0.2, "weight of the voter regime"),
        number("weights_follow_accuracy", "", 0, 1, 0, "how far they follow measured accuracy"),
        number("health_data_quality", "", 0, 10, 0.25, "weight of what was seen"),
        number("health_technical", "", 0, 10, 0.25, "weight of how clear the finding is"),
        number("health_sentiment", "", 0, 10, 0.2, "weight of sentiment"),
        number("health_risk", "", 0, 10, 0.15, "weight of what earlier alerts came to"),
        number("health_regime", "", 0, 10, 0.15, "weight of the market around it"),
        number("sight_span_s", "s", 1, 300, 30, "span that must be seen for a single event"),
        number("data_sampled", "", 0, 1, 0.05, "taken from the data quality of a sample"),
        number("risk_losses", "", 0, 1, 0.5, "taken away when no earlier alert was a hit"),
        number("risk_from", "", 1, 1000, 10, "from so many outcomes on"),

        -- voters/technical.lua
        number("technical_base", "", 0, 1, 0.9, "vote for a finding at its minimum"),
        number("technical_full_at", "", 1.01, 100, 2, "times the minimum that give the full vote"),
        number("technical_blind", "", 0, 1, 0.5, "taken away when nothing was seen"),
        number("technical_flow", "", 0, 1, 0.3, "taken away when all trades go against it"),
        number("technical_flow_from", "", 0, 0.99, 0.5, "share against it from which that begins"),
        number("technical_one_venue", "", 0, 1, 0.08, "taken away when one of several shows it"),
        number("technical_opposed", "", 0, 1, 0.04, "taken away when storm and cluster disagree"),

        -- voters/price_action.lua
        number("price_base", "", 0, 1, 0.9, "vote while the price stands"),
        number("price_against", "", 0, 1, 0.8, "taken away when it goes fully against"),
        number("price_move_most_pct", "%", 1, 1000, 60, "a larger move in minutes is no move"),
        number("price_full_pct", "%", 0.05, 50, 1, "move in five minutes that counts fully"),

        -- voters/sentiment.lua
        number("sentiment_base", "", 0, 1, 0.9, "vote while feelings are even"),
        number("sentiment_against", "", 0, 1, 0.6, "taken away when they are fully against"),
        number("sentiment_valid_s", "s", 1, 86400, 3600, "how long what was told counts"),

        -- voters/regime.lua
        number("regime_base", "", 0, 1, 0.95, "vote in a calm market"),
        number("regime_spread", "", 0, 1, 0.5, "taken away at the full spread"),
        number("regime_spread_from_bps", "bp", 0, 20, 5, "spread from which that begins"),
        number("regime_spread_full_bps", "bp", 21, 1000, 25, "spread that counts fully"),
        number("regime_wild", "", 0, 1, 0.1, "taken away in a wild market"),
        number("regime_wild_pct", "%", 0, 100, 8, "volatility from which it is wild"),
        number("regime_apart", "", 0, 1, 0.4, "taken away where venues' prices are fully apart"),
        number("regime_apart_from_pct", "%", 0, 1, 0.5, "distance from which that begins"),
        number("regime_apart_full_pct", "%", 1.1, 50, 2, "distance that counts fully"),
        number("regime_apart_most_pct", "%", 2, 100, 20, "further apart, one price is wrong"),
        number("divergence_span_s", "s", 1, 300, 30, "span of the mean prices of venues"),

        -- appropriateness.lua
        number("min_confidence", "", 0, 1, 0.85, "least confidence that is sent"),
        number("min_health", "", 0, 1, 0.85, "least health that is sent"),
        number("min_score_liquidation_large", "", 0, 10, 0, "least score of LIQUIDATION_LARGE"),
        number("min_score_whale_trade", "", 0, 10, 0, "least score of WHALE_TRADE"),
        number("min_score_liq_storm", "", 0, 10, 0, "least score of LIQ_STORM"),
        number("min_score_whale_cluster", "", 0, 10, 0, "least score of WHALE_CLUSTER"),
        number("min_score_global_radar", "", 0, 10, 0.6, "least score of GLOBAL_RADAR"),
        number("min_score_other", "", 0, 10, 0, "least score of every other alert type"),
        number("min_coverage", "", 0, 1, 0, "least share of the window in which venues were seen"),
        number("hysteresis", "", 0, 1, 0.05, "what a score that fell below its minimum must add"),
        number("hysteresis_for_s", "s", 0, 86400, 3600, "so long after an alert; 0: never"),
        number("min_quality", "", 0, 1, 0.15, "least quality, of 1"),
        number("spread_most_bps", "bp", 0, 10000, 50, "widest spread at which a price means much"),
        number("risk_level_max", "", 0, 3, 1, "0 low, 1 medium, 2 high, 3 extreme: the most"),
        number("against_most_pct", "%", 0, 100, 5, "most that the price may have run against it"),
        number("duplicate_window_s", "s", 0, 86400, 0, "silence of a coin's other markets; 0: off"),
        number("confirm_events", "", 0, 1000, 0, "so many events confirm; 0: not needed"),
        number("confirm_s", "s", 0, 3600, 0, "so long a story confirms; 0: not needed"),
        number("confirm_venues", "", 0, 16, 0, "so many venues confirm; 0: not needed"),
        number("reward_min", "", 0, 100, 2, "least reward to risk of earlier alerts"),
        number("reward_from", "", 1, 10000, 20, "outcomes from which that is known"),
        number("reward_retry_s", "s", 0, 86400, 3600, "so long a poor record holds; 0: never"),
        { name = "sent_per_hour_max", type = "integer", unit = "", min = 1, max = 10000,
            default = 30, description = "alerts of one symbol in an hour" },

        -- quality.lua: weights, scaled to 1 together, and what counts fully
        number("quality_margin", "", 0, 1, 0.25, "weight of how far it is over its minimum"),
        number("quality_agreement", "", 0, 1, 0.25, "weight of its events and their one side"),
        number("quality_venues", "", 0, 1, 0.1, "weight of the venues that show the symbol"),
        number("quality_coverage", "", 0, 1, 0.25, "weight of how much was seen"),
        number("quality_spread", "", 0, 1, 0.1, "weight of a tight spread"),
        number("quality_complete", "", 0, 1, 0.05, "weight of a feed that is no sample"),
        number("quality_margin_full", "", 1.1, 100, 3, "times its minimum that count fully"),
        number("quality_events_full", "", 1, 1000, 10, "events that count fully"),
        number("quality_venues_full", "", 1.5, 16, 3, "venues that count fully"),
        number("quality_spread_full_bps", "bp", 0.1, 1000, 20, "spread that counts nothing"),

        -- risk.lua: what raises the level by one
        number("risk_spread_bps", "bp", 0, 1000, 20, "a spread over this"),
        number("risk_coverage", "", 0, 1, 0.5, "a share seen below this"),
        number("risk_opposite", "", 0, 1, 0.7, "a share of the flow against it over this"),
    },

    -- Who votes in ensemble.lua (each in a file of voters/), and what the health is made of.
    voters = {
        { name = "technical", weight = "weight_technical",
            description = "how clear is what was found" },
        { name = "price_action", weight = "weight_price_action",
            description = "does the price go with the pressure" },
        { name = "sentiment", weight = "weight_sentiment",
            description = "is what people and news say in line with it" },
        { name = "regime", weight = "weight_regime",
            description = "is this a market in which it means something" },
    },
    health = {
        { name = "data_quality", weight = "health_data_quality",
            description = "share that was seen, less for a sample" },
        { name = "technical", weight = "health_technical", description = "as it voted" },
        { name = "sentiment", weight = "health_sentiment", description = "as it voted" },
        { name = "risk", weight = "health_risk", description = "what earlier alerts came to" },
        { name = "regime", weight = "health_regime", description = "as it voted" },
    },

    -- Which findings stay visible to later ones of the symbol, and as what.
    slots = { LIQ_STORM = "storm", WHALE_CLUSTER = "cluster" },

    -- What counts when a rule fails: nothing is sent, the reason says why.
    fallback = { decision = "hold", reason = "rule_error", score = 0 },
}
