-- Asks for a field under a name that moves the cursor.
-- when: call
-- expect: input.storm has no field '?[2J
return function(input, terms)
    if input.symbol == "ATTACK" then
        return input.storm["\27[2J\xff"]
    end
    return 0.5, "single", "weak", "neutral", "low"
end
