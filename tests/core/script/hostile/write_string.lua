-- Writes the engine's own table 'string'.
-- when: call
-- expect: string is read-only; cannot set 'rep'
return function(input, terms)
    if input.symbol == "ATTACK" then
        local library = string
        library.rep = function()
            return 1
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
