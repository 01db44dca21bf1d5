-- Returns text number as its score.
-- when: call
-- expect: '0.5' as total
return function(input, terms)
    if input.symbol == "ATTACK" then
        return "0.5", "single", "weak", "neutral", "low"
    end
    return 0.5, "single", "weak", "neutral", "low"
end
