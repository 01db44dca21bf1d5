-- Ballot: how votes and parts are added up when some are missing.
--
-- Carries two numbers along, the weighted sum and the weight of those that gave one: what is nil
-- abstained, and its weight is shared out among the others.
--
--   example: 0.9 of weight 0.4 and 0.6 of weight 0.2, a third one abstains:
--            (0.4 x 0.9 + 0.2 x 0.6) / (0.4 + 0.2) = 0.8

local follow = params.weights_follow_accuracy

-- The sums with one more.
local function add(sum, whole, value, weight)
    if value then
        return sum + weight * value, whole + weight
    end
    return sum, whole
end

-- The mean; nil when nobody gave a value.
local function mean(sum, whole)
    return whole > 0 and sum / whole or nil
end

-- A weight by how often its voter was right: unchanged at 0.5; with follow = 1 doubled for one that
-- was always right, and nothing for one that never was.
local function followed(weight, accuracy)
    return weight * (1 + follow * (2 * accuracy - 1))
end

return { add = add, mean = mean, followed = followed }
