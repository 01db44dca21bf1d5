// Stage 2: what an adapter decoded becomes a market event that the rest may trust.
//
// Checks kind, side, finiteness and bounds; stamps the venue; clamps exchange times that lie ahead
// of receipt; marks sampled feeds; drops duplicates and tells of gaps. What is refused is counted
// by reason. Runs on the feed thread that owns the venue; reads no clock.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "coverage/stream_gap.hpp"
#include "normaliser/instrument_registry.hpp"
#include "normaliser/stream_memory.hpp"
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
    explicit Normaliser(const InstrumentRegistry& registry, NormaliserLimits limits = {})
        : registry_(registry), limits_(limits) {}

    // Checks the events of one frame in place; those that pass are moved to the front, in order.
    // Returns how many. `venue` is the one that sent them.
    std::size_t accept(VenueId venue, std::span<MarketEvent> frame);

    // Gaps that the frames since the last call showed, in their order.
    [[nodiscard]] bool has_gaps() const { return !gaps_.empty(); }
    std::vector<StreamGap> take_gaps() { return std::exchange(gaps_, {}); }
    // Gaps that found no room in between.
    [[nodiscard]] std::uint64_t gaps_lost() const { return gaps_lost_; }
    // The connection of the stream broke: its next live event brings a gap with after_break set.
    // Returns the exchange time of its latest event; 0: there was none, and no gap will come.
    std::int64_t on_break(InstrumentId instrument, std::uint8_t kind);
    // Ids of the gap that have not come since; 0 also for a gap without ids.
    [[nodiscard]] std::uint64_t missing(const StreamGap& gap) const;

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
    StreamMemory* memory_of(InstrumentId instrument, std::uint8_t kind) const;

    const InstrumentRegistry& registry_;
    NormaliserLimits limits_;
    std::uint32_t frame_ = 0;
    std::vector<std::array<std::unique_ptr<StreamMemory>, 2>> memories_;  // trade, liquidation
    std::vector<StreamGap> gaps_;
    std::uint64_t gaps_lost_ = 0;
    std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(Refusal::Count_)> refused_{};
    std::atomic<std::uint64_t> accepted_{0};
    std::atomic<std::uint64_t> clamped_{0};
};

}  // namespace petrel::core
