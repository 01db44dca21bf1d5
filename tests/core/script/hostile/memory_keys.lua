-- Memory: a table of long keys.
-- when: call
-- expect: used more than 100000 steps | KiB of memory
return function(input, terms)
    if input.symbol == "ATTACK" then
        local t = {}
        for i = 1, 1e9 do
            t[("k"):rep(500) .. i] = true
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
