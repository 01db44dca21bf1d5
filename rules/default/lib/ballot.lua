-- Ballot: a weight by how often its voter was right.
--
-- Unchanged at an accuracy of 0.5, which is also that of a voter of whom nothing is known; with
-- weights_follow_accuracy = 1 doubled for one that was always right, and nothing for one that never
-- was.
--
--   example: weight 0.4, accuracy 0.75, weights_follow_accuracy 1: 0.4 x (1 + 0.5) = 0.6

local follow = params.weights_follow_accuracy

return function(weight, accuracy)
    return weight * (1 + follow * (2 * accuracy - 1))
end
