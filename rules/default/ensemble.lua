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

local ballot = use("lib/ballot")
local sight = use("lib/sight")
local technical = use("voters/technical")
local price_action = use("voters/price_action")
local sentiment = use("voters/sentiment")
local regime = use("voters/regime")

local add, mean, followed = ballot.add, ballot.mean, ballot.followed
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

-- What came of earlier alerts of the kind: nil while too few outcomes are known.
local function risk(history)
    if history.outcomes < risk_from then
        return nil
    end
    return 1 - risk_losses * (1 - history.hit_share)
end

local function data_quality(finding, seen)
    if seen and finding.sampled then
        seen = seen - sampled_loss
        return seen > 0 and seen or 0
    end
    return seen
end

-- The weights when they follow accuracy: written down, because they are not the declared ones.
local function follow(accuracy, weights)
    local t = followed(weight_technical, accuracy.technical)
    local p = followed(weight_price_action, accuracy.price_action)
    local s = followed(weight_sentiment, accuracy.sentiment)
    local r = followed(weight_regime, accuracy.regime)
    weights.technical, weights.price_action, weights.sentiment, weights.regime = t, p, s, r
    return t, p, s, r
end

-- Feeling, its age (below 0: nothing was told) and the impact of news, for the voter sentiment.
local function told(_)
    return 0, -1, 0
end

return function(input, score, votes, weights, parts)
    local finding = input.storm or input.cluster or input.finding
    if not finding then
        return nil, nil
    end
    local market = input.market
    local direction = direction_of[score.pressure]
    local seen = sight(finding)
    local feeling, age_s, impact = told(market)

    local t = technical(finding, market, direction, seen)
    local p = price_action(market, direction)
    local s = sentiment(direction, feeling, age_s, impact)
    local r = regime(market)
    votes.technical = t
    if p then votes.price_action = p end
    if s then votes.sentiment = s end
    if r then votes.regime = r end

    local wt, wp, ws, wr = weight_technical, weight_price_action, weight_sentiment, weight_regime
    if follows then
        wt, wp, ws, wr = follow(input.accuracy, weights)
    end
    local sum, whole = wt * t, wt
    sum, whole = add(sum, whole, p, wp)
    sum, whole = add(sum, whole, s, ws)
    sum, whole = add(sum, whole, r, wr)
    local confidence = mean(sum, whole)

    local data = data_quality(finding, seen)
    local risky = risk(input.history)
    parts.technical = t
    if data then parts.data_quality = data end
    if s then parts.sentiment = s end
    if risky then parts.risk = risky end
    if r then parts.regime = r end
    sum, whole = add(of_technical * t, of_technical, data, of_data)
    sum, whole = add(sum, whole, s, of_sentiment)
    sum, whole = add(sum, whole, risky, of_risk)
    sum, whole = add(sum, whole, r, of_regime)
    return confidence, mean(sum, whole)
end
