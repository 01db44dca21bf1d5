-- Raises as long a message as memory holds.
-- when: call
-- expect: xxxx | KiB of memory
return function(input, terms)
    if input.symbol == "ATTACK" then
        local message = ("x"):rep(60000)
        message = message .. message .. message .. message
        message = message .. message
        error(message .. message)
    end
    return 0.5, "single", "weak", "neutral", "low"
end
