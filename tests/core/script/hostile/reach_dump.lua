-- Reaches for bytecode.
-- when: call
-- expect: string has no field 'dump'
return function(input, terms)
    if input.symbol == "ATTACK" then
        local text = ""
        local code = text["du" .. "mp"](function() end)
        return code
    end
    return 0.5, "single", "weak", "neutral", "low"
end
