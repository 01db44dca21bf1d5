-- Endless: misspells fields, so that near names are looked for, with names as long as can be.
-- when: call
-- expect: used more than 100000 steps | processor time | KiB of memory
return function(input, terms)
    if input.symbol == "ATTACK" then
        local name = ("volme_"):rep(10000)
        while true do
            pcall(function()
                return input.storm[name]
            end)
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
