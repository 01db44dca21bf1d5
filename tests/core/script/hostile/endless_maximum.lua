-- Endless: the largest of as many arguments as fit, where no instruction is counted.
-- when: call
-- expect: used more than 100000 steps | processor time | KiB of memory
return function(input, terms)
    if input.symbol == "ATTACK" then
        local function grow(n, ...)
            if n > 0 then
                return grow(n - 1, 1, 2, 3, 4, 5, 6, 7, 8, ...)
            end
            while true do
                local _ = math.max(...)
            end
        end
        grow(1000)
    end
    return 0.5, "single", "weak", "neutral", "low"
end
