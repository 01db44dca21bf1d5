-- A constant in the place of the environment, which a compiler once made wrong code of.
-- when: call
-- expect: attempt to index a number value
return function(input, terms)
    if input.symbol == "ATTACK" then
        local _ENV <const> = 11
        X = X + Y
    end
    return 0.5, "single", "weak", "neutral", "low"
end
