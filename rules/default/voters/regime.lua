-- Regime: is this a market in which such a signal means something?
--
-- Begins at regime_base. A spread beyond regime_spread_from_bps says that little money moves the
-- price, a volatility beyond regime_wild_pct that much happens at once. Where several venues trade
-- the symbol, prices that lie further apart than regime_apart_from_pct say that the move is one
-- venue's own; beyond regime_apart_most_pct one of the prices is wrong, and says nothing. Abstains
-- while neither spread nor volatility is known.
--
--   example: spread 15 bp, from 5 to 25 bp: 0.95 - 0.5 x 0.5 = 0.7
--   example: two venues 1.25 % apart, from 0.5 to 2 %: 0.95 - 0.4 x 0.5 = 0.75

local divergence = use("lib/divergence")

local base = params.regime_base
local spread_max = params.regime_spread
local spread_from_bps = params.regime_spread_from_bps
local per_bps = 1 / (params.regime_spread_full_bps - spread_from_bps)
local wild_max = params.regime_wild
local wild_from_pct = params.regime_wild_pct
local apart_max = params.regime_apart
local apart_from_pct = params.regime_apart_from_pct
local per_apart_pct = 1 / (params.regime_apart_full_pct - apart_from_pct)
local most_pct = params.regime_apart_most_pct

return function(market)
    local spread_bps = market.spread_bps
    local volatility_pct = market.volatility_pct
    if spread_bps == 0 and volatility_pct == 0 then
        return nil
    end
    local vote = base
    if spread_bps > spread_from_bps then
        local share = (spread_bps - spread_from_bps) * per_bps
        vote = vote - spread_max * (share < 1 and share or 1)
    end
    if volatility_pct > wild_from_pct then
        vote = vote - wild_max
    end
    if market.venues >= 2 then
        local apart_pct = divergence()
        if apart_pct > apart_from_pct and apart_pct <= most_pct then
            local share = (apart_pct - apart_from_pct) * per_apart_pct
            vote = vote - apart_max * (share < 1 and share or 1)
        end
    end
    return vote > 0 and vote or 0
end
