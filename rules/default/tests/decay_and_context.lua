-- Time decay by half-life, and what the market around a finding adds or takes.

local function storm_of_age(age_s)
    return { side = "long", volume_usd = 4100000, threshold_usd = 2000000, age_s = age_s }
end
local storm = storm_of_age(0)

return {
    {
        name = "after_one_half_life_half_is_left",
        given = { type = "LIQ_STORM", storm = storm_of_age(60) },
        expect = { score = 0.25, tolerance = 1e-9, strength = "weak" },
    },
    {
        name = "after_two_half_lives_a_quarter_is_left",
        given = { type = "LIQ_STORM", storm = storm_of_age(120) },
        expect = { score = 0.125, tolerance = 1e-9 },
    },
    {
        name = "half_life_is_a_parameter_of_the_pattern",
        given = { type = "LIQ_STORM", storm = storm_of_age(60),
            params = { half_life_storm_only_s = 30 } },
        expect = { score = 0.125, tolerance = 1e-9 },
    },
    {
        name = "the_bonus_for_both_does_not_decay",
        given = { type = "GLOBAL_RADAR", storm = storm_of_age(60),
            cluster = { side = "buy", volume_usd = 3000000, threshold_usd = 3000000, age_s = 60 } },
        expect = { score = 0.7167, tolerance = 0.0001, terms = { both = 0.3 } },
    },
    {
        name = "falling_price_confirms_a_bearish_storm",
        given = { type = "LIQ_STORM", storm = storm, market = { return_pct = -0.5 } },
        expect = { score = 0.525, tolerance = 1e-9, terms = { context = 0.025 } },
    },
    {
        name = "rising_price_speaks_against_a_bearish_storm",
        given = { type = "LIQ_STORM", storm = storm, market = { return_pct = 5 } },
        expect = { score = 0.45, tolerance = 1e-9, terms = { context = -0.05 } },
    },
    {
        name = "positive_funding_confirms_that_longs_were_crowded",
        given = { type = "LIQ_STORM", storm = storm, market = { funding_rate = 0.002 } },
        expect = { score = 0.53, tolerance = 1e-9 },
    },
    {
        name = "negative_funding_adds_nothing_to_a_long_storm",
        given = { type = "LIQ_STORM", storm = storm, market = { funding_rate = -0.002 } },
        expect = { score = 0.5, tolerance = 0 },
    },
    {
        name = "closed_positions_add_up_to_their_bound",
        given = { type = "LIQ_STORM", storm = storm, market = { open_interest_change_pct = -30 } },
        expect = { score = 0.53, tolerance = 1e-9 },
    },
    {
        name = "wide_spread_takes_away",
        given = { type = "LIQ_STORM", storm = storm, market = { spread_bps = 12 } },
        expect = { score = 0.47, tolerance = 1e-9, terms = { context = -0.03 } },
    },
    {
        name = "high_volatility_adds_and_names_itself",
        given = { type = "LIQ_STORM", storm = storm, market = { volatility_pct = 2 } },
        expect = { score = 0.52, tolerance = 1e-9, volatility = "high" },
    },
    {
        name = "all_views_together_stay_bounded",
        given = { type = "LIQ_STORM", storm = storm,
            market = { return_pct = -9, funding_rate = 1, open_interest_change_pct = -90,
                volatility_pct = 50 } },
        expect = { score = 0.63, tolerance = 1e-9, volatility = "extreme" },
    },
    {
        name = "score_never_falls_below_zero",
        given = { type = "LIQ_STORM", storm = storm_of_age(3600), market = { return_pct = 9 } },
        expect = { score = 0, tolerance = 1e-9, terms = { context = -0.05, floor = 0.05 } },
    },
    {
        name = "late_hours_count_only_when_given_a_weight",
        given = { type = "LIQ_STORM", storm = storm, market = { hour_utc = 22.5 },
            params = { context_thin_hours = 0.04 } },
        expect = { score = 0.54, tolerance = 1e-9 },
    },
}
