-- Memory: a chain of tables without end.
-- when: call
-- expect: used more than 100000 steps | KiB of memory
return function(input, terms)
    if input.symbol == "ATTACK" then
        local head
        while true do
            head = { head }
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
