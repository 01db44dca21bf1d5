-- Sentinel: few alerts, of high confidence, seen on more than one venue, for the hours to come.
--
-- A storm is told when it is unusual for the symbol, goes through several venues, closes positions
-- for good, and has lasted. What earlier alerts of the symbol came to counts as well. After an
-- alert the symbol is quiet for hours, whatever the configured cooldown is.
--
--   example: quiet_for_s = 14400 holds a second storm within four hours as "told_lately"

local function number(name, unit, min, max, default, description)
    return { name = name, type = "number", unit = unit, min = min, max = max, default = default,
        description = description }
end

return {
    name = "sentinel",
    version = "1.1",
    api = 1,
    description = "Few alerts: unusual, on several venues, closing positions, confirmed",

    parameters = {
        number("active_for_s", "s", 1, 3600, 600, "how long a finding counts as active"),
        number("part_scale", "", 0.1, 100, 3, "the size is full at this many times its minimum"),
        number("span_s", "s", 30, 300, 120, "span over which venues and rank are looked at"),
        number("venues_full", "", 1, 16, 4, "venues at which the breadth counts fully"),
        number("closing_full_pct", "%", 0.1, 50, 3, "fall of open interest that counts fully"),
        number("min_score", "", 0, 10, 0.7, "least score that is sent, of 1"),
        number("min_venues", "", 1, 16, 2, "least number of venues"),
        number("confirm_s", "s", 0, 600, 20, "how long a storm must have lasted"),
        number("quiet_for_s", "s", 0, 86400, 14400, "silence of a symbol after an alert"),
        number("record_least", "", 0, 1, 0.35, "least share of hits among earlier alerts"),
        number("record_from", "", 1, 1000, 5, "from so many outcomes on"),

        -- ensemble.lua
        number("weight_price", "", 0, 10, 0.4, "weight of the voter price"),
        number("weight_flow", "", 0, 10, 0.4, "weight of the voter flow"),
        number("weight_record", "", 0, 10, 0.2, "weight of the voter record"),
        number("price_full_pct", "%", 0.05, 50, 1, "move over the span that gives the full vote"),
        number("min_confidence", "", 0, 1, 0.65, "least confidence; unknown is not enough"),
    },

    voters = {
        { name = "price", weight = "weight_price", description = "does the price go with it" },
        { name = "flow", weight = "weight_flow", description = "do the trades go with it" },
        { name = "record", weight = "weight_record", description = "were earlier alerts right" },
    },

    -- What the symbol's latest alert was worth: a larger storm may break the silence.
    state = {
        version = 1,
        per = "symbol",
        keys = { told_usd = { type = "number", default = 0, description = "largest storm told" } },
    },

    slots = { LIQ_STORM = "storm", WHALE_CLUSTER = "cluster" },
    fallback = { decision = "hold", reason = "rule_error", score = 0 },
}
