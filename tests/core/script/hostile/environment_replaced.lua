-- Replaces the environment of its file for all calls to come.
-- when: load
-- expect: replaces _ENV
return function(input)
    if input.symbol == "ATTACK" then
        _ENV = { input = input }
    end
    return 0.5, "single", "weak", "neutral", "low"
end
