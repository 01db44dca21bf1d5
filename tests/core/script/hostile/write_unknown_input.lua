-- Adds a field to its input under a computed name.
-- when: call
-- expect: input has no field 'evil'
return function(input, terms)
    if input.symbol == "ATTACK" then
        input["ev" .. "il"] = 1
    end
    return 0.5, "single", "weak", "neutral", "low"
end
