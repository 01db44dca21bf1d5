-- Fields named like events do nothing in a plain table.
-- when: harmless
-- expect: no fault
return function(input, terms)
    if input.symbol == "ATTACK" then
        local t = { __index = function() return 7 end, __gc = error, __close = error, __mode = "k",
            __len = function() return 9 end, __metatable = false, __tostring = error,
            __name = "fake" }
        if t.missing ~= nil or #t ~= 0 or tostring(t) ~= "table" then
            error("the fields were taken for events")
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
