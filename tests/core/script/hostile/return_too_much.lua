-- Returns tens of thousands of values.
-- when: harmless
-- expect: no fault
return function(input, terms)
    if input.symbol == "ATTACK" then
        local function many(n, ...)
            if n == 0 then
                return 0.5, "single", "weak", "neutral", "low", ...
            end
            return many(n - 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, ...)
        end
        return many(200)
    end
    return 0.5, "single", "weak", "neutral", "low"
end
