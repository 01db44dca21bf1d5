-- Price action: does the price of the last five minutes go with the pressure?
--
-- A move with it adds to price_base, up to 1 at price_full_pct; one against it takes price_against
-- away in the same measure. Abstains while no move is known, where there is no direction, and at
-- moves that no market makes in five minutes: one mad print must not silence the radar.
--
--   example: bearish, the price fell by 0.5 %: 0.9 + 0.1 x 0.5 = 0.95
--   example: bearish, the price rose by 0.5 %: 0.9 - 0.8 x 0.5 = 0.5

local base = params.price_base
local gain = 1 - base
local against_max = params.price_against
local per_pct = 1 / params.price_full_pct
local most_pct = params.price_move_most_pct

return function(market, direction)
    local return_pct = market.return_pct
    if return_pct == 0 or direction == 0 or return_pct > most_pct or return_pct < -most_pct then
        return nil
    end
    local share = direction * return_pct * per_pct
    if share > 1 then share = 1 elseif share < -1 then share = -1 end
    local vote = base + share * (share > 0 and gain or against_max)
    return vote > 0 and vote or 0
end
