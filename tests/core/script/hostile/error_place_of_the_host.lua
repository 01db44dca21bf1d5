-- Raises a message with the place of its caller, which is the host.
-- when: call
-- expect: score.lua:
return function(input, terms)
    if input.symbol == "ATTACK" then
        error("who called", 2)
    end
    return 0.5, "single", "weak", "neutral", "low"
end
