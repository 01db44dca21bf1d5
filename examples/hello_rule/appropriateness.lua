-- Appropriateness: say what is large enough, once in a cooldown.
--
--   example: a score of 1.2 with min_score = 1.5 gives "hold", "score_below_minimum"

local min_score = params.min_score

return function(input, score)
    local history = input.history
    if score.total < min_score then
        return "hold", "score_below_minimum", "{2} times the minimum, {2} wanted", score.total,
            min_score
    end
    local since_s = history.since_last_sent_s
    if since_s >= 0 and since_s < history.cooldown_s then
        return "hold", "cooldown", "said {0} s ago", since_s
    end
    return "send", "large_enough", "{2} times the minimum", score.total
end
