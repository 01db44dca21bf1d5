-- Endless: counts to infinity.
-- when: call
-- expect: used more than 100000 steps
return function(input, terms)
    if input.symbol == "ATTACK" then
        for _ = 1, math.huge do
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
