-- How sure the voters are, and what is held for it. Figures are worked out by hand in the comments.

local function storm_of(volume_usd, more)
    local storm = { side = "long", phase = "onset", volume_usd = volume_usd,
        threshold_usd = 2000000 }
    for name, value in pairs(more or {}) do
        storm[name] = value
    end
    return storm
end

local at_minimum = storm_of(2000000)
local twice = storm_of(4000000)
local calm = { volatility_pct = 1 }

return {
    {
        -- 0.9 + 0.1 x 0.5; nobody else knows anything.
        name = "a_plain_storm_is_sure_enough",
        given = { type = "LIQ_STORM", storm = storm_of(3000000) },
        expect = { confidence = 0.95, health = 0.975, decision = "send",
            votes = { technical = 0.95, price_action = -1, sentiment = -1, regime = -1 },
            parts = { technical = 0.95, data_quality = 1, risk = -1, regime = -1 } },
    },
    {
        name = "one_at_its_minimum_is_sent_too",
        given = { type = "LIQ_STORM", storm = at_minimum },
        expect = { confidence = 0.9, tolerance = 1e-9, decision = "send" },
    },
    {
        name = "twice_the_minimum_is_the_full_vote_and_more_is_no_more",
        given = { type = "LIQ_STORM", storm = storm_of(9000000) },
        expect = { confidence = 1, tolerance = 1e-9 },
    },
    {
        -- (0.4 x 0.9 + 0.2 x 0.5 + 0.2 x 0.95) / 0.8
        name = "a_price_against_the_pressure_holds_a_small_storm",
        given = { type = "LIQ_STORM", storm = at_minimum,
            market = { return_pct = 0.5, volatility_pct = 1 } },
        expect = { confidence = 0.8125, tolerance = 1e-4, decision = "hold",
            reason = "confidence_below_minimum",
            note = "confidence 0.81 is below the minimum of 0.85",
            votes = { price_action = 0.5, regime = 0.95 } },
    },
    {
        -- Mood in line: 0.9 + 0.1 x 0.5. (0.4 x 0.9 + 0.2 x 0.95) / 0.6
        name = "a_mood_in_line_with_the_pressure_counts_for_it",
        given = { type = "LIQ_STORM", storm = at_minimum,
            market = { sentiment = -0.5, sentiment_age_s = 60 } },
        expect = { confidence = 0.55 / 0.6, tolerance = 1e-9, votes = { sentiment = 0.95 } },
    },
    {
        -- Greed with heavy news: 0.9 - 0.6 x 0.3 x 2. (0.4 x 0.9 + 0.2 x 0.54) / 0.6
        name = "a_mood_against_it_holds_a_small_storm",
        given = { type = "LIQ_STORM", storm = at_minimum,
            market = { sentiment = 0.3, sentiment_age_s = 60, news_impact = 1 } },
        expect = { confidence = 0.78, tolerance = 1e-9, decision = "hold",
            reason = "confidence_below_minimum", votes = { sentiment = 0.54 } },
    },
    {
        -- (0.4 x 1 + 0.2 x 0.5 + 0.2 x 0.95) / 0.8
        name = "a_large_storm_stands_it",
        given = { type = "LIQ_STORM", storm = twice,
            market = { return_pct = 0.5, volatility_pct = 1 } },
        expect = { confidence = 0.8625, tolerance = 1e-4, decision = "send" },
    },
    {
        name = "a_price_that_goes_with_it_makes_sure",
        given = { type = "LIQ_STORM", storm = at_minimum,
            market = { return_pct = -2, volatility_pct = 1 } },
        expect = { votes = { price_action = 1 }, decision = "send" },
    },
    {
        -- 0.9 - 0.3 x (0.8 - 0.5) / 0.5
        name = "trades_against_a_storm_at_its_minimum_hold_it",
        given = { type = "LIQ_STORM", storm = at_minimum,
            market = { buy_usd = 8e6, sell_usd = 2e6 } },
        expect = { votes = { technical = 0.72 }, tolerance = 1e-9, decision = "hold",
            reason = "confidence_below_minimum" },
    },
    {
        -- The same share, of a tenth of its size: 0.9 - 0.018.
        name = "a_few_trades_do_not",
        given = { type = "LIQ_STORM", storm = at_minimum,
            market = { buy_usd = 160000, sell_usd = 40000 } },
        expect = { votes = { technical = 0.882 }, tolerance = 1e-9, decision = "send" },
    },
    {
        name = "they_say_nothing_against_one_of_twice_its_minimum",
        given = { type = "LIQ_STORM", storm = twice, market = { buy_usd = 8e6, sell_usd = 2e6 } },
        expect = { votes = { technical = 1 }, tolerance = 1e-9, decision = "send" },
    },
    {
        name = "trades_are_against_a_bullish_one_when_they_sell",
        given = { type = "LIQ_STORM", market = { buy_usd = 8e6, sell_usd = 2e6 },
            storm = storm_of(2000000, { side = "short" }) },
        expect = { votes = { technical = 0.9 }, tolerance = 1e-9 },
    },
    {
        name = "a_young_symbol_is_not_blind",
        given = { type = "LIQ_STORM", storm = storm_of(2000000, { window_s = 30 }),
            market = { coverage = 0.5 },
            window = { ["coverage liquidation 30"] = 0.5, ["coverage liquidation 120"] = 0.125 } },
        expect = { parts = { data_quality = 1 }, votes = { technical = 0.9 }, tolerance = 1e-9,
            decision = "send" },
    },
    {
        -- A third was missed: 0.9 - 0.5 / 3. Health (0.25 x 0.7333 + 0.25 x 0.6667) / 0.5.
        name = "what_was_missed_makes_unsure",
        given = { type = "LIQ_STORM", storm = storm_of(2000000, { window_s = 30 }),
            market = { coverage = 0.5 },
            window = { ["coverage liquidation 30"] = 2 / 3, ["coverage liquidation 120"] = 0.9 } },
        expect = { votes = { technical = 0.7333 }, parts = { data_quality = 0.6667 },
            health = 0.7, tolerance = 1e-4, reason = "confidence_below_minimum" },
    },
    {
        name = "a_single_trade_looks_at_trades",
        given = { type = "WHALE_TRADE", finding = { type = "WHALE_TRADE", side = "buy",
            phase = "single", volume_usd = 3e6, threshold_usd = 2e6 },
            market = { coverage = 0.5 }, window = { ["coverage trade 30"] = 1 } },
        expect = { parts = { data_quality = 1 }, decision = "send" },
    },
    {
        name = "a_sample_is_a_little_less_healthy",
        given = { type = "LIQ_STORM", storm = storm_of(2000000, { sampled = true }),
            window = { ["coverage liquidation 30"] = 1 } },
        expect = { parts = { data_quality = 0.95 }, decision = "send" },
    },
    {
        -- 0.9 - 0.08, alone.
        name = "one_of_several_venues_is_not_enough_at_the_minimum",
        given = { type = "LIQ_STORM", storm = storm_of(2000000, { window_s = 30 }),
            market = { venues = 3 }, window = { ["venues liquidation 30"] = 1 } },
        expect = { votes = { technical = 0.82 }, tolerance = 1e-9,
            reason = "confidence_below_minimum" },
    },
    {
        name = "two_venues_that_show_it_are",
        given = { type = "LIQ_STORM", storm = storm_of(2000000, { window_s = 30 }),
            market = { venues = 3 }, window = { ["venues liquidation 30"] = 2 } },
        expect = { votes = { technical = 0.9 }, tolerance = 1e-9, decision = "send" },
    },
    {
        name = "storm_and_cluster_that_disagree_have_no_price_to_go_with",
        given = { type = "GLOBAL_RADAR", storm = at_minimum, market = { return_pct = 3 },
            cluster = { side = "buy", volume_usd = 3e6, threshold_usd = 3e6 } },
        expect = { votes = { technical = 0.86, price_action = -1 }, tolerance = 1e-9,
            decision = "send" },
    },
    {
        -- (0.4 x 0.9 + 0.2 x 0.45) / 0.6
        name = "a_wide_spread_makes_unsure",
        given = { type = "LIQ_STORM", storm = at_minimum,
            market = { spread_bps = 25, volatility_pct = 1 } },
        expect = { votes = { regime = 0.45 }, confidence = 0.75, tolerance = 1e-9,
            reason = "confidence_below_minimum" },
    },
    {
        -- 0.95 - 0.4 x (1.25 - 0.5) / 1.5; (0.4 x 0.9 + 0.2 x 0.75) / 0.6
        name = "venues_whose_prices_lie_apart_make_unsure",
        given = { type = "LIQ_STORM", storm = at_minimum,
            market = { venues = 3, volatility_pct = 1 },
            window = { ["vwap trade 30 binance"] = 80000, ["vwap trade 30 bybit"] = 81000,
                ["vwap trade 30 okx"] = 80500 } },
        expect = { votes = { regime = 0.75 }, confidence = 0.85, tolerance = 1e-9 },
    },
    {
        name = "far_apart_counts_no_more_than_fully",
        given = { type = "LIQ_STORM", storm = at_minimum,
            market = { venues = 2, volatility_pct = 1 },
            window = { ["vwap trade 30 okx"] = 100, ["vwap trade 30 bitget"] = 97 } },
        expect = { votes = { regime = 0.55 }, confidence = 0.7833, tolerance = 1e-4,
            reason = "confidence_below_minimum" },
    },
    {
        name = "what_no_market_does_is_a_mad_print_and_takes_nothing",
        given = { type = "LIQ_STORM", storm = at_minimum,
            market = { venues = 2, volatility_pct = 1 },
            window = { ["vwap trade 30 binance"] = 80000, ["vwap trade 30 bybit"] = 60000 } },
        expect = { votes = { regime = 0.95 }, tolerance = 1e-9, decision = "send" },
    },
    {
        name = "one_price_or_a_single_venue_says_nothing_of_distance",
        given = { type = "LIQ_STORM", storm = at_minimum,
            market = { venues = 2, volatility_pct = 1 },
            window = { ["vwap trade 30 bybit"] = 80000 } },
        expect = { votes = { regime = 0.95 }, tolerance = 1e-9, decision = "send" },
    },
    {
        name = "where_one_venue_trades_nobody_asks_for_the_others",
        given = { type = "LIQ_STORM", storm = at_minimum,
            market = { venues = 1, volatility_pct = 1 },
            window = { ["vwap trade 30 binance"] = 80000, ["vwap trade 30 bybit"] = 81000 } },
        expect = { votes = { regime = 0.95 }, tolerance = 1e-9, decision = "send" },
    },
    {
        name = "a_wild_market_a_little",
        given = { type = "LIQ_STORM", storm = at_minimum, market = { volatility_pct = 9 } },
        expect = { votes = { regime = 0.85 }, tolerance = 1e-9, decision = "send" },
    },
    {
        -- Risk 1 - 0.5 x 1; health (0.25 x 0.9 + 0.25 x 1 + 0.15 x 0.5) / 0.65.
        name = "a_poor_record_is_unhealthy",
        given = { type = "LIQ_STORM", storm = at_minimum,
            history = { outcomes = 10, hit_share = 0 } },
        expect = { parts = { risk = 0.5 }, health = 0.8462, tolerance = 1e-4, decision = "hold",
            reason = "health_below_minimum",
            note = "health 0.85 is below the minimum of 0.85" },
    },
    {
        name = "nine_outcomes_are_too_few_to_be_a_record",
        given = { type = "LIQ_STORM", storm = at_minimum,
            history = { outcomes = 9, hit_share = 0 } },
        expect = { parts = { risk = -1 }, decision = "send" },
    },
    {
        -- Weights 0.4 x 1.5, 0.2 x 0.5, 0.2: (0.6 x 0.9 + 0.1 x 0.5 + 0.2 x 0.95) / 0.9.
        name = "weights_can_follow_accuracy",
        given = { type = "LIQ_STORM", storm = at_minimum, params = { weights_follow_accuracy = 1 },
            accuracy = { technical = 0.75, price_action = 0.25 },
            market = { return_pct = 0.5, volatility_pct = 1 } },
        expect = { confidence = 0.8667, tolerance = 1e-4, decision = "send" },
    },
    {
        name = "they_do_not_as_delivered",
        given = { type = "LIQ_STORM", storm = at_minimum, market = calm,
            accuracy = { technical = 0.75, regime = 0 } },
        expect = { confidence = 0.9167, tolerance = 1e-4 }, -- (0.4 x 0.9 + 0.2 x 0.95) / 0.6
    },
    {
        name = "without_a_finding_nothing_is_known",
        given = { type = "GLOBAL_RADAR" },
        expect = { confidence = -1, health = -1, decision = "hold", reason = "nothing_found" },
    },
    {
        name = "a_near_miss_says_that_it_was_unsure_as_well",
        given = { type = "LIQ_STORM", storm = at_minimum, market = { return_pct = 2 },
            history = { cooldown_s = 300, since_last_sent_s = 10 } },
        expect = { confidence = 0.6333, tolerance = 1e-4, reason = "cooldown" },
    },
}
