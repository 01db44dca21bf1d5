-- Appropriateness: everything must speak for it. The first thing that does not is the reason.
--
--   example: a storm that only one venue shows: "hold", "single_venue"

local venues = window.venues
local get, put = state.get, state.put

local span_s = params.span_s
local min_score = params.min_score
local min_venues = params.min_venues
local min_confidence = params.min_confidence
local confirm_s = params.confirm_s
local quiet_for_s = params.quiet_for_s
local record_least = params.record_least
local record_from = params.record_from

return function(input, score)
    local history = input.history
    local storm = input.storm
    if history.story_sent then
        return "update", "same_story", "it goes on, score {2}", score.total
    elseif not storm then
        return "hold", "no_storm", "only storms are told"
    end
    local shown_by = venues("liquidation", span_s)
    if shown_by < min_venues then
        return "hold", "single_venue", "{0} venues show it, the least is {0}", shown_by, min_venues
    elseif storm.since_onset_s < confirm_s then
        return "hold", "not_confirmed", "it has lasted {0} s, the least is {0} s",
            storm.since_onset_s, confirm_s
    elseif score.total < min_score then
        return "hold", "score_below_minimum", "score {2} is below the minimum of {2}", score.total,
            min_score
    elseif score.confidence < min_confidence then
        return "hold", "confidence_below_minimum", "confidence {2} is below the minimum of {2}",
            score.confidence, min_confidence -- -1: nobody voted
    elseif history.outcomes >= record_from and history.hit_share < record_least then
        return "hold", "poor_record", "{2} of {0} earlier alerts were right, the least is {2}",
            history.hit_share, history.outcomes, record_least
    end
    -- A storm of twice the size of the latest one that was told breaks the silence.
    local told_usd = get("told_usd")
    local since_s = history.since_last_sent_s
    if since_s >= 0 and since_s < quiet_for_s and storm.volume_usd < 2 * told_usd then
        return "hold", "told_lately", "told {0} s ago, the silence is {0} s", since_s, quiet_for_s
    end
    put("told_usd", storm.volume_usd)
    return "send", "confirmed_storm", "{0} venues, {0} s, score {2}", shown_by,
        storm.since_onset_s, score.total
end
