-- Endless: misspells fields by names that are just short enough to be compared.
-- when: call
-- expect: used more than 100000 steps | processor time | KiB of memory
return function(input, terms)
    if input.symbol == "ATTACK" then
        local name = ("v"):rep(128)
        local function misspell()
            return input.storm[name]
        end
        while true do
            pcall(misspell)
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
