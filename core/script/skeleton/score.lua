-- Score: what the findings of a symbol are worth.
--
-- Each finding gives volume / (full_at x its minimum), at most 1, times its decay. Whatever is
-- written to `terms` is shown by petrel explain, so let the terms add up to the score.
--
--   example: a storm of 4 M on a minimum of 2 M, just now: 4 / (4 x 2) = 0.5
--   example: the same storm a minute later, with a half-life of 60 s: 0.25

local decay = use("decay")

-- A function that calls only locals of its file is proved to end when the pack is loaded, and runs
-- faster for it; petrel rules check says which are.
local min = math.min

local full_at = params.full_at
local both_bonus = params.both_bonus

-- Longs that are liquidated are sold, and so are whales' sales: both press the price down.
local pressure_of = { long = "bearish", sell = "bearish", short = "bullish", buy = "bullish" }

local function worth(finding)
    local full = full_at * finding.threshold_usd
    if full <= 0 then
        return 0 -- no minimum is known, so nothing can be said about its size
    end
    return min(finding.volume_usd / full, 1) * decay(finding.age_s)
end

local function strength_of(total)
    if total >= 1 then
        return "extreme"
    elseif total >= 0.75 then
        return "strong"
    end
    return total >= 0.4 and "moderate" or "weak"
end

-- Returns score, pattern, strength, pressure and volatility.
return function(input, terms)
    local storm, cluster = input.storm, input.cluster
    local leading = storm or cluster or input.finding
    if not leading then
        return 0, "single", "weak", "neutral", "low"
    end

    local total, pattern = 0, "single"
    if storm then
        terms.storm = worth(storm)
        total, pattern = terms.storm, "storm_only"
    end
    if cluster then
        terms.cluster = worth(cluster)
        total, pattern = total + terms.cluster, "cluster_only"
    end
    if storm and cluster then
        terms.both = both_bonus
        total, pattern = total + both_bonus, "storm_and_cluster"
    end
    if pattern == "single" then
        terms.single = worth(leading)
        total = terms.single
    end

    -- volatility_pct is 0 while it is unknown.
    local volatility = input.market.volatility_pct > 1.5 and "high" or "low"
    return total, pattern, strength_of(total), pressure_of[leading.side] or "neutral", volatility
end
