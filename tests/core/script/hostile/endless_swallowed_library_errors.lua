-- Endless: swallows errors of the library, which no instruction of its own raises.
-- when: call
-- expect: used more than 100000 steps
return function(input, terms)
    if input.symbol == "ATTACK" then
        repeat
            pcall(string.rep, "x", 1 << 40)
            pcall(table.concat, { {} })
            pcall(use, "nothing")
        until false
    end
    return 0.5, "single", "weak", "neutral", "low"
end
