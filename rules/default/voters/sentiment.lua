-- Sentiment: is what people and news say in line with the pressure?
--
-- `feeling` is from -1 (fear) to 1 (greed), `age_s` since it was told (below 0: never), `impact`
-- the weight of the news behind it, 0 to 1, which makes it count up to twice. Agreement adds to
-- sentiment_base, disagreement takes sentiment_against away. Abstains when nothing was told for
-- sentiment_valid_s, and where there is no direction.
--
--   example: bearish, feeling -0.5, no news: 0.9 + 0.1 x 0.5 = 0.95
--   example: bearish, feeling 0.3 with news of impact 1: 0.9 - 0.6 x 0.3 x 2 = 0.54

local base = params.sentiment_base
local gain = 1 - base
local against_max = params.sentiment_against
local valid_s = params.sentiment_valid_s

return function(direction, feeling, age_s, impact)
    if direction == 0 or age_s < 0 or age_s > valid_s then
        return nil
    end
    local share = direction * feeling * (1 + impact)
    if share > 1 then share = 1 elseif share < -1 then share = -1 end
    local vote = base + share * (share > 0 and gain or against_max)
    return vote > 0 and vote or 0
end
