-- The pack: its name, the figures that a configuration may change, and what counts when it fails.
--
-- Every parameter below is read in the other files as params.<name>. Its bounds are checked, so a
-- rule never meets a value that it was not made for. A configuration changes one like this:
--
--   [rules.parameters]
--   min_score = 0.8

return {
    name = "skeleton",
    version = "0.1",
    api = 1,
    description = "A first pack: what is large for its group and fresh is said, once in a cooldown",

    parameters = {
        { name = "active_for_s", type = "number", unit = "s", min = 1, max = 3600, default = 60,
            description = "how long a storm or a cluster counts as active" },
        { name = "full_at", type = "number", unit = "", min = 0.1, max = 100, default = 4,
            description = "a finding scores 1 at this many times its minimum" },
        { name = "both_bonus", type = "number", unit = "", min = 0, max = 10, default = 0.25,
            description = "added while a storm and a cluster are both active" },
        { name = "half_life_s", type = "number", unit = "s", min = 1, max = 86400, default = 60,
            description = "seconds after which a finding counts half" },
        { name = "min_score", type = "number", unit = "", min = 0, max = 10, default = 0.4,
            description = "least score that is sent" },
        { name = "min_coverage", type = "number", unit = "", min = 0, max = 1, default = 0.5,
            description = "least share of the window in which the venues were seen" },
    },

    -- Which findings stay visible to later ones of the same symbol, and as what.
    slots = { LIQ_STORM = "storm", WHALE_CLUSTER = "cluster" },

    -- What counts when a rule raises or breaks its budget: nothing is sent, the reason says why.
    fallback = { decision = "hold", reason = "rule_error", score = 0 },
}
