-- Recursion until the stack is full, caught at each level and begun again.
-- when: call
-- expect: used more than 100000 steps | KiB of memory | processor time | stack overflow
return function(input, terms)
    if input.symbol == "ATTACK" then
        local function down()
            pcall(down)
            down()
        end
        down()
    end
    return 0.5, "single", "weak", "neutral", "low"
end
