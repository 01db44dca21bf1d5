-- Memory: one text by doubling, through every function that makes one.
-- when: call
-- expect: used more than 100000 steps | KiB of memory | would pass 64 KiB
return function(input, terms)
    if input.symbol == "ATTACK" then
        local text = ("x"):rep(60000)
        for _ = 1, 40 do
            text = text .. text:upper() .. text:reverse()
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
