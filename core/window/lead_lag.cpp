// Sums over at most 512 buckets for each of eleven leads, in a fixed order.
#include "window/lead_lag.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace petrel::core {
namespace {

constexpr std::size_t kReturnsMin = 10;

struct Returns {
    std::array<double, kLeadLagPricesMax> less_mean{};
    double squares = 0;

    void take(std::span<const double> prices) {
        const std::size_t count = prices.size() - 1;
        double sum = 0;
        for (std::size_t i = 0; i < count; ++i) {
            less_mean[i] = std::log(prices[i + 1] / prices[i]);
            sum += less_mean[i];
        }
        for (std::size_t i = 0; i < count; ++i) {
            less_mean[i] -= sum / static_cast<double>(count);
            squares += less_mean[i] * less_mean[i];
        }
    }
};

}  // namespace

LeadLag lead_lag(std::span<const double> first, std::span<const double> second) {
    std::size_t size = std::min({first.size(), second.size(), kLeadLagPricesMax});
    first = first.last(size);
    second = second.last(size);
    while (size > 0 && (first.front() <= 0 || second.front() <= 0)) {
        first = first.subspan(1);
        second = second.subspan(1);
        --size;
    }
    LeadLag found;
    if (size <= kReturnsMin) {
        return found;
    }
    Returns a;
    Returns b;
    a.take(first);
    b.take(second);
    const double scale = std::sqrt(a.squares * b.squares);
    if (!(scale > 0)) {
        return found;
    }
    const auto count = static_cast<int>(size) - 1;
    const auto at = [&](int lead) {
        double sum = 0;
        for (int i = std::max(0, -lead); i < count && i + lead < count; ++i) {
            sum += a.less_mean[static_cast<std::size_t>(i)] *
                   b.less_mean[static_cast<std::size_t>(i + lead)];
        }
        return sum / scale;
    };
    found.correlation = at(0);
    found.at_lead = found.correlation;
    for (int size_of_lead = 1; size_of_lead <= kLeadMax; ++size_of_lead) {
        for (const int lead : {size_of_lead, -size_of_lead}) {
            if (const double r = at(lead); r > found.at_lead) {
                found.lead = lead;
                found.at_lead = r;
            }
        }
    }
    return found;
}

}  // namespace petrel::core
