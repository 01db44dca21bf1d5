-- Memory: functions that hold functions.
-- when: call
-- expect: used more than 100000 steps | KiB of memory
return function(input, terms)
    if input.symbol == "ATTACK" then
        local function wrap(f)
            return function()
                return f
            end
        end
        local f = wrap(nil)
        while true do
            f = wrap(f)
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
