-- Endless: each call works on 60,000 bytes in C, where no instruction is counted.
-- when: call
-- expect: used more than 100000 steps
return function(input, terms)
    if input.symbol == "ATTACK" then
        local text = ("x"):rep(60000)
        while true do
            local _ = text:upper():lower():reverse():sub(2)
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
