-- Reaches for the metatable of texts.
-- when: call
-- expect: string has no field '__index'
return function(input, terms)
    if input.symbol == "ATTACK" then
        local text = "x"
        return text.__index.rep
    end
    return 0.5, "single", "weak", "neutral", "low"
end
