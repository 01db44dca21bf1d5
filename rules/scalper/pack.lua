-- Scalper: what matters in the next seconds, and nothing that is older.
--
-- A storm or a cluster counts while it is seconds old, more when the flow of the last five seconds
-- and the price of the last ten run the same way. Held when the book is thin or the feed was blind.
--
--   example: half_life_s = 8 makes a storm of 8 s ago count half, one of 16 s ago a quarter

local function number(name, unit, min, max, default, description)
    return { name = name, type = "number", unit = unit, min = min, max = max, default = default,
        description = description }
end

return {
    name = "scalper",
    version = "1.0",
    api = 1,
    description = "Storms and clusters of the last seconds, with the flow behind them",

    parameters = {
        number("active_for_s", "s", 1, 120, 15, "how long a finding counts as active"),
        number("half_life_s", "s", 1, 120, 8, "after which a finding counts half"),
        number("part_scale", "", 0.1, 100, 2, "a part reaches 1 at this many times its minimum"),
        number("part_cap", "", 0.01, 10, 0.8, "most that storm or cluster can give"),
        number("flow_span_s", "s", 1, 60, 5, "span of the flow that is looked at"),
        number("flow_weight", "", 0, 5, 0.4, "most that the flow adds or takes"),
        number("momentum_span_s", "s", 1, 60, 10, "span of the price move"),
        number("momentum_weight", "", 0, 5, 0.3, "most that the price move adds or takes"),
        number("momentum_full_pct", "%", 0.01, 10, 0.25, "move that counts fully"),
        number("min_score", "", 0, 10, 0.5, "least score that is sent"),
        number("spread_most_bps", "bp", 0, 1000, 4, "spread from which the book is too thin"),
        number("age_most_s", "s", 0, 120, 5, "age from which it is too late"),
        number("coverage_least", "", 0, 1, 0.9, "share of the flow's span that must be seen"),
    },

    slots = { LIQ_STORM = "storm", WHALE_CLUSTER = "cluster" },
    fallback = { decision = "hold", reason = "rule_error", score = 0 },
}
