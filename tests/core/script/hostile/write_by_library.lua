-- Writes the engine's tables by functions of the library.
-- when: call
-- expect: is read-only
return function(input, terms)
    if input.symbol == "ATTACK" then
        pcall(table.insert, string, "x")
        pcall(table.sort, math)
        pcall(table.remove, params)
        table.insert(_ENV, 1, "x")
    end
    return 0.5, "single", "weak", "neutral", "low"
end
