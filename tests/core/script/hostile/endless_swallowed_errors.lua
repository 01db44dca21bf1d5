-- Endless: raises and swallows.
-- when: call
-- expect: used more than 100000 steps
return function(input, terms)
    if input.symbol == "ATTACK" then
        while true do
            pcall(error, "again")
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
