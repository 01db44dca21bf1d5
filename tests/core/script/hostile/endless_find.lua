-- Endless: the slowest text to search in, again and again.
-- when: call
-- expect: used more than 100000 steps
return function(input, terms)
    if input.symbol == "ATTACK" then
        local text = ("a"):rep(8000)
        local wanted = ("a"):rep(4000) .. "b"
        while true do
            local _ = text:find(wanted, 1, false)
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
