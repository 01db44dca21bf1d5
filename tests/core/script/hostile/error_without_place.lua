-- Raises a message and asks for no place in it.
-- when: call
-- expect: score.lua:6: nobody knows where
return function(input, terms)
    if input.symbol == "ATTACK" then
        error("nobody knows where", 0)
    end
    return 0.5, "single", "weak", "neutral", "low"
end
