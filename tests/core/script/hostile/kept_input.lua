-- Keeps the input of one call and reads it in the next, when it is gone.
-- when: calls
-- expect: kept_input ends well
local box = {}
return function(input)
    if input.symbol == "ATTACK" then
        local old = box.input
        if old then
            local price = old.market.mark_price
            local group = old.group
            if box.count == 40 then
                error("kept_input ends well " .. tostring(price) .. tostring(group))
            end
        end
        box.input = input
        box.count = (box.count or 0) + 1
    end
    return 0.5, "single", "weak", "neutral", "low"
end
