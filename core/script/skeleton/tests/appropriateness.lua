-- What is sent, held and updated. `params` sets a parameter for one case.

local storm = { side = "long", volume_usd = 4000000, threshold_usd = 2000000 }

return {
    {
        name = "a_first_storm_is_sent",
        given = { type = "LIQ_STORM", storm = storm, history = { cooldown_s = 300 } },
        expect = { decision = "send", reason = "over_minimum",
            note = "score 0.50 is over 0.40" },
    },
    {
        name = "a_score_below_the_minimum_is_held",
        given = { type = "LIQ_STORM", storm = storm, params = { min_score = 0.6 } },
        expect = { decision = "hold", reason = "score_below_minimum",
            note = "score 0.50 is below 0.60" },
    },
    {
        name = "another_story_inside_the_cooldown_is_held",
        given = { type = "LIQ_STORM", storm = storm,
            history = { cooldown_s = 300, since_last_sent_s = 120 } },
        expect = { decision = "hold", reason = "cooldown",
            note = "sent 120 s ago, the cooldown is 300 s" },
    },
    {
        name = "the_same_story_is_brought_up_to_date_inside_the_cooldown",
        given = { type = "LIQ_STORM", storm = storm,
            history = { cooldown_s = 300, since_last_sent_s = 5, story_sent = true } },
        expect = { decision = "update", reason = "same_story" },
    },
    {
        name = "what_was_hardly_seen_is_held",
        given = { type = "LIQ_STORM", storm = storm, market = { coverage = 0.4 } },
        expect = { decision = "hold", reason = "stale_data" },
    },
}
