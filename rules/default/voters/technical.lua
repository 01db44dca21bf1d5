-- Technical: how clear is what was found?
--
-- Begins at technical_base and gains with the margin over the minimum, fully at technical_full_at
-- times the minimum. It loses with what was not seen, with trades that flow against a finding that
-- is barely over its minimum, with a storm that shows on one of several venues only, and where
-- storm and cluster press in opposite directions.
--
--   example: a storm at 1.5 times its minimum, nothing else known: 0.9 + 0.1 x 0.5 = 0.95
--   example: one at its minimum, 80 % of the trades bought while longs were liquidated:
--            0.9 - 0.3 x (0.8 - 0.5) / 0.5 = 0.72; trades of a tenth of its size: a tenth of that

local venues = window.venues

local base = params.technical_base
local gain = 1 - base
local per_margin = 1 / (params.technical_full_at - 1)
local blind_max = params.technical_blind
local flow_max = params.technical_flow
local flow_from = params.technical_flow_from
local per_flow = 1 / (1 - flow_from)
local one_venue = params.technical_one_venue
local opposed = params.technical_opposed

-- How far the trades of the base window go against `direction`, 0 to 1: by their share, and by
-- their size beside that of the finding. 0 when there are none.
local function against(market, direction, volume_usd)
    local buy_usd, sell_usd = market.buy_usd, market.sell_usd
    local all_usd = buy_usd + sell_usd
    if all_usd <= 0 then
        return 0
    end
    local share = (direction < 0 and buy_usd or sell_usd) / all_usd
    if share <= flow_from then
        return 0
    end
    local size = all_usd < volume_usd and all_usd / volume_usd or 1
    return (share - flow_from) * per_flow * size
end

-- `finding` is the one that leads, `direction` its pressure (0: storm and cluster disagree),
-- `seen` the share that was seen, nil when unknown.
return function(finding, market, direction, seen)
    local margin = 0
    local threshold_usd = finding.threshold_usd
    local volume_usd = finding.volume_usd
    if threshold_usd > 0 then
        margin = (volume_usd / threshold_usd - 1) * per_margin
        if margin > 1 then margin = 1 elseif margin < 0 then margin = 0 end
    end
    local vote = base + gain * margin
    if direction == 0 then
        vote = vote - opposed
    elseif margin < 1 then
        vote = vote - flow_max * against(market, direction, volume_usd) * (1 - margin)
    end
    if seen and seen < 1 then
        vote = vote - blind_max * (1 - seen)
    end
    local side = finding.side
    if market.venues >= 2 and (side == "long" or side == "short") then
        local window_s = finding.window_s
        if window_s >= 1 and venues("liquidation", window_s) == 1 then
            vote = vote - one_venue
        end
    end
    return vote > 0 and vote or 0
end
