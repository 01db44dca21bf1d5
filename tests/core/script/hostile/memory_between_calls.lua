-- Memory: keeps a little more with every call.
-- when: calls
-- expect: that a rule pack may hold
local kept = {}
return function(input)
    if input.symbol == "ATTACK" then
        kept[#kept + 1] = ("x"):rep(60000) .. #kept
    end
    return 0.5, "single", "weak", "neutral", "low"
end
