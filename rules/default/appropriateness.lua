-- Appropriateness: may this be said now?
--
-- Returns the decision, its reasons (the deciding one first, commas between), a sentence for people
-- and the numbers of the sentence: {2} takes the next number with two decimals. What is compared
-- is said first (checks) and goes through the function that gives, which keeps both numbers with
-- the signal and answers whether each holds.
--
--   example: a storm 120 s after the last one, cooldown 300 s:
--            "hold", "cooldown", "sent {0} s ago, the cooldown is {0} s", 120, 300
--   example: the same storm growing on, already sent: "update", "same_story", even in the cooldown

local quality = use("quality")
local risk = use("risk")

local compare = checks("score >=",
    "margin part", "agreement part", "venues part", "seen part", "spread part", "complete part",
    "quality >=", "coverage >=", "spread_bps <=", "risk_level <=", "against_pct <=",
    "sent_last_hour <", "outcomes needs")
local is_rested = checks("since_last_sent_s >=")
local is_apart = checks("since_coin_sent_s >=")
local has_events = checks("confirm_events >=")
local has_lasted = checks("confirm_s >=")
local has_venues = checks("confirm_venues >=")
local is_worth = checks("reward_to_risk >=")
local is_sure = checks("confidence >=")
local is_well = checks("health >=")
local quality_of = quality.of
local risk_of = risk.level
local reward_of = risk.reward
local of_margin, of_agreement = quality.weight.margin, quality.weight.agreement
local of_venues, of_coverage = quality.weight.venues, quality.weight.coverage
local of_spread, of_complete = quality.weight.spread, quality.weight.complete

local min_score = {
    LIQUIDATION_LARGE = params.min_score_liquidation_large,
    WHALE_TRADE = params.min_score_whale_trade,
    LIQ_STORM = params.min_score_liq_storm,
    WHALE_CLUSTER = params.min_score_whale_cluster,
    GLOBAL_RADAR = params.min_score_global_radar,
}
local min_score_other = params.min_score_other
local hysteresis = params.hysteresis
local hysteresis_for_s = params.hysteresis_for_s
local min_quality = params.min_quality
local min_coverage = params.min_coverage
local min_confidence = params.min_confidence
local min_health = params.min_health
local spread_most_bps = params.spread_most_bps
local risk_level_max = params.risk_level_max
local against_most_pct = params.against_most_pct
local sent_per_hour_max = params.sent_per_hour_max
local duplicate_window_s = params.duplicate_window_s
local confirm_events = params.confirm_events
local confirm_s = params.confirm_s
local confirm_venues = params.confirm_venues
local confirms = confirm_events > 0 or confirm_s > 0 or confirm_venues > 0
local reward_min = params.reward_min
local reward_from = params.reward_from
local reward_retry_s = params.reward_retry_s

local send_reason = {
    storm_only = "storm_over_minimum",
    cluster_only = "cluster_over_minimum",
    storm_and_cluster = "storm_and_cluster",
    convergence = "convergence",
    single = "single_over_minimum",
}

-- What fell below the minimum since it was told lately must come back by more than a hair.
local function raised(minimum, history)
    local least = history.least_score
    if least >= 0 and least < minimum then
        return minimum + hysteresis
    end
    return minimum
end

-- The same storm of the same coin, told of another market: BTC-USDT and BTC-USDC.
local function is_duplicate(history)
    local since_s = history.since_coin_sent_s
    return since_s >= 0 and not is_apart(since_s, duplicate_window_s)
end

-- One of those that are set is enough.
local function is_confirmed(finding, market)
    local confirmed = false
    if confirm_events > 0 then
        confirmed = has_events(finding.events, confirm_events)
    end
    if confirm_s > 0 and has_lasted(finding.since_onset_s, confirm_s) then
        confirmed = true
    end
    if confirm_venues > 0 and has_venues(market.venues, confirm_venues) then
        confirmed = true
    end
    return confirmed
end

-- With a poor record a symbol is told less often, not never: it could not mend its record else.
local function is_poor(history, market, since_s)
    return not is_worth(reward_of(history, market), reward_min) and
        since_s >= 0 and since_s < reward_retry_s
end

-- For reasons that stand alone; the checks keep their numbers.
local hold_note = {
    spread_too_wide = "the spread is too wide for the price to mean much",
    risk_too_high = "what was seen is too doubtful: spread, blindness or an opposite flow",
    context_against = "the price has run against it already",
    duplicate = "another market of the coin was told lately",
    not_confirmed = "nothing of what would confirm it is there yet",
    poor_reward = "earlier alerts of the symbol came to little",
}

local function add(all, stands, reason)
    if not stands then
        return all
    end
    return all and all .. "," .. reason or reason
end

-- What a reader is told beside the figures: how far above the minimum it is.
local function how_large(input, finding)
    local storm, cluster = input.storm, input.cluster
    if input.type == "GLOBAL_RADAR" and storm and cluster then
        return "storm {2} and whales {2} times the minimum for an alert",
            storm.volume_usd / storm.threshold_usd, cluster.volume_usd / cluster.threshold_usd
    end
    return "{2} times the minimum for an alert", finding.volume_usd / finding.threshold_usd, 0
end

-- The story was told: what follows changes what was said and adds no new message.
local function go_on(input, finding)
    if not input.history.story_sent then
        return "hold", "nothing_found", "nothing new was found"
    elseif finding and (finding.phase == "update" or input.type == "GLOBAL_RADAR") then
        local words, times, times_whales = how_large(input, finding)
        return "update", "same_story", words, times, times_whales
    elseif input.type == "GLOBAL_RADAR" then
        return "update", "same_story", "the alert of this story is brought up to date"
    end
    return "hold", "story_known", "an alert of this very story was sent"
end

return function(input, score)
    local history = input.history
    local finding = input.finding
    if history.story_sent or not finding then
        return go_on(input, finding)
    end

    local market = input.market
    local total = score.total
    local since_s = history.since_last_sent_s
    local minimum = min_score[input.type] or min_score_other
    if since_s >= 0 and since_s < hysteresis_for_s then
        minimum = raised(minimum, history)
    end
    local merit, margin, agreement, venues, spread, complete = quality_of(finding, market)
    local level, against_pct = risk_of(market, score.pressure)
    local coverage = market.coverage
    local spread_bps = market.spread_bps
    local sent = history.sent_last_hour
    local outcomes = history.outcomes

    local scored, good, seen, tight, calm, along, few = compare(total, minimum,
        margin, of_margin, agreement, of_agreement, venues, of_venues,
        coverage, of_coverage, spread, of_spread, complete, of_complete,
        merit, min_quality, coverage, min_coverage, spread_bps, spread_most_bps,
        level, risk_level_max, against_pct, against_most_pct,
        sent, sent_per_hour_max, outcomes, reward_from)
    local rested = since_s < 0 or is_rested(since_s, history.cooldown_s)
    local doubled = duplicate_window_s > 0 and is_duplicate(history)
    local vague = confirms and not is_confirmed(finding, market)
    local poor = outcomes >= reward_from and is_poor(history, market, since_s)
    -- What the ensemble does not know is below 0 and stands in nobody's way.
    local confidence, health = score.confidence, score.health
    local sure = confidence < 0 or is_sure(confidence, min_confidence)
    local well = health < 0 or is_well(health, min_health)

    if scored and rested and seen and few and good and tight and calm and along and
        sure and well and not (doubled or vague or poor) then
        local words, times, times_whales = how_large(input, finding)
        return "send", send_reason[score.pattern] or "over_minimum", words, times, times_whales
    end

    -- Every reason that stands in the way, so that a near miss says them all; the first decides.
    local all = add(nil, not scored, "score_below_minimum")
    all = add(all, not rested, "cooldown")
    all = add(all, not seen, "stale_data")
    all = add(all, not few, "too_many")
    all = add(all, not good, "quality_below_minimum")
    all = add(all, not tight, "spread_too_wide")
    all = add(all, not calm, "risk_too_high")
    all = add(all, not along, "context_against")
    all = add(all, not sure, "confidence_below_minimum")
    all = add(all, not well, "health_below_minimum")
    all = add(all, doubled, "duplicate")
    all = add(all, vague, "not_confirmed")
    all = add(all, poor, "poor_reward")

    if not scored then
        return "hold", all, "score {2} is below the minimum of {2}", total, minimum
    elseif not rested then
        return "hold", all, "sent {0} s ago, the cooldown is {0} s", since_s, history.cooldown_s
    elseif not seen then
        return "hold", all, "venues were seen for {2} of the window, the least is {2}", coverage,
            min_coverage
    elseif not few then
        return "hold", all, "{0} alerts in the last hour, the most is {0}", sent, sent_per_hour_max
    elseif not good then
        return "hold", all, "quality {2} is below the minimum of {2}", merit, min_quality
    elseif tight and calm and along and not sure then
        return "hold", all, "confidence {2} is below the minimum of {2}", confidence, min_confidence
    elseif tight and calm and along and not well then
        return "hold", all, "health {2} is below the minimum of {2}", health, min_health
    end
    return "hold", all, hold_note[all] or "several things speak against it"
end
