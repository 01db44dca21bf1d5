-- Appropriateness: may it be said now?
--
-- Returns the decision, the reason, a sentence for people and the numbers of the sentence: {2}
-- takes the next number with two decimals. Every hold has a reason of its own, so that
-- petrel signals --held shows what stood in the way.
--
--   example: a score of 0.3 with min_score = 0.4 gives "hold", "score_below_minimum"

local min_score = params.min_score
local min_coverage = params.min_coverage

return function(input, score)
    local history = input.history
    if history.story_sent then
        return "update", "same_story", "the alert of this story is brought up to date"
    end
    if score.total < min_score then
        return "hold", "score_below_minimum", "score {2} is below {2}", score.total, min_score
    end
    local since_s = history.since_last_sent_s -- -1 when nothing was sent yet
    if since_s >= 0 and since_s < history.cooldown_s then
        return "hold", "cooldown", "sent {0} s ago, the cooldown is {0} s", since_s,
            history.cooldown_s
    end
    local coverage = input.market.coverage
    if coverage < min_coverage then
        return "hold", "stale_data", "venues were seen for {2} of the window", coverage
    end
    return "send", "over_minimum", "score {2} is over {2}", score.total, min_score
end
