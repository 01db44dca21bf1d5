-- Record: the share of hits among earlier alerts of the symbol. Abstains while too few are known.
--
--   example: 6 of 10 were hits: 0.6

local record_from = params.record_from

return function(history)
    if history.outcomes < record_from then
        return nil
    end
    return history.hit_share
end
