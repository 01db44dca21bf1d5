-- The smallest rule pack: one idea, one parameter, one test. Copy the folder and change it.
return {
    name = "hello",
    version = "1.0",
    api = 1,
    description = "A finding counts by how far it passes its minimum",
    parameters = {
        { name = "min_score", type = "number", min = 0, max = 10, default = 1.5,
            description = "times the minimum from which it is said" },
    },
    fallback = { decision = "hold", reason = "rule_error", score = 0 },
}
