// Stage 2: what an adapter decoded becomes a market event that the rest may trust.
//
// Checks kind, side, finiteness and bounds; stamps the venue; clamps exchange times that lie ahead
// of receipt; marks sampled feeds; drops duplicates. What is refused is counted by reason. Runs on
// the feed thread that owns the venue; reads no clock.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "normaliser/instrument_registry.hpp"
#include "normaliser/sequence_check.hpp"
#include "petrel/types.hpp"

namespace petrel::core {

enum class Refusal : std::uint8_t {
    Kind,        // no kind of ours
    Instrument,  // handle was never given out
    Side,        // side does not belong to the kind
    Number,      // not finite, negative or absurd
    Time,        // exchange time is no time of this century
    Duplicate,   // seen before
    Count_,
};

constexpr std::string_view refusal_name(Refusal refusal) {
    constexpr std::array<std::string_view, 6> names = {"kind",   "instrument", "side",
                                                       "number", "time",       "duplicate"};
    return names[static_cast<std::size_t>(refusal)];
}

struct NormaliserLimits {
    std::int64_t ahead_ns_max = 5 * kNsPerSecond;  // R-F8
    double price_max = 1e12;
    double quantity_max = 1e18;
    double notional_usd_max = 1e12;
};

class Normaliser {
public:
    Normaliser(const InstrumentRegistry& registry, NormaliserLimits limits = {})
        : registry_(registry), limits_(limits) {}

    // Checks the events of one frame in place; those that pass are moved to the front, in order.
    // Returns how many. `venue` is the one that sent them.
    std::size_t accept(VenueId venue, std::span<MarketEvent> frame);

    [[nodiscard]] std::uint64_t refused(Refusal reason) const {
        return refused_[static_cast<std::size_t>(reason)].load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t accepted() const {
        return accepted_.load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t clamped() const { return clamped_.load(std::memory_order_relaxed); }

private:
    bool refuse(Refusal reason);
    bool valid(const MarketEvent& event);
    void stamp(VenueId venue, MarketEvent& event);
    bool duplicate(const MarketEvent& event);

    const InstrumentRegistry& registry_;
    NormaliserLimits limits_;
    std::uint32_t frame_ = 0;
    std::vector<std::unique_ptr<SequenceCheck>> sequences_;  // by instrument, made when needed
    std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(Refusal::Count_)> refused_{};
    std::atomic<std::uint64_t> accepted_{0};
    std::atomic<std::uint64_t> clamped_{0};
};

}  // namespace petrel::core
