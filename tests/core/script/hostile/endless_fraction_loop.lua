-- Endless: a loop whose step is too small to arrive.
-- when: call
-- expect: used more than 100000 steps
return function(input, terms)
    if input.symbol == "ATTACK" then
        local n = 0
        for _ = 0, 1, 1e-300 do
            n = n + 1
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
