-- Endless: hands on one argument more each time.
-- when: call
-- expect: used more than 100000 steps | KiB of memory | processor time
return function(input, terms)
    if input.symbol == "ATTACK" then
        local function more(...)
            return more(1, ...)
        end
        more()
    end
    return 0.5, "single", "weak", "neutral", "low"
end
