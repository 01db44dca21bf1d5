-- Risk: what speaks against trusting a finding now, and what earlier alerts of its kind came to.
--
-- The level counts what makes a price move of a storm doubtful: a wide spread, a feed that was
-- blind, a flow that runs the other way. 0 is low, 1 medium, 2 high, 3 extreme. Volatility is not
-- in it: a storm is volatile by nature, and an alert that waits for calm comes too late.
--
-- Reward to risk is measured, not planned, for these are warnings and not trades: the mean move
-- with the pressure over the mean move against it, each in units of the volatility at its signal
-- (moves the other way count 0; the Omega ratio), with the spread as a cost of both. At 2 the moves
-- that an alert foretold were twice those that it did not.
--
--   example: 20 outcomes, gains of 0.8 and losses of 0.3 on average, spread unknown: 2.67

local risk_spread_bps = params.risk_spread_bps
local risk_coverage = params.risk_coverage
local risk_opposite = params.risk_opposite
local most_pct = params.price_move_most_pct

-- The level, and how many percent the price of the last minutes ran against the pressure: 0 where
-- it says more than a market can do, as after one mad print.
local function level(market, pressure)
    local risk = 0
    local return_pct = market.return_pct
    if return_pct > most_pct or return_pct < -most_pct then return_pct = 0 end
    if market.spread_bps > risk_spread_bps then risk = 1 end
    local buy_usd, sell_usd = market.buy_usd, market.sell_usd
    local most_usd = risk_opposite * (buy_usd + sell_usd)
    if market.coverage < risk_coverage then
        -- What was seen of the flow does not say which side had more: one doubt, not two.
        risk = risk + 1
        most_usd = buy_usd + sell_usd
    end
    if pressure == "bearish" then
        if buy_usd > most_usd then risk = risk + 1 end
        return risk, return_pct
    elseif pressure == "bullish" then
        if sell_usd > most_usd then risk = risk + 1 end
        return risk, -return_pct
    end
    return risk, 0
end

-- `volatility_pct` is of an hour, an outcome is looked at after a quarter of it: half as much.
local function reward(history, market)
    local gain, loss = history.gain_sigma, history.loss_sigma
    local volatility_pct = market.volatility_pct
    if volatility_pct > 0 then
        local cost = market.spread_bps / 100 / (0.5 * volatility_pct)
        gain, loss = gain - cost, loss + cost
    end
    if gain <= 0 then
        return 0
    elseif loss < 0.01 then
        loss = 0.01
    end
    return gain / loss
end

return { level = level, reward = reward }
