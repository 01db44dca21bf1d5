// Quantiles by the nearest rank.
#include "notifier/minute_figures.hpp"

#include <algorithm>
#include <cmath>

#include "petrel/abi/notifier.h"

namespace petrel::core {
namespace {

constexpr std::size_t kValuesMax = 4'096;
constexpr std::int64_t kMinuteNs = 60 * kNsPerSecond;

void keep(std::vector<double>& values_ms, std::int64_t span_ns) {
    if (values_ms.size() < kValuesMax) {
        values_ms.push_back(static_cast<double>(std::max<std::int64_t>(span_ns, 0)) / kNsPerMs);
    }
}

std::optional<double> quantile(std::vector<double>& values, double share) {
    if (values.empty()) {
        return std::nullopt;
    }
    std::sort(values.begin(), values.end());
    const double rank = std::ceil(share * static_cast<double>(values.size()));
    return values[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

}  // namespace

void MinuteFigures::admitted(std::int64_t write_ns) {
    ++row_.signals;
    keep(writes_ms_, write_ns);
}

void MinuteFigures::settled(const DeliveryOutcome& outcome, std::int64_t now_ns) {
    switch (outcome.result) {
        case DeliveryResult::Delivered:
            ++row_.delivered;
            if (outcome.delivery.alert.phase != PETREL_ALERT_IMAGE) {  // nobody waited for it
                keep(latencies_ms_, now_ns - outcome.delivery.row.created_ns);
            }
            break;
        case DeliveryResult::Retry:
            ++row_.retried;
            break;
        case DeliveryResult::Refused:
        case DeliveryResult::Broken:
            ++row_.refused;
            break;
        case DeliveryResult::Untried:
            break;
    }
}

std::optional<MetricsRow> MinuteFigures::ended(std::int64_t now_ns) {
    const std::int64_t minute_ns = now_ns - now_ns % kMinuteNs;
    if (row_.at_ns == 0 || row_.at_ns >= minute_ns) {
        row_.at_ns = row_.at_ns == 0 ? minute_ns : row_.at_ns;
        return std::nullopt;
    }
    MetricsRow done = row_;
    done.latency_p50_ms = quantile(latencies_ms_, 0.5);
    done.latency_p99_ms = quantile(latencies_ms_, 0.99);
    done.latency_max_ms = quantile(latencies_ms_, 1);
    done.write_p99_ms = quantile(writes_ms_, 0.99);
    const bool worth_it = done.signals + done.delivered + done.retried + done.refused > 0;
    row_ = MetricsRow();
    row_.at_ns = minute_ns;
    latencies_ms_.clear();
    writes_ms_.clear();
    return worth_it ? std::optional<MetricsRow>(std::move(done)) : std::nullopt;
}

}  // namespace petrel::core
