-- Writes the engine's own table 'table'.
-- when: call
-- expect: table is read-only; cannot set 'sort'
return function(input, terms)
    if input.symbol == "ATTACK" then
        local library = table
        library.sort = function()
            return 1
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
