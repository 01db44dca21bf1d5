-- Reaches for what is not there, by names that no reader of the text can see.
-- when: call
-- expect: the global environment has no field 'collectgarbage'
return function(input, terms)
    if input.symbol == "ATTACK" then
        local world = _ENV
        local found = {}
        for _, name in ipairs({ "co!routine", "de!bug", "lo!ad", "o!s", "i!o", "pack!age",
            "set!metatable",
            "get!metatable", "raw!set", "raw!get", "req!uire", "_!G", "xp!call",
            "ne!xt", "print!" }) do
            local at = name:find("!")
            local ok, value = pcall(function()
                return world[name:sub(1, at - 1) .. name:sub(at + 1)]
            end)
            if ok then
                found[#found + 1] = value
            end
        end
        if #found > 0 then
            return found[1]
        end
        return world["collect" .. "garbage"]
    end
    return 0.5, "single", "weak", "neutral", "low"
end
