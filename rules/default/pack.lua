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
    version = "1.0",
    api = 1,
    description = "Radar patterns, composite score with decay and context, first appropriateness",

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

        -- appropriateness.lua
        number("min_score_liquidation_large", "", 0, 10, 0, "least score of LIQUIDATION_LARGE"),
        number("min_score_whale_trade", "", 0, 10, 0, "least score of WHALE_TRADE"),
        number("min_score_liq_storm", "", 0, 10, 0, "least score of LIQ_STORM"),
        number("min_score_whale_cluster", "", 0, 10, 0, "least score of WHALE_CLUSTER"),
        number("min_score_global_radar", "", 0, 10, 0.6, "least score of GLOBAL_RADAR"),
        number("min_score_other", "", 0, 10, 0, "least score of every other alert type"),
        number("min_coverage", "", 0, 1, 0, "least share of the window in which venues were seen"),
        { name = "sent_per_hour_max", type = "integer", unit = "", min = 1, max = 10000,
            default = 30, description = "alerts of one symbol in an hour" },
    },

    -- Which findings stay visible to later ones of the symbol, and as what.
    slots = { LIQ_STORM = "storm", WHALE_CLUSTER = "cluster" },

    -- What counts when a rule fails: nothing is sent, the reason says why.
    fallback = { decision = "hold", reason = "rule_error", score = 0 },
}
