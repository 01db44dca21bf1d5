-- Returns minus infinity as its score.
-- when: call
-- expect: inf as total
return function(input, terms)
    if input.symbol == "ATTACK" then
        return -1 / 0, "single", "weak", "neutral", "low"
    end
    return 0.5, "single", "weak", "neutral", "low"
end
