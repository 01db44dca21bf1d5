-- Appropriateness: may this be said now?
--
-- Returns the decision, its reasons (the deciding one first, commas between), a sentence for people
-- and the numbers of the sentence: {2} takes the next number with two decimals.
--
--   example: a storm 120 s after the last one, cooldown 300 s:
--            "hold", "cooldown", "sent {0} s ago, the cooldown is {0} s", 120, 300
--   example: the same storm growing on, already sent: "update", "same_story", even in the cooldown

local sub = string.sub

local min_score = {
    LIQUIDATION_LARGE = params.min_score_liquidation_large,
    WHALE_TRADE = params.min_score_whale_trade,
    LIQ_STORM = params.min_score_liq_storm,
    WHALE_CLUSTER = params.min_score_whale_cluster,
    GLOBAL_RADAR = params.min_score_global_radar,
}
local min_score_other = params.min_score_other
local min_coverage = params.min_coverage
local min_confidence = params.min_confidence
local min_health = params.min_health
local sent_per_hour_max = params.sent_per_hour_max

local send_reason = {
    storm_only = "storm_over_minimum",
    cluster_only = "cluster_over_minimum",
    storm_and_cluster = "storm_and_cluster",
    convergence = "convergence",
    single = "single_over_minimum",
}

-- Every reason to hold beside the deciding one, so that a near miss says all that stood in its way.
local function all_reasons(reason, low, cooling, stale, many)
    local all = reason
    if low and reason ~= "score_below_minimum" then
        all = all .. ",score_below_minimum"
    end
    if cooling and reason ~= "cooldown" then
        all = all .. ",cooldown"
    end
    if stale and reason ~= "stale_data" then
        all = all .. ",stale_data"
    end
    if many and reason ~= "too_many" then
        all = all .. ",too_many"
    end
    return all
end

-- What the ensemble is not sure of, each with a comma before; "" when nothing is. A figure that is
-- not known is below 0 and stands in nobody's way.
local function doubts_of(score)
    local confidence, health = score.confidence, score.health
    local unwell = health < min_health and health >= 0
    if confidence < min_confidence and confidence >= 0 then
        return unwell and ",confidence_below_minimum,health_below_minimum"
            or ",confidence_below_minimum"
    end
    return unwell and ",health_below_minimum" or ""
end

-- Holds by the first doubt.
local function doubted(doubts, score)
    if doubts == ",health_below_minimum" then
        return "hold", "health_below_minimum", "health {2} is below the minimum of {2}",
            score.health, min_health
    end
    return "hold", sub(doubts, 2), "confidence {2} is below the minimum of {2}", score.confidence,
        min_confidence
end

return function(input, score)
    local history = input.history

    -- The story was told: what follows changes what was said and adds no new message.
    if history.story_sent then
        local finding = input.finding
        if finding and finding.phase == "update" or input.type == "GLOBAL_RADAR" then
            return "update", "same_story", "the alert of this story is brought up to date"
        end
        return "hold", "story_known", "an alert of this very story was sent"
    end

    local total = score.total
    local minimum = min_score[input.type] or min_score_other
    local since_s = history.since_last_sent_s
    local coverage = input.market.coverage
    local sent = history.sent_last_hour
    local doubts = doubts_of(score)

    local low = total < minimum
    local cooling = since_s >= 0 and since_s < history.cooldown_s
    local stale = coverage < min_coverage
    local many = sent >= sent_per_hour_max

    if low then
        return "hold", all_reasons("score_below_minimum", low, cooling, stale, many) .. doubts,
            "score {2} is below the minimum of {2}", total, minimum
    elseif cooling then
        return "hold", all_reasons("cooldown", low, cooling, stale, many) .. doubts,
            "sent {0} s ago, the cooldown is {0} s", since_s, history.cooldown_s
    elseif stale then
        return "hold", all_reasons("stale_data", low, cooling, stale, many) .. doubts,
            "venues were seen for {2} of the window, the least is {2}", coverage, min_coverage
    elseif many then
        return "hold", "too_many" .. doubts, "{0} alerts in the last hour, the most is {0}", sent,
            sent_per_hour_max
    elseif doubts ~= "" then
        return doubted(doubts, score)
    end
    local finding = input.finding
    if not finding then
        return "send", "over_minimum", "score {2}", total
    end
    return "send", send_reason[score.pattern] or "over_minimum",
        "{2} times the minimum of its group", finding.volume_usd / finding.threshold_usd
end
