-- Endless: methods of texts in a condition.
-- when: call
-- expect: used more than 100000 steps | KiB of memory
return function(input, terms)
    if input.symbol == "ATTACK" then
        local text = "x"
        while (text .. "y"):len() > 0 do
            text = text:reverse()
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
