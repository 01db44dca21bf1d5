-- Endless: joins the same texts for ever.
-- when: call
-- expect: used more than 100000 steps | KiB of memory
return function(input, terms)
    if input.symbol == "ATTACK" then
        local parts = {}
        for i = 1, 100 do
            parts[i] = ("x"):rep(500)
        end
        while true do
            local _ = table.concat(parts, ",")
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
