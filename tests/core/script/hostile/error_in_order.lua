-- Raises inside the order of a sort.
-- when: call
-- expect: score.lua:7: inside
return function(input, terms)
    if input.symbol == "ATTACK" then
        table.sort({ 3, 2, 1 }, function()
            error("inside")
        end)
    end
    return 0.5, "single", "weak", "neutral", "low"
end
