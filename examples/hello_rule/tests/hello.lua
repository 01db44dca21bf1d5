-- Cases: what is given, what is expected. Fields that a case leaves out are 0 or absent.

local storm = { type = "LIQ_STORM", phase = "onset", side = "long", volume_usd = 3000000,
    threshold_usd = 2000000 }

return {
    {
        name = "a_finding_of_one_and_a_half_minima_is_said",
        given = { type = "LIQ_STORM", finding = storm },
        expect = { score = 1.5, pressure = "bearish", decision = "send", reason = "large_enough",
            note = "1.50 times the minimum", terms = { times_minimum = 1.5 } },
    },
    {
        name = "a_higher_wish_holds_it",
        given = { type = "LIQ_STORM", finding = storm, params = { min_score = 2 } },
        expect = { decision = "hold", reason = "score_below_minimum" },
    },
    {
        name = "once_in_a_cooldown",
        given = { type = "LIQ_STORM", finding = storm,
            history = { cooldown_s = 300, since_last_sent_s = 10 } },
        expect = { decision = "hold", reason = "cooldown", note = "said 10 s ago" },
    },
}
