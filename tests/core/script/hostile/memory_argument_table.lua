-- Memory: puts all its arguments into a table and hands them on twice.
-- when: call
-- expect: used more than 100000 steps | KiB of memory
return function(input, terms)
    if input.symbol == "ATTACK" then
        local function double(...)
            local all = { ... }
            return double(table.unpack(all, 1, 100), ...)
        end
        double(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    end
    return 0.5, "single", "weak", "neutral", "low"
end
