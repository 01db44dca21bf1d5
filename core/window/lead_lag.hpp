// How two series of prices move together, and which of them moves first.
//
// Stage 3, of the prices of two venues by the bucket. Pure; allocates nothing.
#pragma once

#include <cstddef>
#include <span>

namespace petrel::core {

struct LeadLag {
    double correlation = 0;  // of the returns of the same bucket, -1..1; 0 while unknown
    int lead = 0;            // in buckets, positive when the first series moves first
    double at_lead = 0;      // the correlation there: the largest of all leads
};

inline constexpr std::size_t kLeadLagPricesMax = 512;
inline constexpr int kLeadMax = 5;  // buckets either way

// Of the log returns between prices that follow each other, from where both are known (above 0);
// at least ten of them. The usual estimate of cross-correlation (Box, Jenkins: means and variances
// of the whole series). Trades that fall into buckets unevenly lower it (Epps).
LeadLag lead_lag(std::span<const double> first, std::span<const double> second);

}  // namespace petrel::core
