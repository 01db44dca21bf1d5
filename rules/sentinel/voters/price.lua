-- Price: did it move with the pressure over the span? Abstains while no move is known.
--
--   example: bearish, the price fell by 0.6 of 1 %: 0.5 + 0.5 x 0.6 = 0.8; it rose by that: 0.2

local return_pct = window.return_pct

local span_s = params.span_s
local per_pct = 0.5 / params.price_full_pct

return function(direction)
    local moved_pct = return_pct(span_s)
    if moved_pct == 0 then
        return nil
    end
    local vote = 0.5 + direction * moved_pct * per_pct
    if vote > 1 then vote = 1 elseif vote < 0 then vote = 0 end
    return vote
end
