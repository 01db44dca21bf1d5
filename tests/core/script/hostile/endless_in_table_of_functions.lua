-- Endless: only one of the samples goes into the loop.
-- when: load
-- expect: used more than 100000 steps
return {
    score = function(input)
        if input.type == "UNHEARD_OF" then
            while true do
            end
        end
        return 0.5, "single", "weak", "neutral", "low"
    end,
}
