-- Context: what the market around a finding adds to its score, or takes from it.
--
-- Small and bounded: at most the sum of the context_* parameters, 0.13 with the defaults. Every
-- view is exactly 0 when its figure is unknown (0), so that a score can be checked by hand.
--
--   example: a bearish finding while the price fell 1 % in five minutes adds 0.05 (trend)

local trend_max = params.context_trend
local per_trend_pct = 1 / params.context_trend_full_pct
local volatility_max = params.context_volatility
local volatility_from_pct = params.volatility_high_pct
local funding_max = params.context_funding
local per_funding = -1 / params.context_funding_full
local open_interest_max = params.context_open_interest
local per_open_interest_pct = -1 / params.context_open_interest_full_pct
local spread_max = params.context_spread
local spread_from_bps = params.context_spread_from_bps
local thin_hours = params.context_thin_hours

-- `direction` is 1 for bullish, -1 for bearish, 0 for neutral.
-- Each share is cut to -1 .. 1 in place: a call would cost more than the rest of its line.
return function(market, direction)
    -- Trend: the price already runs where the pressure points, or against it.
    local trend = market.return_pct * per_trend_pct
    if trend > 1 then trend = 1 elseif trend < -1 then trend = -1 end
    local sum = direction * trend * trend_max

    -- Funding: who pays is crowded. Longs pay when it is positive; their loss is bearish.
    local crowded = direction * market.funding_rate * per_funding
    if crowded > 0 then
        if crowded > 1 then crowded = 1 end
        sum = sum + crowded * funding_max
    end

    -- Open interest that falls: positions are closed for good, not passed on.
    local change_pct = market.open_interest_change_pct
    if change_pct < 0 then
        local closed = change_pct * per_open_interest_pct
        if closed > 1 then closed = 1 end
        sum = sum + closed * open_interest_max
    end

    if market.volatility_pct >= volatility_from_pct then
        sum = sum + volatility_max
    end

    -- A thin book makes large moves of small money.
    if market.spread_bps > spread_from_bps then
        sum = sum - spread_max
    end

    -- Session: off unless a pack's user gives it a weight.
    if thin_hours > 0 and market.hour_utc >= 21 then
        sum = sum + thin_hours
    end
    return sum
end
