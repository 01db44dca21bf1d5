// How large a sum really was of which some venues show a sample.
//
// Stage 4. A venue that shows at most one liquidation of a contract in an interval (Binance and
// OKX: a second) hides more the denser they come, and the share of intervals in which it shows none
// tells how dense they are. Pure: no clock, no state.
#pragma once

#include <cstdint>
#include <functional>

#include "petrel/abi/detector.h"
#include "window/window.hpp"

namespace petrel::core {

// The sample of this venue and kind shows at most one event in so many milliseconds; 0: it is no
// sample, or its rule is not known.
using SampleInterval = std::function<std::uint32_t(std::uint16_t venue, std::uint8_t kind)>;

// Both are 0 while they cannot be told, `high_usd` alone when there is no upper bound.
struct TotalEstimate {
    double likely_usd = 0;
    double high_usd = 0;
};

// By how much a sample's sum is to be multiplied.
struct HiddenFactor {
    double likely = 1;
    double high = 0;  // exceeded in one of twenty cases; 0: no bound
};

// `shown`: events shown in `intervals` intervals, of which the first and the last have one each.
//
// If events come at random with mean m an interval, the share without any is exp(-m), and one that
// shows an event stands for m / (1 - exp(-m)) of them (the mean of a zero-truncated Poisson
// variable). The share is estimated from the intervals between the first and the last as
// (empty + 1/2) / (intervals + 1), the mean of its posterior under Jeffreys' prior. For `high` it
// is the lower end of Wilson's score interval of one-sided 95 % (E. B. Wilson, J. Am. Stat. Assoc.
// 22, 1927, 209-212), which is 0 when every interval shows one: then any density is possible.
HiddenFactor hidden_factor(std::uint64_t shown, std::uint64_t intervals);

// Adds to the finding's sum what its venues hid of its side inside its window: each hidden event at
// the mean size of those shown, and for `high_usd` also 1.645 standard deviations of a compound
// Poisson sum (the root of number times mean square of the size). Sizes are heavy-tailed: a hidden
// giant unlike anything shown exceeds the bound. A sum without samples is exact and both figures
// are the sum itself; for a sample without a rule, or a window longer than single events are kept,
// neither is known.
TotalEstimate estimate_total(const Window& window, const petrel_finding& finding,
                             const SampleInterval& interval);

}  // namespace petrel::core
