-- Writes one term too many.
-- when: call
-- expect: more than 32 names
return function(input, terms)
    if input.symbol == "ATTACK" then
        for i = 1, 1e6 do
            terms["t" .. i] = i
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
