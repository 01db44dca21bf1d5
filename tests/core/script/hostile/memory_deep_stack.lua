-- Memory: recursion that keeps ten values a level.
-- when: call
-- expect: KiB of memory | stack overflow
return function(input, terms)
    if input.symbol == "ATTACK" then
        local function down(a, b, c, d, e)
            local x = down(b, c, d, e, a)
            return x, a, b, c, d, e
        end
        down(1, 2, 3, 4, 5)
    end
    return 0.5, "single", "weak", "neutral", "low"
end
