-- Writes every part of its input; the next call must see none of it.
-- when: harmless
-- expect: no fault
return function(input, terms)
    if input.symbol == "ATTACK" then
        input.symbol = "MINE"
        input.type = 7
        input.now_s = 0 / 0
        input.storm.volume_usd = -1
        input.storm.side = {}
        input.storm = { volume_usd = "none" }
        input.market.price = 1 / 0
        input.market = nil
        input.history.cooldown_s = "x"
        input.history = error
        input.cluster = input
        input.finding = nil
    end
    return 0.5, "single", "weak", "neutral", "low"
end
