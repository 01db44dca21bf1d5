-- Endless: numbers with as many digits as can be asked for.
-- when: call
-- expect: used more than 100000 steps | KiB of memory
return function(input, terms)
    if input.symbol == "ATTACK" then
        while true do
            local _ = ("%99.99f%99.99f%99.99f"):format(1e300, -1e300, 1e-300)
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
