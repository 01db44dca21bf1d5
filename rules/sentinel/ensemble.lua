-- Ensemble: three that know nothing of the score say whether the storm is meant. Confidence is the
-- weighted mean of those that voted; nil, which holds, when none did.
--
--   example: price 0.8 and flow 0.7 voted, no record yet: (0.4 x 0.8 + 0.4 x 0.7) / 0.8 = 0.75

local price = use("voters/price")
local flow = use("voters/flow")
local record = use("voters/record")

local weight_price = params.weight_price
local weight_flow = params.weight_flow
local weight_record = params.weight_record

local direction_of = { bearish = -1, neutral = 0, bullish = 1 }

return function(input, score, votes)
    local direction = direction_of[score.pressure]
    if direction == 0 then
        return nil
    end
    local sum, whole = 0, 0
    local vote = price(direction)
    if vote then
        votes.price = vote
        sum, whole = sum + weight_price * vote, whole + weight_price
    end
    vote = flow(direction)
    if vote then
        votes.flow = vote
        sum, whole = sum + weight_flow * vote, whole + weight_flow
    end
    vote = record(input.history)
    if vote then
        votes.record = vote
        sum, whole = sum + weight_record * vote, whole + weight_record
    end
    return whole > 0 and sum / whole or nil
end
