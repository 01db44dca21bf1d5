-- Endless: a table grows while it is walked, and is walked again.
-- when: call
-- expect: used more than 100000 steps | KiB of memory
return function(input, terms)
    if input.symbol == "ATTACK" then
        local t = { a = 1 }
        while true do
            for key in pairs(t) do
                t[key .. "x"] = 1
            end
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
