-- Levels: figures to the words that people read.
--
--   example: levels.strength(0.5) is "moderate", levels.strength(1.13) is "extreme"

local moderate_from = params.moderate_from
local strong_from = params.strong_from
local extreme_from = params.extreme_from
local medium_pct = params.volatility_medium_pct
local high_pct = params.volatility_high_pct
local extreme_pct = params.volatility_extreme_pct
local medium_times = params.intensity_medium
local high_times = params.intensity_high
local extreme_times = params.intensity_extreme

local levels = {}

function levels.strength(score)
    if score < moderate_from then
        return "weak"
    elseif score < strong_from then
        return "moderate"
    elseif score < extreme_from then
        return "strong"
    end
    return "extreme"
end

-- `volatility_pct` is 0 when it is unknown; then the intensity of the finding stands in for it.
function levels.volatility(volatility_pct, volume_usd, threshold_usd)
    if volatility_pct > 0 then
        if volatility_pct < medium_pct then
            return "low"
        elseif volatility_pct < high_pct then
            return "medium"
        elseif volatility_pct < extreme_pct then
            return "high"
        end
        return "extreme"
    end
    if volume_usd < medium_times * threshold_usd then
        return "low"
    elseif volume_usd < high_times * threshold_usd then
        return "medium"
    elseif volume_usd < extreme_times * threshold_usd then
        return "high"
    end
    return "extreme"
end

return levels
