-- Flow: the share of the trades of the span that go with the pressure. Abstains without trades.
--
--   example: bearish, 7 M sold and 3 M bought: 0.7

local flow = window.flow

local span_s = params.span_s

return function(direction)
    local bought_usd, sold_usd = flow("trade", span_s)
    local all_usd = bought_usd + sold_usd
    if all_usd <= 0 then
        return nil
    end
    return (direction > 0 and bought_usd or sold_usd) / all_usd
end
