-- Decay: how much of a finding is left after `age_s` seconds.
--
--   example: decay(60) with half_life_s = 60 gives 0.5, decay(120) gives 0.25

local half_life_s = params.half_life_s

return function(age_s)
    return 0.5 ^ (age_s / half_life_s)
end
