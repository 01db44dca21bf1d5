-- Error objects of every kind, each raised while another is handled.
-- when: call
-- expect: raised a table instead
return function(input, terms)
    if input.symbol == "ATTACK" then
        for _, object in ipairs({ 1, true, error, input, "text" }) do
            local ok = pcall(error, object)
            pcall(error, ok)
            pcall(pcall, error, pcall)
        end
        local object = {}
        object.__tostring = function() error(object) end
        object.object = object
        error(object)
    end
    return 0.5, "single", "weak", "neutral", "low"
end
