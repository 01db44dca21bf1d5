-- Quality, risk and what else may stand in the way, by the arithmetic of quality.lua and risk.lua.

-- 2.05 times its minimum: margin 0.525; nothing else is known but that all was seen: quality
-- 0.525 x 0.25 + 0.5 x 0.25 + 0.5 x 0.1 + 1 x 0.25 + 0.5 x 0.1 + 1 x 0.05 = 0.65625
local storm = { type = "LIQ_STORM", phase = "onset", side = "long", volume_usd = 4100000,
    threshold_usd = 2000000, events = 12, dominance = 1, since_onset_s = 3 }
-- At its minimum, one event of a sample, both sides alike: only agreement is left, 0.05 x 0.25.
local scanty = { type = "LIQ_STORM", phase = "onset", side = "long", volume_usd = 2000000,
    threshold_usd = 2000000, events = 1, dominance = 0.5, window_s = 30, sampled = true }
local blind = { coverage = 0, spread_bps = 30, venues = 1 }

return {
    {
        name = "a_quality_is_its_shares_by_their_weights",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            params = { min_quality = 0.657 } },
        expect = { decision = "hold", reason = "quality_below_minimum",
            note = "quality 0.66 is below the minimum of 0.66",
            checks = { quality = false, score = true, margin = true } },
    },
    {
        name = "a_quality_just_above_its_minimum_passes",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            params = { min_quality = 0.656 } },
        expect = { decision = "send", checks = { quality = true } },
    },
    {
        name = "ten_events_of_one_side_agree_fully",
        given = { type = "LIQ_STORM",
            finding = { type = "LIQ_STORM", phase = "onset", side = "long", volume_usd = 6000000,
                threshold_usd = 2000000, events = 10, dominance = 1, window_s = 30 },
            market = { venues = 1 }, params = { min_quality = 0.849 } },
        expect = { decision = "send" },
    },
    {
        name = "what_little_bears_out_is_held",
        given = { type = "LIQ_STORM", finding = scanty, storm = scanty, market = blind },
        expect = { decision = "hold", reason = "quality_below_minimum",
            note = "quality 0.01 is below the minimum of 0.15" },
    },
    {
        name = "a_book_that_is_too_thin_holds",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            market = { spread_bps = 51 } },
        expect = { decision = "hold", reason = "spread_too_wide", checks = { spread_bps = false } },
    },
    {
        name = "a_wide_spread_and_a_flow_the_other_way_are_too_much_risk",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            market = { spread_bps = 21, buy_usd = 800000, sell_usd = 200000 } },
        expect = { decision = "hold", reason = "risk_too_high", checks = { risk_level = false } },
    },
    {
        name = "a_wide_spread_and_a_blind_feed_are_too_much_risk",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            market = { spread_bps = 21, coverage = 0.4 } },
        expect = { decision = "hold", reason = "risk_too_high", checks = { risk_level = false } },
    },
    {
        name = "a_blind_feed_says_nothing_of_the_flow",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            market = { coverage = 0.4, buy_usd = 800000, sell_usd = 0 } },
        expect = { decision = "send", checks = { risk_level = true } },
    },
    {
        name = "one_of_them_is_a_medium_risk_and_passes",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            market = { buy_usd = 800000, sell_usd = 200000 } },
        expect = { decision = "send", checks = { risk_level = true } },
    },
    {
        name = "a_bullish_finding_minds_the_sellers",
        given = { type = "WHALE_CLUSTER",
            cluster = { side = "buy", volume_usd = 9000000, threshold_usd = 3000000 },
            market = { buy_usd = 200000, sell_usd = 800000 }, params = { risk_level_max = 0 } },
        expect = { pressure = "bullish", decision = "hold", reason = "risk_too_high" },
    },
    {
        name = "a_move_that_has_reversed_is_not_told",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            market = { return_pct = 5.1 } },
        expect = { pressure = "bearish", decision = "hold", reason = "context_against",
            checks = { against_pct = false } },
    },
    {
        -- One trade at a price that cannot be: neither a move nor a reason to keep silent.
        name = "one_mad_print_does_not_silence_the_radar",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            market = { return_pct = 1e300 } },
        expect = { decision = "send", checks = { against_pct = true },
            votes = { price_action = -1 } },
    },
    {
        name = "a_move_with_it_is_told",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            market = { return_pct = -5.1 } },
        expect = { decision = "send" },
    },
    {
        name = "another_market_of_the_coin_is_a_duplicate_when_asked",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            history = { since_coin_sent_s = 60 }, params = { duplicate_window_s = 120 } },
        expect = { decision = "hold", reason = "duplicate" },
    },
    {
        name = "another_market_of_the_coin_is_none_as_usual",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            history = { since_coin_sent_s = 60 } },
        expect = { decision = "send" },
    },
    {
        name = "what_fell_below_its_minimum_must_come_back_by_more",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            history = { cooldown_s = 300, since_last_sent_s = 400, least_score = 0.3 },
            params = { min_score_liq_storm = 0.48 } },
        expect = { score = 0.5, decision = "hold", reason = "score_below_minimum",
            note = "score 0.50 is below the minimum of 0.53" },
    },
    {
        name = "what_never_fell_below_it_need_not",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            history = { cooldown_s = 300, since_last_sent_s = 400, least_score = 0.48 },
            params = { min_score_liq_storm = 0.48 } },
        expect = { score = 0.5, decision = "send" },
    },
    {
        name = "an_hour_later_it_is_forgotten",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            history = { cooldown_s = 300, since_last_sent_s = 3600, least_score = 0.3 },
            params = { min_score_liq_storm = 0.48 } },
        expect = { score = 0.5, decision = "send" },
    },
    {
        name = "nothing_confirms_it_yet",
        given = { type = "LIQ_STORM", finding = storm, storm = storm, market = { venues = 1 },
            params = { confirm_events = 13, confirm_s = 4, confirm_venues = 2 } },
        expect = { decision = "hold", reason = "not_confirmed",
            checks = { confirm_events = false, confirm_s = false, confirm_venues = false } },
    },
    {
        name = "one_confirmation_is_enough",
        given = { type = "LIQ_STORM", finding = storm, storm = storm, market = { venues = 2 },
            params = { confirm_events = 13, confirm_s = 4, confirm_venues = 2 } },
        expect = { decision = "send", checks = { confirm_s = false, confirm_venues = true } },
    },
    {
        name = "a_poor_record_is_told_less_often",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            history = { cooldown_s = 300, since_last_sent_s = 1800, outcomes = 20,
                gain_sigma = 0.5, loss_sigma = 0.26 } },
        expect = { decision = "hold", reason = "poor_reward", checks = { reward_to_risk = false } },
    },
    {
        name = "a_poor_record_is_told_again_after_an_hour",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            history = { cooldown_s = 300, since_last_sent_s = 3600, outcomes = 20,
                gain_sigma = 0.5, loss_sigma = 0.26 } },
        expect = { decision = "send", checks = { reward_to_risk = false } },
    },
    {
        name = "two_to_one_is_good_enough",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            history = { cooldown_s = 300, since_last_sent_s = 1800, outcomes = 20,
                gain_sigma = 0.5, loss_sigma = 0.25 } },
        expect = { decision = "send", checks = { reward_to_risk = true } },
    },
    {
        -- 2 bp of half of 0.8 %: 0.05 less gain and more loss, 0.55 / 0.3; each alone is 2 or more.
        name = "the_spread_is_a_cost_of_both",
        given = { type = "LIQ_STORM", finding = storm, storm = storm,
            market = { spread_bps = 2, volatility_pct = 0.8 },
            history = { cooldown_s = 300, since_last_sent_s = 1800, outcomes = 20,
                gain_sigma = 0.6, loss_sigma = 0.25 } },
        expect = { decision = "hold", reason = "poor_reward" },
    },
    {
        name = "a_near_miss_says_all_that_stands_in_its_way",
        given = { type = "LIQ_STORM", finding = scanty, storm = scanty, market = blind,
            history = { cooldown_s = 300, since_last_sent_s = 10, sent_last_hour = 30 },
            params = { min_score_liq_storm = 1, min_coverage = 0.5, spread_most_bps = 10,
                risk_level_max = 0, confirm_events = 2 } },
        expect = { decision = "hold", reason = "score_below_minimum",
            checks = { since_last_sent_s = false, coverage = false, sent_last_hour = false,
                quality = false, spread_bps = false, risk_level = false,
                confirm_events = false } },
    },
}
