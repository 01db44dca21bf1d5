-- Endless: reads a number of 60,000 digits.
-- when: call
-- expect: used more than 100000 steps
return function(input, terms)
    if input.symbol == "ATTACK" then
        local digits = ("9"):rep(60000)
        while true do
            local _ = tonumber(digits)
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
