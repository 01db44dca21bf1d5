-- What findings are worth. `given` is the input, what is left out is 0; `expect` is compared.
-- A case that fails shows only what differs.

local storm = { side = "long", volume_usd = 4000000, threshold_usd = 2000000 }
local cluster = { side = "sell", volume_usd = 12000000, threshold_usd = 3000000 }

return {
    {
        name = "a_storm_of_twice_its_minimum_scores_one_half",
        given = { type = "LIQ_STORM", storm = storm },
        expect = { score = 0.5, tolerance = 1e-9, pattern = "storm_only", strength = "moderate",
            pressure = "bearish", terms = { storm = 0.5 } },
    },
    {
        name = "after_a_half_life_half_is_left",
        given = { type = "LIQ_STORM", storm = { side = "short", volume_usd = 4000000,
            threshold_usd = 2000000, age_s = 60 } },
        expect = { score = 0.25, tolerance = 1e-9, strength = "weak", pressure = "bullish" },
    },
    {
        name = "a_cluster_counts_fully_at_four_times_its_minimum",
        given = { type = "WHALE_CLUSTER", cluster = cluster },
        expect = { score = 1, pattern = "cluster_only", strength = "extreme" },
    },
    {
        name = "both_together_get_the_bonus",
        given = { type = "GLOBAL_RADAR", storm = storm, cluster = cluster,
            market = { volatility_pct = 2 } },
        expect = { score = 1.75, pattern = "storm_and_cluster", volatility = "high",
            terms = { storm = 0.5, cluster = 1, both = 0.25 } },
    },
    {
        name = "a_single_event_counts_by_itself",
        given = { type = "WHALE_TRADE", finding = { side = "buy", volume_usd = 1600000,
            threshold_usd = 500000 } },
        expect = { score = 0.8, pattern = "single", strength = "strong" },
    },
    {
        name = "without_a_minimum_nothing_is_said_about_size",
        given = { type = "WHALE_TRADE", finding = { side = "buy", volume_usd = 1600000 } },
        expect = { score = 0, decision = "hold" },
    },
    {
        name = "nothing_found_is_worth_nothing",
        given = { type = "GLOBAL_RADAR" },
        expect = { score = 0, pressure = "neutral" },
    },
}
