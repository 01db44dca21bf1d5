-- Endless: two functions that end in each other.
-- when: call
-- expect: used more than 100000 steps
return function(input, terms)
    if input.symbol == "ATTACK" then
        local even
        local function odd()
            return even()
        end
        even = function()
            return odd()
        end
        even()
    end
    return 0.5, "single", "weak", "neutral", "low"
end
