-- Writes a global under a computed name.
-- when: call
-- expect: the global environment is read-only; cannot set 'evil'
return function(input, terms)
    if input.symbol == "ATTACK" then
        local world = _ENV
        world["ev" .. "il"] = 1
    end
    return 0.5, "single", "weak", "neutral", "low"
end
