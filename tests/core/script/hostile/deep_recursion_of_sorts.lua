-- Recursion through C: sorts inside the order of sorts.
-- when: call
-- expect: stack overflow
return function(input, terms)
    if input.symbol == "ATTACK" then
        local function order(a, b)
            table.sort({ 2, 1 }, order)
            return a < b
        end
        table.sort({ 2, 1 }, order)
    end
    return 0.5, "single", "weak", "neutral", "low"
end
