-- Replaces the environment of its file by its own table.
-- when: load
-- expect: replaces _ENV
local floor = math.floor
_ENV = { params = { gain = 9 } }
return function()
    return floor(params.gain), "single", "weak", "neutral", "low"
end
