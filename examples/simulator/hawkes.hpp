// A self-exciting (Hawkes) point process with an exponential kernel: each event makes the next
// ones likelier for a while, which is what makes liquidations come in cascades.
//
//   intensity(t) = base + sum over past events of branching * decay * weight * exp(-decay * age)
//
// `branching` is the mean number of events that one event brings forth: below 1 every cascade
// dies out, near 1 it lasts. One object per symbol and side, owned by the market, on its thread.
#pragma once

#include <optional>

#include "rng.hpp"

namespace petrel::sim {

struct HawkesParameters {
    double base_per_s = 0.01;
    double branching = 0.5;
    double decay_per_s = 1.2;
};

class Hawkes {
public:
    // Beyond this many events a second the process is cut off: a bound, never the usual case.
    static constexpr double kIntensityMax = 200.0;

    Hawkes(HawkesParameters parameters, Rng rng) : parameters_(parameters), rng_(rng) {}

    // The time of the next event in (now, until_s]; without one the process moves on to until_s.
    // The event does not excite by itself: call excite() with its weight.
    std::optional<double> next(double until_s);

    // An event of this weight (1 = of mean size) happened now.
    void excite(double weight);

    void set_base(double base_per_s) { parameters_.base_per_s = base_per_s; }
    void set_branching(double branching) { parameters_.branching = branching; }
    [[nodiscard]] double intensity() const { return parameters_.base_per_s + excitation_; }

private:
    void move_to(double time_s);

    HawkesParameters parameters_;
    Rng rng_;
    double now_s_ = 0.0;
    double excitation_ = 0.0;
};

}  // namespace petrel::sim
