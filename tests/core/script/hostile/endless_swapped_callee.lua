-- Endless: a function that is proved to end calls what another call has put into its place.
-- when: load
-- expect: changes 'callee', which lives on between calls
local function maker()
    local callee = math.abs
    local function put(other)
        callee = other
    end
    local function run(x)
        return callee(x)
    end
    return put, run
end
local put, run = maker()
local function spin()
    while true do
    end
end
return function(input)
    run(1)
    if input.symbol == "ATTACK" then
        put(spin)
        run(1)
    end
    return 0.5, "single", "weak", "neutral", "low"
end
