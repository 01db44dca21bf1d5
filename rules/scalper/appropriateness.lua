-- Appropriateness: too late, too thin or half blind is not said.
--
--   example: a finding of 7 s ago: "hold", "too_old", "{0} s old, the most is {0} s", 7, 5

local coverage = window.coverage

local min_score = params.min_score
local spread_most_bps = params.spread_most_bps
local age_most_s = params.age_most_s
local coverage_least = params.coverage_least
local flow_span_s = params.flow_span_s

return function(input, score)
    local history = input.history
    local finding = input.finding
    if history.story_sent then
        return "update", "same_story", "score {2} within {0} s", score.total, flow_span_s
    end
    local seen = coverage("trade", flow_span_s)
    local spread_bps = input.market.spread_bps
    if finding and finding.age_s > age_most_s then
        return "hold", "too_old", "{0} s old, the most is {0} s", finding.age_s, age_most_s
    elseif seen < coverage_least then
        return "hold", "stale_data", "{2} of the last {0} s was seen, the least is {2}", seen,
            flow_span_s, coverage_least
    elseif spread_bps > spread_most_bps then
        return "hold", "thin_book", "the spread is {1} bp, the most is {1}", spread_bps,
            spread_most_bps
    elseif score.total < min_score then
        return "hold", "score_below_minimum", "score {2} is below the minimum of {2}", score.total,
            min_score
    elseif history.since_last_sent_s >= 0 and history.since_last_sent_s < history.cooldown_s then
        return "hold", "cooldown", "sent {0} s ago, the cooldown is {0} s",
            history.since_last_sent_s, history.cooldown_s
    end
    return "send", "fresh_pressure", "score {2} within {0} s", score.total, flow_span_s
end
