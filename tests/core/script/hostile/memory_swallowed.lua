-- Memory: swallows that there is none left, and asks for more.
-- when: call
-- expect: used more than 100000 steps | KiB of memory
return function(input, terms)
    if input.symbol == "ATTACK" then
        local kept = {}
        while true do
            pcall(function()
                for i = 1, 1000 do
                    kept[#kept + 1] = ("x"):rep(30000) .. i
                end
            end)
        end
    end
    return 0.5, "single", "weak", "neutral", "low"
end
