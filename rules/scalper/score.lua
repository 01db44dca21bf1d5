-- Score: size while it is fresh, and whether flow and price of the last seconds agree.
--
--   example: a storm of twice its minimum, just now, all flow selling, price 0.25 % lower:
--            0.8 (capped) + 0.4 + 0.3 = 1.5, bearish

local flow = window.flow
local return_pct = window.return_pct

local half_life_s = params.half_life_s
local part_scale = params.part_scale
local part_cap = params.part_cap
local flow_span_s = params.flow_span_s
local flow_weight = params.flow_weight
local momentum_span_s = params.momentum_span_s
local momentum_weight = params.momentum_weight
local per_pct = 1 / params.momentum_full_pct

-- Longs that are liquidated are sold; so are whales' sales: both press the price down.
local direction_of = { long = -1, sell = -1, short = 1, buy = 1 }
local pressure_of = { [-1] = "bearish", [0] = "neutral", [1] = "bullish" }

local function fresh(finding)
    local threshold = finding.threshold_usd
    if threshold <= 0 then
        return 0
    end
    local share = finding.volume_usd / (part_scale * threshold)
    if share > part_cap then share = part_cap end
    return share * 0.5 ^ (finding.age_s / half_life_s)
end

local function strength_of(total)
    if total < 0.5 then
        return "weak"
    elseif total < 0.9 then
        return "moderate"
    end
    return total < 1.3 and "strong" or "extreme"
end

local function volatility_of(percent)
    if percent < 0.6 then
        return "low"
    elseif percent < 1.5 then
        return "medium"
    end
    return percent < 3 and "high" or "extreme"
end

return function(input, terms)
    local finding = input.storm or input.cluster or input.finding
    if not finding then
        return 0, "single", "weak", "neutral", "low"
    end
    local direction = direction_of[finding.side] or 0
    local size = fresh(finding)

    -- Buyers less sellers over both, -1 to 1, as far as it runs with the pressure.
    local buy_usd, sell_usd = flow("trade", flow_span_s)
    local agrees = 0
    if buy_usd + sell_usd > 0 then
        agrees = direction * (buy_usd - sell_usd) / (buy_usd + sell_usd) * flow_weight
    end

    local moved = direction * return_pct(momentum_span_s) * per_pct
    if moved > 1 then moved = 1 elseif moved < -1 then moved = -1 end
    local momentum = moved * momentum_weight

    terms.size = size
    terms.flow = agrees
    terms.momentum = momentum
    local total = size + agrees + momentum
    if total < 0 then
        terms.floor = -total
        total = 0
    end
    local pattern = "single"
    if input.storm then
        pattern = input.cluster and "storm_and_cluster" or "storm_only"
    elseif input.cluster then
        pattern = "cluster_only"
    end
    return total, pattern, strength_of(total), pressure_of[direction],
        volatility_of(input.market.volatility_pct)
end
