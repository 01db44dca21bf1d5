-- Sight: which share of a finding's own span was seen, 0 to 1; nil when that is not known.
--
-- A symbol that was first seen ten seconds ago shows ten of thirty seconds without being blind. A
-- wider span tells both apart: a young symbol has been seen for as long in either.
--
--   example: 30 s span, seen for 20 s, and for 20 of 120 s as well: nothing was missed, 1
--   example: 30 s span, seen for 20 s, but for 110 of 120 s: a third was missed, 0.67

local coverage = window.coverage

local span_s = params.sight_span_s
local wider = 4

-- `finding` with its own window, or none, when the parameter says how far back to look.
return function(finding)
    local kind = "liquidation"
    local side = finding.side
    if side == "buy" or side == "sell" then
        kind = "trade"
    end
    local own_s = finding.window_s
    if own_s < 1 then own_s = span_s end
    local share = coverage(kind, own_s)
    if share >= 1 then
        return 1
    end
    local expected = wider * coverage(kind, wider * own_s)
    if expected > 1 then
        expected = 1
    elseif expected <= 0 then
        return nil
    end
    share = share / expected
    return share < 1 and share or 1
end
