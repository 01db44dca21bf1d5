-- Patterns and the composite score, each by the arithmetic of the head of score.lua.

local storm = { side = "long", volume_usd = 4100000, threshold_usd = 2000000, events = 12 }
local storm_at_minimum = { side = "long", volume_usd = 2000000, threshold_usd = 2000000 }
local cluster_at_minimum = { side = "sell", volume_usd = 3000000, threshold_usd = 3000000 }
local storm_at_cap = { side = "short", volume_usd = 3000000, threshold_usd = 2000000 }
local cluster_at_cap = { side = "buy", volume_usd = 9000000, threshold_usd = 3000000 }

return {
    {
        name = "storm_alone_reaches_the_cap_of_one_part",
        given = { type = "LIQ_STORM", storm = storm },
        expect = { score = 0.5, tolerance = 0, pattern = "storm_only", strength = "moderate",
            pressure = "bearish", volatility = "medium", terms = { storm = 0.5 } },
    },
    {
        name = "storm_just_over_its_minimum_is_weak",
        given = { type = "LIQ_STORM",
            storm = { side = "short", volume_usd = 2200000, threshold_usd = 2000000 } },
        expect = { score = 0.3667, tolerance = 0.0001, pattern = "storm_only", strength = "weak",
            pressure = "bullish", volatility = "low" },
    },
    {
        name = "cluster_alone_is_cluster_only",
        given = { type = "WHALE_CLUSTER", cluster = cluster_at_minimum },
        expect = { score = 0.3333, tolerance = 0.0001, pattern = "cluster_only",
            pressure = "bearish", terms = { cluster = 0.3333 }, reason = "cluster_over_minimum" },
    },
    {
        name = "both_at_their_minimum_are_strong",
        given = { type = "GLOBAL_RADAR", storm = storm_at_minimum, cluster = cluster_at_minimum },
        expect = { score = 0.9667, tolerance = 0.0001, pattern = "storm_and_cluster",
            strength = "strong", pressure = "bearish",
            terms = { storm = 0.3333, cluster = 0.3333, both = 0.3 } },
    },
    {
        name = "both_at_their_cap_in_one_direction_converge",
        given = { type = "GLOBAL_RADAR", storm = storm_at_cap, cluster = cluster_at_cap },
        expect = { score = 1.3, tolerance = 1e-9, pattern = "convergence", strength = "extreme",
            pressure = "bullish", decision = "send", reason = "convergence" },
    },
    {
        name = "both_at_their_cap_in_opposite_directions_are_neutral",
        given = { type = "GLOBAL_RADAR", storm = storm_at_cap,
            cluster = { side = "sell", volume_usd = 9000000, threshold_usd = 3000000 } },
        expect = { score = 1.3, tolerance = 1e-9, pattern = "storm_and_cluster",
            pressure = "neutral" },
    },
    {
        name = "one_part_below_its_cap_does_not_converge",
        given = { type = "GLOBAL_RADAR", storm = storm_at_cap,
            cluster = { side = "buy", volume_usd = 4000000, threshold_usd = 3000000 } },
        expect = { score = 1.2444, tolerance = 0.0001, pattern = "storm_and_cluster",
            pressure = "bullish" },
    },
    {
        name = "single_event_is_scored_by_its_own_minimum",
        given = { type = "LIQUIDATION_LARGE",
            finding = { type = "LIQUIDATION_LARGE", phase = "single", side = "long",
                volume_usd = 600000, threshold_usd = 500000 } },
        expect = { score = 0.4, tolerance = 1e-9, pattern = "single", strength = "moderate",
            pressure = "bearish", decision = "send", reason = "single_over_minimum" },
    },
    {
        name = "weight_of_a_pattern_scales_its_parts",
        given = { type = "LIQ_STORM", storm = storm, params = { weight_storm_only = 2 } },
        expect = { score = 1.0, tolerance = 1e-9, strength = "strong", terms = { storm = 1.0 } },
    },
    {
        name = "example_score_of_the_bands_is_extreme",
        given = { type = "LIQ_STORM", storm = storm, params = { weight_storm_only = 2.26 } },
        expect = { score = 1.13, tolerance = 1e-9, strength = "extreme" },
    },
    {
        name = "unknown_minimum_gives_nothing",
        given = { type = "LIQ_STORM", storm = { side = "long", volume_usd = 4100000 } },
        expect = { score = 0, tolerance = 0, strength = "weak" },
    },
}
