-- Writes the engine's own table 'params'.
-- when: call
-- expect: params is read-only; cannot set 'gain'
return function(input, terms)
    if input.symbol == "ATTACK" then
        local library = params
        library.gain = function()
            return 1
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
