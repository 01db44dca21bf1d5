-- Endless: writes its input.
-- when: call
-- expect: used more than 100000 steps
return function(input, terms)
    if input.symbol == "ATTACK" then
        while true do
            input.storm.volume_usd = input.storm.volume_usd + 1
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
