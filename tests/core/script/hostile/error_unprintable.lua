-- Raises bytes that move a terminal's cursor and are no text.
-- when: call
-- expect: score.lua:6: ?[2J? raised
return function(input, terms)
    if input.symbol == "ATTACK" then
        error("\27[2J\xff raised\r\n\7")
    end
    return 0.5, "single", "weak", "neutral", "low"
end
