-- Endless: protected calls of protected calls, as deep as they go, again and again.
-- when: call
-- expect: used more than 100000 steps
return function(input, terms)
    if input.symbol == "ATTACK" then
        local function dive()
            return pcall(pcall, pcall, dive)
        end
        while true do
            dive()
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
