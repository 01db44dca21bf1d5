-- Time decay: how much of what was seen is left after `age_s` seconds.
--
-- Exponential: 1 at age 0, one half after the half-life of the pattern, a quarter after two.
--
--   example: decay(60, "storm_only") with half_life_storm_only_s = 60 gives 0.5

local half_life_s = {
    storm_only = params.half_life_storm_only_s,
    cluster_only = params.half_life_cluster_only_s,
    storm_and_cluster = params.half_life_storm_and_cluster_s,
    convergence = params.half_life_convergence_s,
    single = params.half_life_single_s,
}

return function(age_s, pattern)
    if age_s <= 0 then
        return 1
    end
    return 0.5 ^ (age_s / half_life_s[pattern])
end
