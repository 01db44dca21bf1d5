-- Formats of every letter, with flags and widths beyond all measure.
-- when: harmless
-- expect: no fault
return function(input, terms)
    if input.symbol == "ATTACK" then
        for code = 0, 255 do
            local letter = string.char(code)
            for _, flags in ipairs({ "", "-+ #0", "99", ".99", ".100", "1e9" }) do
                pcall(string.format, "%" .. flags .. letter, 1.5)
                pcall(string.format, "%" .. flags .. letter, {})
                pcall(string.format, "%" .. flags .. letter)
            end
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
