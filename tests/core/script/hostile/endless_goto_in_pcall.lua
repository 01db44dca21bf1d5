-- Endless: jumps back, protected, inside a sort, protected.
-- when: call
-- expect: used more than 100000 steps
return function(input, terms)
    if input.symbol == "ATTACK" then
        local function spin()
            ::again::
            goto again
        end
        pcall(table.sort, { 2, 1 }, function()
            pcall(spin)
            return pcall(spin)
        end)
    end
    return 0.5, "single", "weak", "neutral", "low"
end
