-- Walks everything that can be walked and calls what it finds.
-- when: call
-- expect: used more than 100000 steps | KiB of memory | harmless
return function(input, terms)
    if input.symbol == "ATTACK" then
        local seen = {}
        local function walk(value, depth)
            if depth > 6 or seen[value] then
                return
            end
            if type(value) == "table" then
                seen[value] = true
                pcall(function()
                    for _, inner in pairs(value) do
                        walk(inner, depth + 1)
                    end
                end)
            elseif type(value) == "function" then
                pcall(value)
                pcall(value, value)
                pcall(value, "score")
                pcall(value, {}, value)
                pcall(value, "x", 1 << 40)
            end
        end
        walk(_ENV, 0)
        walk(input, 0)
    end
    return 0.5, "single", "weak", "neutral", "low"
end
