-- Writes the engine's own table 'math'.
-- when: call
-- expect: math is read-only; cannot set 'floor'
return function(input, terms)
    if input.symbol == "ATTACK" then
        local library = math
        library.floor = function()
            return 1
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
