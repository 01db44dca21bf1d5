-- A variable that is closed at the end of its block, without an event to close it.
-- when: call
-- expect: got a non-closable value
return function(input, terms)
    if input.symbol == "ATTACK" then
        local guard <close> = { __close = function() end }
        return guard
    end
    return 0.5, "single", "weak", "neutral", "low"
end
