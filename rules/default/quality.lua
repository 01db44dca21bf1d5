-- Quality: how well a finding is borne out, whatever its score is. 0 to 1.
--
-- Six shares, each 0 to 1, with weights that are scaled to 1 together. What is not known counts
-- half, so that a blind view neither makes nor breaks an alert.
--
--   example: three times its minimum (1 x 0.25), 10 events of one side (1 x 0.25), one venue
--            (0 x 0.1), all seen (1 x 0.25), spread unknown (0.5 x 0.1), no sample (1 x 0.05): 0.85

local margin_full = params.quality_margin_full
local per_margin = 1 / (margin_full - 1)
local per_event = 0.5 / params.quality_events_full
local per_venue = 1 / (params.quality_venues_full - 1)
local per_spread_bp = 1 / params.quality_spread_full_bps

local sum = params.quality_margin + params.quality_agreement + params.quality_venues +
    params.quality_coverage + params.quality_spread + params.quality_complete
local scale = sum > 0 and 1 / sum or 0
local weight = {
    margin = params.quality_margin * scale,
    agreement = params.quality_agreement * scale,
    venues = params.quality_venues * scale,
    coverage = params.quality_coverage * scale,
    spread = params.quality_spread * scale,
    complete = params.quality_complete * scale,
}
local of_margin, of_agreement, of_venues = weight.margin, weight.agreement, weight.venues
local of_coverage, of_spread, of_complete = weight.coverage, weight.spread, weight.complete

-- The sum, then the shares of margin, agreement, venues, spread and completeness.
local function of(finding, market)
    local threshold = finding.threshold_usd
    local margin = 0.5
    if threshold > 0 then
        margin = (finding.volume_usd / threshold - 1) * per_margin
        if margin > 1 then margin = 1 elseif margin < 0 then margin = 0 end
    end
    -- A single event has nothing beside it that could agree.
    local agreement = 0.5
    if finding.window_s > 0 then
        agreement = finding.events * per_event
        if agreement > 0.5 then agreement = 0.5 end
        local dominance = finding.dominance
        if dominance > 0.5 then agreement = agreement + dominance - 0.5 end
    end
    local venues = (market.venues - 1) * per_venue
    if venues > 1 then venues = 1 elseif venues < 0 then venues = 0.5 end
    local spread = 0.5
    local spread_bps = market.spread_bps
    if spread_bps > 0 then
        spread = 1 - spread_bps * per_spread_bp
        if spread < 0 then spread = 0 end
    end
    local complete = finding.sampled and 0 or 1
    return margin * of_margin + agreement * of_agreement + venues * of_venues +
        market.coverage * of_coverage + spread * of_spread + complete * of_complete,
        margin, agreement, venues, spread, complete
end

return { of = of, weight = weight }
