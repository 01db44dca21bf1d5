-- Ensemble: how sure are we that the signal is right, and how healthy is what it rests on?
--
-- Four voters (voters/*.lua) say how sure they are, 0 to 1, or abstain. Confidence is their
-- weighted mean: technical 0.4, price action 0.2, sentiment 0.2, regime 0.2. Health is that of its
-- parts: data quality 0.25, technical 0.25, sentiment 0.2, risk 0.15, regime 0.15. The weight of
-- what is not known is shared out.
--
--   example: a storm at its minimum, only liquidations known: technical alone votes, 0.9
--   example: the same, the price 0.5 % against it, the market calm:
--            (0.4 x 0.9 + 0.2 x 0.5 + 0.2 x 0.95) / 0.8 = 0.8125: not sure enough

local followed = use("lib/ballot")
local sight = use("lib/sight")
local technical = use("voters/technical")
local price_action = use("voters/price_action")
local sentiment = use("voters/sentiment")
local regime = use("voters/regime")

local follows = params.weights_follow_accuracy > 0
local sampled_loss = params.data_sampled
local risk_losses = params.risk_losses
local risk_from = params.risk_from
local weight_technical, weight_price_action = params.weight_technical, params.weight_price_action
local weight_sentiment, weight_regime = params.weight_sentiment, params.weight_regime
local of_data, of_technical = params.health_data_quality, params.health_technical
local of_sentiment, of_risk = params.health_sentiment, params.health_risk
local of_regime = params.health_regime

local direction_of = { bearish = -1, neutral = 0, bullish = 1 }

-- The weights when they follow accuracy: written down, because they are not the declared ones.
local function follow(accuracy, weights)
    local t = followed(weight_technical, accuracy.technical)
    local p = followed(weight_price_action, accuracy.price_action)
    local s = followed(weight_sentiment, accuracy.sentiment)
    local r = followed(weight_regime, accuracy.regime)
    weights.technical, weights.price_action, weights.sentiment, weights.regime = t, p, s, r
    return t, p, s, r
end

return function(input, score, votes, weights, parts)
    local finding = input.storm or input.cluster or input.finding
    if not finding then
        return nil, nil
    end
    local market = input.market
    local direction = direction_of[score.pressure]
    -- What was seen of the finding. While five minutes were seen whole, nobody looks closer.
    local seen = market.coverage >= 1 and 1 or sight(finding)

    local wt, wp, ws, wr = weight_technical, weight_price_action, weight_sentiment, weight_regime
    if follows then
        wt, wp, ws, wr = follow(input.accuracy, weights)
    end

    -- Sums of what is known and its weight: of the confidence, and of the health.
    local vote = technical(finding, market, direction, seen)
    votes.technical, parts.technical = vote, vote
    local sure, of_all = wt * vote, wt
    local well, of_parts = of_technical * vote, of_technical

    vote = price_action(market, direction)
    if vote then
        votes.price_action = vote
        sure, of_all = sure + wp * vote, of_all + wp
    end
    local age_s = market.sentiment_age_s -- below 0: nothing was told
    vote = age_s >= 0 and sentiment(direction, market.sentiment, age_s, market.news_impact)
    if vote then
        votes.sentiment, parts.sentiment = vote, vote
        sure, of_all = sure + ws * vote, of_all + ws
        well, of_parts = well + of_sentiment * vote, of_parts + of_sentiment
    end
    vote = regime(market)
    if vote then
        votes.regime, parts.regime = vote, vote
        sure, of_all = sure + wr * vote, of_all + wr
        well, of_parts = well + of_regime * vote, of_parts + of_regime
    end

    if seen then
        if finding.sampled then
            seen = seen > sampled_loss and seen - sampled_loss or 0
        end
        parts.data_quality = seen
        well, of_parts = well + of_data * seen, of_parts + of_data
    end
    -- What came of earlier alerts of the kind, once enough outcomes are known.
    local history = input.history
    if history.outcomes >= risk_from then
        local part = 1 - risk_losses * (1 - history.hit_share)
        parts.risk = part
        well, of_parts = well + of_risk * part, of_parts + of_risk
    end
    return of_all > 0 and sure / of_all or nil, of_parts > 0 and well / of_parts or nil
end
