-- Returns a pattern that is no text.
-- when: call
-- expect: returned pattern '
return function(input, terms)
    if input.symbol == "ATTACK" then
        return 0.5, "\xff\27[2J\0", "weak", "neutral", "low"
    end
    return 0.5, "single", "weak", "neutral", "low"
end
