-- Puts an element into its input.
-- when: call
-- expect: has no field
return function(input, terms)
    if input.symbol == "ATTACK" then
        table.insert(input, 1)
    end
    return 0.5, "single", "weak", "neutral", "low"
end
