-- Asks for a field under a name that is no text.
-- when: call
-- expect: input.storm has no field '?'
return function(input, terms)
    if input.symbol == "ATTACK" then
        return input.storm[{}]
    end
    return 0.5, "single", "weak", "neutral", "low"
end
