-- Errors about values whose names lie in full stacks, each raised while one is handled.
-- when: call
-- expect: used more than 100000 steps | KiB of memory | stack overflow | processor time
return function(input, terms)
    if input.symbol == "ATTACK" then
        local missing
        local function fail(...)
            pcall(fail, ...)
            return missing.name.other .. ...
        end
        while true do
            pcall(fail, pcall(fail))
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
