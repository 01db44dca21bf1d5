-- Score: four views of a quarter each, so that no single one can carry an alert.
--
--   example: three times its minimum (0.25), rank 96 of 100 (0.24), two of four venues (0.125),
--            open interest 1.5 % lower (0.125): 0.74

local percentile = window.percentile
local venues = window.venues
local open_interest_change_pct = window.open_interest_change_pct

local quarter = 0.25
local part_scale = params.part_scale
local span_s = params.span_s
local venues_full = params.venues_full
local per_closing_pct = -1 / params.closing_full_pct

local pressure_of = { long = "bearish", sell = "bearish", short = "bullish", buy = "bullish" }

local function strength_of(total)
    if total < 0.5 then
        return "weak"
    elseif total < 0.7 then
        return "moderate"
    end
    return total < 0.85 and "strong" or "extreme"
end

local function volatility_of(percent)
    if percent < 0.6 then
        return "low"
    elseif percent < 1.5 then
        return "medium"
    end
    return percent < 3 and "high" or "extreme"
end

return function(input, terms)
    local storm = input.storm
    if not storm then
        return 0, "single", "weak", "neutral", "low"
    end
    local size = 0
    if storm.threshold_usd > 0 then
        size = storm.volume_usd / (part_scale * storm.threshold_usd)
        if size > 1 then size = 1 end
    end
    local rank, compared = percentile("liquidation", span_s)
    local unusual = compared > 0 and rank / 100 or 0
    local breadth = venues("liquidation", span_s) / venues_full
    if breadth > 1 then breadth = 1 end
    local closing = open_interest_change_pct(span_s) * per_closing_pct
    if closing > 1 then closing = 1 elseif closing < 0 then closing = 0 end

    terms.size = quarter * size
    terms.unusual = quarter * unusual
    terms.breadth = quarter * breadth
    terms.closing = quarter * closing
    local total = quarter * (size + unusual + breadth + closing)
    return total, input.cluster and "storm_and_cluster" or "storm_only", strength_of(total),
        pressure_of[storm.side] or "neutral", volatility_of(input.market.volatility_pct)
end
