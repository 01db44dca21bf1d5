-- An environment of its own, made of a plain table.
-- when: harmless
-- expect: no fault
return function(input, terms)
    if input.symbol == "ATTACK" then
        local type, error = type, error
        local _ENV = { volume = 3 }
        volume = volume + 1
        if type(volume) ~= "number" then
            error("no number")
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
