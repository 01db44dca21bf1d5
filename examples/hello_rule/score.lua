-- Score: how many times its minimum a finding is.
--
--   example: 3 M on a minimum of 2 M scores 1.5

local pressure_of = { long = "bearish", sell = "bearish", short = "bullish", buy = "bullish" }

return function(input, terms)
    local finding = input.finding
    if not finding or finding.threshold_usd <= 0 then
        return 0, "single", "weak", "neutral", "low"
    end
    local times = finding.volume_usd / finding.threshold_usd
    if times > 10 then
        times = 10
    end
    terms.times_minimum = times
    return times, "single", times >= 3 and "strong" or "moderate",
        pressure_of[finding.side] or "neutral", "low"
end
