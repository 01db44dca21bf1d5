-- What counts in the next seconds. Scores are computed by hand in the comments.
local storm = { side = "long", phase = "onset", volume_usd = 4000000, threshold_usd = 2000000,
    price = 91000, window_s = 30 }
local old = { side = "long", phase = "update", volume_usd = 4000000, threshold_usd = 2000000,
    price = 91000, window_s = 30, age_s = 8 }
-- 300 bought and 700 sold: (300 - 700) / 1000 = -0.4, with the pressure; x 0.4 = 0.16.
local selling = { ["flow trade 5"] = { 300, 700, 12 }, ["return_pct 10"] = { -0.125 },
    ["coverage trade 5"] = { 1 } }

return {
    {
        -- min(4 / (2 x 2), 0.8) = 0.8; 0.125 % of 0.25 % is half of 0.3.
        name = "size_flow_and_price_add_up",
        given = { type = "LIQ_STORM", storm = storm, window = selling },
        expect = { score = 1.11, tolerance = 1e-9, strength = "strong", pressure = "bearish",
            pattern = "storm_only", decision = "send", reason = "fresh_pressure",
            terms = { size = 0.8, flow = 0.16, momentum = 0.15 } },
    },
    {
        -- Flow and price against it: 0.8 - 0.4 - 0.3.
        name = "what_runs_against_it_takes_away",
        given = { type = "LIQ_STORM", storm = storm,
            window = { ["flow trade 5"] = { 1000, 0, 3 }, ["return_pct 10"] = { 2 },
                ["coverage trade 5"] = { 1 } } },
        expect = { score = 0.1, tolerance = 1e-9, decision = "hold",
            reason = "score_below_minimum" },
    },
    {
        -- One half-life: 0.4; nothing is known of flow and price.
        name = "eight_seconds_halve_it_and_are_too_old",
        given = { type = "LIQ_STORM", finding = old, storm = old,
            window = { ["coverage trade 5"] = { 1 } } },
        expect = { score = 0.4, tolerance = 1e-9, decision = "hold", reason = "too_old" },
    },
    {
        name = "a_thin_book_is_held",
        given = { type = "LIQ_STORM", storm = storm, window = selling,
            market = { spread_bps = 4.5 } },
        expect = { decision = "hold", reason = "thin_book" },
    },
    {
        name = "a_feed_that_was_blind_is_held",
        given = { type = "LIQ_STORM", storm = storm,
            window = { ["coverage trade 5"] = { 0.6 } } },
        expect = { decision = "hold", reason = "stale_data" },
    },
    {
        name = "a_told_story_is_brought_up_to_date",
        given = { type = "LIQ_STORM", storm = storm, window = selling,
            history = { story_sent = true } },
        expect = { decision = "update", reason = "same_story" },
    },
    {
        name = "the_cooldown_holds",
        given = { type = "LIQ_STORM", storm = storm, window = selling,
            history = { since_last_sent_s = 10, cooldown_s = 60 } },
        expect = { decision = "hold", reason = "cooldown" },
    },
}
