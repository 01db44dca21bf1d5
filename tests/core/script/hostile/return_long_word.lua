-- Returns a pattern of 60,000 letters.
-- when: call
-- expect: returned pattern 'aaaa
return function(input, terms)
    if input.symbol == "ATTACK" then
        return 0.5, ("a"):rep(60000), "weak", "neutral", "low"
    end
    return 0.5, "single", "weak", "neutral", "low"
end
