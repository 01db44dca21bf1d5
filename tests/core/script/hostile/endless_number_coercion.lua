-- Endless: library functions that read a long text as a number.
-- when: call
-- expect: used more than 100000 steps | processor time
return function(input, terms)
    if input.symbol == "ATTACK" then
        local digits = ("9"):rep(60000)
        digits = digits .. digits .. digits .. digits
        while true do
            pcall(math.floor, digits)
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
