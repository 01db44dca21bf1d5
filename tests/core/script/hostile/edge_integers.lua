-- Numbers at the edges of their range, in every function that counts.
-- when: harmless
-- expect: no fault
return function(input, terms)
    if input.symbol == "ATTACK" then
        local most, least = math.maxinteger, math.mininteger
        local t = { 1, 2, 3 }
        for _, a in ipairs({ most, least, 0, -1, 1 }) do
            for _, b in ipairs({ most, least, 0, -1, 1 }) do
                pcall(string.sub, "text", a, b)
                pcall(string.byte, "text", a, b)
                pcall(string.rep, "text", a)
                pcall(string.find, "text", "x", a)
                pcall(string.char, a, b)
                pcall(string.format, "%d %x %c", a, b, a)
                pcall(table.unpack, t, a, b)
                pcall(table.concat, t, ",", a, b)
                pcall(table.insert, t, a, b)
                pcall(table.remove, t, a)
                pcall(select, a, b)
                pcall(math.fmod, a, b)
                pcall(math.ult, a, b)
                pcall(error, "x", a)
                pcall(function() return a // b, a % b, a << b, a >> b, -a, ~a end)
            end
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
