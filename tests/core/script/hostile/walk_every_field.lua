-- Reads every field of every table in every call, so that all of them are kept at hand.
-- when: harmless
-- expect: no fault
local function walk(t)
    local n = 0
    for _, value in pairs(t) do
        n = n + (type(value) == "table" and walk(value) or 1)
    end
    return n
end
return function(input, terms)
    terms.fields = walk(input)
    return 0.5, "single", "weak", "neutral", "low"
end
