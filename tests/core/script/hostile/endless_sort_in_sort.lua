-- Endless: the order of a sort sorts again, and what breaks is tried again.
-- when: call
-- expect: used more than 100000 steps | KiB of memory
return function(input, terms)
    if input.symbol == "ATTACK" then
        local function order()
            table.sort({ 2, 1 }, order)
            return true
        end
        while true do
            pcall(order)
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
