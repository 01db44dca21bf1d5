-- Score: what the findings of a symbol are worth together, on a scale of 0 to about 1.3.
--
-- A part is volume / (part_scale x minimum), at most part_cap, times its decay and the weight of
-- its pattern. Storm and cluster together add both_bonus. The context of the market is added last.
-- Every term is written down, so that the sum can be done by hand.
--
--   example: a storm of 4.10 M on a minimum of 2 M, just now, market unknown:
--            min(4.10 / (3 x 2), 0.5) = 0.5, pattern storm_only, moderate
--   example: storm and cluster at their minimum: 0.3333 + 0.3333 + 0.3 = 0.9667, strong

local decay = use("decay")
local context = use("context")
local levels = use("lib/levels")

local part_scale = params.part_scale
local part_cap = params.part_cap
local both_bonus = params.both_bonus
local weight = {
    storm_only = params.weight_storm_only,
    cluster_only = params.weight_cluster_only,
    storm_and_cluster = params.weight_storm_and_cluster,
    convergence = params.weight_convergence,
    single = params.weight_single,
}

-- Longs that are liquidated are sold; so are whales' sales: both press the price down.
local direction_of = { long = -1, sell = -1, short = 1, buy = 1 }
local pressure_of = { [-1] = "bearish", [0] = "neutral", [1] = "bullish" }

local function part(finding)
    local threshold = finding.threshold_usd
    local share = finding.volume_usd / (part_scale * threshold)
    if share < part_cap then
        return share
    end
    return threshold > 0 and part_cap or 0
end

-- Convergence is the extreme case: same direction, and neither part could be larger.
local function together(terms, storm, cluster)
    local direction = direction_of[storm.side] or 0
    if direction ~= direction_of[cluster.side] then
        direction = 0
    end
    local storm_part = part(storm)
    local cluster_part = part(cluster)
    local pattern = "storm_and_cluster"
    if direction ~= 0 and storm_part >= part_cap and cluster_part >= part_cap then
        pattern = "convergence"
    end
    local factor = weight[pattern]
    local bonus = both_bonus * factor
    storm_part = storm_part * factor * decay(storm.age_s, pattern)
    cluster_part = cluster_part * factor * decay(cluster.age_s, pattern)
    terms.both = bonus
    terms.cluster = cluster_part
    terms.storm = storm_part
    return storm_part + cluster_part + bonus, pattern, direction
end

local function alone(finding, pattern)
    return part(finding) * weight[pattern] * decay(finding.age_s, pattern), pattern,
        direction_of[finding.side] or 0
end

return function(input, terms)
    local storm = input.storm
    local cluster = input.cluster
    local finding = storm or cluster or input.finding
    local total, pattern, direction
    if storm and cluster then
        total, pattern, direction = together(terms, storm, cluster)
    elseif storm then
        total, pattern, direction = alone(storm, "storm_only")
        terms.storm = total
    elseif cluster then
        total, pattern, direction = alone(cluster, "cluster_only")
        terms.cluster = total
    elseif finding then
        total, pattern, direction = alone(finding, "single")
        terms.single = total
    else
        return 0, "single", "weak", "neutral", "low"
    end

    local market = input.market
    local around = context(market, direction)
    if around ~= 0 then
        terms.context = around
        total = total + around
        if total < 0 then
            terms.floor = -total
            total = 0
        end
    end
    local strength, volatility = levels(total, market.volatility_pct, finding.volume_usd,
        finding.threshold_usd)
    return total, pattern, strength, pressure_of[direction], volatility
end
