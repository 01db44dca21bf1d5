-- What is sent, held and updated, and which reasons it gives.

local storm = { type = "LIQ_STORM", phase = "onset", side = "long", volume_usd = 4100000,
    threshold_usd = 2000000 }
local growing = { type = "LIQ_STORM", phase = "update", side = "long", volume_usd = 5000000,
    threshold_usd = 2000000 }
local weak_cluster = { side = "buy", volume_usd = 300000, threshold_usd = 3000000 }

return {
    {
        name = "first_storm_is_sent",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            history = { cooldown_s = 300 } },
        expect = { decision = "send", reason = "storm_over_minimum",
            note = "2.05 times the minimum for an alert" },
    },
    {
        name = "another_story_inside_the_cooldown_is_held",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            history = { cooldown_s = 300, since_last_sent_s = 120 } },
        expect = { decision = "hold", reason = "cooldown",
            note = "sent 120 s ago, the cooldown is 300 s" },
    },
    {
        name = "cooldown_ends_to_the_second",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            history = { cooldown_s = 300, since_last_sent_s = 300 } },
        expect = { decision = "send" },
    },
    {
        name = "update_of_a_sent_story_is_an_update_inside_the_cooldown",
        given = { type = "LIQ_STORM", finding = growing, storm = growing,
            history = { cooldown_s = 300, since_last_sent_s = 5, story_sent = true } },
        expect = { decision = "update", reason = "same_story" },
    },
    {
        name = "a_told_story_is_not_told_again",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            history = { cooldown_s = 300, since_last_sent_s = 900, story_sent = true } },
        expect = { decision = "hold", reason = "story_known" },
    },
    {
        name = "radar_below_its_minimum_is_held",
        given = { type = "GLOBAL_RADAR", finding = storm,
            storm = { side = "long", volume_usd = 500000, threshold_usd = 2000000 },
            cluster = weak_cluster },
        expect = { score = 0.4167, tolerance = 0.0001, decision = "hold",
            reason = "score_below_minimum", note = "score 0.42 is below the minimum of 0.60" },
    },
    {
        name = "poor_coverage_holds_when_a_least_share_is_set",
        given = { type = "LIQ_STORM", finding = storm, storm = storm, market = { coverage = 0.4 },
            params = { min_coverage = 0.5 } },
        expect = { decision = "hold", reason = "stale_data" },
    },
    {
        name = "thirty_alerts_in_an_hour_are_enough",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            history = { sent_last_hour = 30 } },
        expect = { decision = "hold", reason = "too_many" },
    },
    {
        name = "an_unknown_alert_type_passes_by_the_general_minimum",
        given = { type = "VENUE_SILENT",
            finding = { type = "VENUE_SILENT", phase = "single", volume_usd = 1,
                threshold_usd = 1 } },
        expect = { decision = "send", reason = "single_over_minimum" },
    },
}
