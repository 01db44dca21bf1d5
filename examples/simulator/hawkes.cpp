// Sampling by Ogata's thinning: between events the intensity only falls, so the intensity at the
// last look is an upper bound for what follows.
#include "hawkes.hpp"

#include <algorithm>
#include <cmath>

namespace petrel::sim {

std::optional<double> Hawkes::next(double until_s) {
    while (now_s_ < until_s) {
        const double bound = intensity();
        if (bound <= 0.0) {
            break;
        }
        const double candidate = now_s_ + rng_.exponential(bound);
        if (candidate > until_s) {
            break;
        }
        move_to(candidate);
        if (rng_.uniform() * bound <= intensity()) {
            return candidate;
        }
    }
    move_to(std::max(now_s_, until_s));
    return std::nullopt;
}

void Hawkes::excite(double weight) {
    excitation_ = std::min(excitation_ + parameters_.branching * parameters_.decay_per_s * weight,
                           kIntensityMax);
}

void Hawkes::move_to(double time_s) {
    excitation_ *= std::exp(-parameters_.decay_per_s * (time_s - now_s_));
    now_s_ = time_s;
}

}  // namespace petrel::sim
