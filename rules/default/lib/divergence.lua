-- Divergence: how far the prices of the venues lie apart, in percent; 0 where fewer than two of
-- them are known.
--
-- Mean prices of the trades of divergence_span_s, so that a single print says little. The venues
-- are named here as the configuration names them: write yours.
--
--   example: binance 100, bybit 100.4, the others nothing: 0.4

local vwap = window.vwap

local span_s = params.divergence_span_s

local function wider(low, high, price)
    if price <= 0 then
        return low, high
    end
    if low == 0 or price < low then low = price end
    if price > high then high = price end
    return low, high
end

return function()
    local low, high = wider(0, 0, vwap("trade", span_s, "binance"))
    low, high = wider(low, high, vwap("trade", span_s, "bybit"))
    low, high = wider(low, high, vwap("trade", span_s, "okx"))
    low, high = wider(low, high, vwap("trade", span_s, "bitget"))
    if low == 0 then
        return 0
    end
    return (high / low - 1) * 100
end
