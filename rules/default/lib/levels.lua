-- Levels: figures to the words that people read.
--
--   example: a score of 0.5 is "moderate", one of 1.13 "extreme"; a market that moves 2 % an hour
--            has "high" volatility

local moderate_from = params.moderate_from
local strong_from = params.strong_from
local extreme_from = params.extreme_from
local medium_pct = params.volatility_medium_pct
local high_pct = params.volatility_high_pct
local extreme_pct = params.volatility_extreme_pct
local medium_times = params.intensity_medium
local high_times = params.intensity_high
local extreme_times = params.intensity_extreme

-- `volatility_pct` is 0 when it is unknown; then the intensity of the finding, volume over minimum,
-- stands in for it. Returns strength and volatility.
return function(score, volatility_pct, volume_usd, threshold_usd)
    local strength = "extreme"
    if score < moderate_from then
        strength = "weak"
    elseif score < strong_from then
        strength = "moderate"
    elseif score < extreme_from then
        strength = "strong"
    end

    if volatility_pct > 0 then
        if volatility_pct < medium_pct then
            return strength, "low"
        elseif volatility_pct < high_pct then
            return strength, "medium"
        end
        return strength, volatility_pct < extreme_pct and "high" or "extreme"
    end
    if volume_usd < medium_times * threshold_usd then
        return strength, "low"
    elseif volume_usd < high_times * threshold_usd then
        return strength, "medium"
    end
    return strength, volume_usd < extreme_times * threshold_usd and "high" or "extreme"
end
