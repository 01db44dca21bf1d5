// Counts against the limits of the configuration.
#include "feed/connection_budget.hpp"

#include <numeric>
#include <string>
#include <string_view>

namespace petrel::core {
namespace {

Status limit_passed(std::string_view key, std::uint32_t limit, std::uint32_t wanted) {
    return Status::invalid("with its connections there would be " + std::to_string(wanted) +
                           ", more than connections." + std::string(key) + " = " +
                           std::to_string(limit) +
                           " allows: raise it, or take fewer symbols or less redundancy");
}

}  // namespace

Status ConnectionBudget::replace(const ConnectionCounts& held, const ConnectionCounts& wanted) {
    constexpr std::array<std::string_view, 4> keys{"market_data", "user_data", "trading", "system"};
    const ConnectionCounts limits{limits_.market_data, limits_.user_data, limits_.trading,
                                  limits_.system};
    ConnectionCounts next{};
    for (std::size_t i = 0; i < next.size(); ++i) {
        next[i] = used_[i] - held[i] + wanted[i];
        if (next[i] > limits[i]) {
            return limit_passed(keys[i], limits[i], next[i]);
        }
    }
    if (const auto all = std::accumulate(next.begin(), next.end(), 0U); all > limits_.total) {
        return limit_passed("total", limits_.total, all);
    }
    used_ = next;
    return {};
}

}  // namespace petrel::core
