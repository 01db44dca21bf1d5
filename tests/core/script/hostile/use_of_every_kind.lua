-- Asks use() for things that are no files of the pack.
-- when: call
-- expect: the pack has no such file
return function(input, terms)
    if input.symbol == "ATTACK" then
        for _, name in ipairs({ 1, true, {}, error, "", ".", "..", "/", "score.lua", "pack",
            "tests/a",
            "lib/", "../mini/score",
            "/etc/passwd", "score\0", ("x"):rep(60000) }) do
            if pcall(use, name) then
                return 99
            end
        end
        use("../../etc/passwd")
    end
    return 0.5, "single", "weak", "neutral", "low"
end
