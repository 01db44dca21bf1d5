-- Writes terms under names and values of every kind.
-- when: call
-- expect: a term's name is a text
return function(input, terms)
    if input.symbol == "ATTACK" then
        for _, name in ipairs({ 1, 0.5, true, input, error, "", ("x"):rep(41), "a\0b",
            "\xff\xfe" }) do
            if pcall(function() terms[name] = 1 end) then
                return 99
            end
        end
        for _, value in ipairs({ 0 / 0, 1 / 0, -1 / 0, "1", true, {}, error }) do
            if pcall(function() terms.x = value end) then
                return 99
            end
        end
        terms[input] = 1
    end
    return 0.5, "single", "weak", "neutral", "low"
end
