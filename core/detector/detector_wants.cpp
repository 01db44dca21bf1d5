// What a detector asks for, read with bounds, and whether windows that were made for another one
// can serve it.
#include "detector/detector_wants.hpp"

#include <algorithm>

#include "petrel/types.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

constexpr std::uint32_t kInterestsMax = 256;

std::string span_words(std::int64_t ns) {
    return human_duration_ms(static_cast<std::uint64_t>(ns / kNsPerMs));
}

Status check_types(const std::vector<std::string>& types, const std::vector<std::string>& before) {
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (i >= types.size() || types[i] != before[i]) {
            return Status::invalid("its finding type number " + std::to_string(i + 1) + " was " +
                                   before[i] + " and is " + (i < types.size() ? types[i] : "gone") +
                                   "; types may only be appended");
        }
    }
    return {};
}

}  // namespace

std::vector<std::string> finding_types_of(const petrel_detector& table) {
    std::vector<std::string> types;
    const petrel_text* all = nullptr;
    const std::uint32_t count = table.finding_types(&all);
    for (std::uint32_t i = 0; i < count; ++i) {
        types.push_back(string_of(all[i]));
    }
    return types;
}

DetectorWants ask_wants(const DetectorHandle& detector) {
    DetectorWants wants;
    wants.types = finding_types_of(*detector.table);
    wants.interests.resize(kInterestsMax);
    const std::uint32_t wanted =
        detector.table->interests(detector.instance, wants.interests.data(), kInterestsMax);
    wants.interests.resize(std::min(wanted, kInterestsMax));
    return wants;
}

Status check_wants(const DetectorWants& wants, const std::vector<std::string>& types_before,
                   const WindowLimits& limits) {
    if (Status types = check_types(wants.types, types_before); !types.ok()) {
        return types;
    }
    for (const petrel_interest& interest : wants.interests) {
        const bool known = interest.kind > 0 && interest.kind < PETREL_EVENT_KIND_END &&
                           interest.group < limits.keep_trades_from_usd.size();
        if (!known) {
            return Status::invalid("it asks for the kind " + std::to_string(interest.kind) +
                                   " of the group " + std::to_string(interest.group) +
                                   ", which is not there");
        }
        const std::int64_t horizon_ns = interest.horizon_ms * kNsPerMs;
        if (horizon_ns > limits.kept_horizon_ns) {
            return Status::invalid("it asks for the events of " + span_words(horizon_ns) +
                                   ", the windows keep " + span_words(limits.kept_horizon_ns));
        }
        const double kept_from_usd = limits.keep_trades_from_usd[interest.group];
        if (interest.kind == PETREL_EVENT_TRADE && !(interest.notional_usd_min >= kept_from_usd)) {
            return Status::invalid(
                "it asks for trades from " + human_fixed(interest.notional_usd_min, 0) +
                " USD on, the windows keep " +
                (kept_from_usd < 1e15 ? "those from " + human_fixed(kept_from_usd, 0) + " USD on"
                                      : std::string("none")));
        }
    }
    return {};
}

}  // namespace petrel::core
