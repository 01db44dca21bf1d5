-- A storm is told when everything speaks for it. Scores are computed by hand in the comments.
local storm = { side = "long", phase = "update", volume_usd = 6000000, threshold_usd = 2000000,
    since_onset_s = 30, window_s = 30 }
-- 6 M / (3 x 2 M) = 1; rank 96; two of four venues; 1.5 % of 3 %: (1 + 0.96 + 0.5 + 0.5) / 4.
local wide = { ["percentile liquidation 120"] = { 96, 180 }, ["venues liquidation 120"] = { 2 },
    ["open_interest_change_pct 120"] = { -1.5 }, ["return_pct 120"] = { -0.6 },
    ["flow trade 120"] = { 3e6, 7e6, 90 } }

return {
    {
        name = "four_views_of_a_quarter_each",
        given = { type = "LIQ_STORM", storm = storm, window = wide },
        expect = { score = 0.74, tolerance = 1e-9, strength = "strong", pressure = "bearish",
            decision = "send", reason = "confirmed_storm",
            terms = { size = 0.25, unusual = 0.24, breadth = 0.125, closing = 0.125 },
            state = { told_usd = 6000000 } },
    },
    {
        name = "one_venue_is_not_enough",
        given = { type = "LIQ_STORM", storm = storm,
            window = { ["percentile liquidation 120"] = { 100, 180 },
                ["venues liquidation 120"] = { 1 } } },
        expect = { decision = "hold", reason = "single_venue" },
    },
    {
        name = "it_must_have_lasted",
        given = { type = "LIQ_STORM", window = wide, storm = { side = "long", phase = "onset",
            volume_usd = 6000000, threshold_usd = 2000000, since_onset_s = 19 } },
        expect = { decision = "hold", reason = "not_confirmed" },
    },
    {
        -- Open interest that rises takes nothing away: (1 + 0.96 + 0.5 + 0) / 4.
        name = "positions_that_are_not_closed_are_no_storm_for_hours",
        given = { type = "LIQ_STORM", storm = storm,
            window = { ["percentile liquidation 120"] = { 96, 180 },
                ["venues liquidation 120"] = { 2 }, ["open_interest_change_pct 120"] = { 2 } } },
        expect = { score = 0.615, tolerance = 1e-9, decision = "hold",
            reason = "score_below_minimum" },
    },
    {
        name = "a_poor_record_holds",
        given = { type = "LIQ_STORM", storm = storm, window = wide,
            history = { outcomes = 6, hit_share = 0.33 } },
        -- (0.4 x 0.8 + 0.4 x 0.7 + 0.2 x 0.33) / 1
        expect = { confidence = 0.666, votes = { record = 0.33 }, decision = "hold",
            reason = "poor_record" },
    },
    {
        name = "hours_of_silence_after_an_alert",
        given = { type = "LIQ_STORM", storm = storm, window = wide,
            history = { since_last_sent_s = 3600 }, state = { told_usd = 4000000 } },
        expect = { decision = "hold", reason = "told_lately", state = { told_usd = 4000000 } },
    },
    {
        name = "twice_the_size_breaks_the_silence",
        given = { type = "LIQ_STORM", storm = storm, window = wide,
            history = { since_last_sent_s = 3600 }, state = { told_usd = 3000000 } },
        expect = { decision = "send", state = { told_usd = 6000000 } },
    },
    {
        name = "a_cluster_alone_is_not_told",
        given = { type = "WHALE_CLUSTER", cluster = { side = "buy", volume_usd = 9000000,
            threshold_usd = 3000000 } },
        expect = { score = 0, decision = "hold", reason = "no_storm" },
    },
    {
        name = "the_alert_of_a_told_story_is_brought_up_to_date",
        given = { type = "LIQ_STORM", storm = storm, window = wide,
            history = { story_sent = true } },
        expect = { decision = "update", reason = "same_story" },
    },
    {
        -- (0.4 x 0.8 + 0.4 x 0.7) / 0.8
        name = "price_and_trades_that_go_with_it_make_sure",
        given = { type = "LIQ_STORM", storm = storm, window = wide },
        expect = { confidence = 0.75, tolerance = 1e-9, health = -1, decision = "send",
            votes = { price = 0.8, flow = 0.7, record = -1 } },
    },
    {
        -- (0.4 x 0.2 + 0.4 x 0.7) / 0.8
        name = "a_price_that_rises_holds",
        given = { type = "LIQ_STORM", storm = storm,
            window = { ["percentile liquidation 120"] = { 96, 180 },
                ["venues liquidation 120"] = { 2 }, ["open_interest_change_pct 120"] = { -1.5 },
                ["return_pct 120"] = { 0.6 }, ["flow trade 120"] = { 3e6, 7e6, 90 } } },
        expect = { confidence = 0.45, tolerance = 1e-9, decision = "hold",
            reason = "confidence_below_minimum" },
    },
    {
        name = "what_nobody_can_judge_is_held",
        given = { type = "LIQ_STORM", storm = storm,
            window = { ["percentile liquidation 120"] = { 96, 180 },
                ["venues liquidation 120"] = { 2 }, ["open_interest_change_pct 120"] = { -1.5 } } },
        expect = { confidence = -1, decision = "hold", reason = "confidence_below_minimum" },
    },
    {
        name = "a_short_storm_goes_with_a_price_that_rises",
        given = { type = "LIQ_STORM", window = { ["return_pct 120"] = { 3 },
            ["flow trade 120"] = { 3e6, 7e6, 90 } }, storm = { side = "short",
            volume_usd = 6000000, threshold_usd = 2000000 } },
        expect = { votes = { price = 1, flow = 0.3 } },
    },
}
