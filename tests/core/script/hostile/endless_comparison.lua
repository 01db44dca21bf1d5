-- Endless: compares texts that differ in their last byte only.
-- when: call
-- expect: used more than 100000 steps | processor time | KiB of memory
return function(input, terms)
    if input.symbol == "ATTACK" then
        local text = ("x"):rep(60000)
        text = text .. text .. text .. text
        local a, b = text .. "a", text .. "b"
        local n = 0
        while true do
            if a < b then
                n = n + 1
            end
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
