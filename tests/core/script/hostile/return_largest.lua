-- Returns largest as its score.
-- when: call
-- expect: as total
return function(input, terms)
    if input.symbol == "ATTACK" then
        return math.maxinteger, "single", "weak", "neutral", "low"
    end
    return 0.5, "single", "weak", "neutral", "low"
end
