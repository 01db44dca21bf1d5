// Stage 2, the checks. Bounds are of plausibility, not of taste: they keep sums finite and exact.
#include "normaliser/normaliser.hpp"

#include <cmath>

namespace petrel::core {
namespace {

constexpr std::size_t kGapsMax = 4'096;
constexpr std::int64_t kYear2009_ns = 1'230'768'000 * kNsPerSecond;
constexpr std::int64_t kYear2100_ns = 4'102'444'800 * kNsPerSecond;

std::size_t memory_index(std::uint8_t kind) { return kind == PETREL_EVENT_TRADE ? 0 : 1; }

bool side_fits(std::uint8_t kind, std::uint8_t side) {
    switch (kind) {
        case PETREL_EVENT_TRADE:
            return side == PETREL_SIDE_BUY || side == PETREL_SIDE_SELL;
        case PETREL_EVENT_LIQUIDATION:
            return side == PETREL_SIDE_LONG || side == PETREL_SIDE_SHORT;
        case PETREL_EVENT_BEST_BID:
            return side == PETREL_SIDE_BUY;
        case PETREL_EVENT_BEST_ASK:
            return side == PETREL_SIDE_SELL;
        default:
            return side == PETREL_SIDE_NONE;
    }
}

bool within(double value, double low, double high) { return value >= low && value <= high; }

bool numbers_fit(const MarketEvent& e, const NormaliserLimits& limits) {
    switch (e.kind) {
        case PETREL_EVENT_FUNDING:
            return within(e.price, -1.0, 1.0) && within(e.quantity, 0.0, 8'760.0);
        case PETREL_EVENT_OPEN_INTEREST:
            // Open interest is a level, not a flow: it may exceed what one event can move.
            return within(e.price, 0.0, limits.price_max) &&
                   within(e.quantity, 0.0, limits.quantity_max) &&
                   within(e.notional_usd, 0.0, limits.notional_usd_max * 1e3);
        case PETREL_EVENT_SENTIMENT:
            return within(e.price, -1.0, 1.0) && within(e.quantity, 0.0, 1.0) &&
                   e.notional_usd == 0.0;
        case PETREL_EVENT_MARK_PRICE:
            return e.price > 0.0 && within(e.price, 0.0, limits.price_max) &&
                   within(e.quantity, 0.0, limits.price_max);
        default:
            return e.price > 0.0 && within(e.price, 0.0, limits.price_max) &&
                   within(e.quantity, 0.0, limits.quantity_max) &&
                   within(e.notional_usd, 0.0, limits.notional_usd_max);
    }
}

// Counters have one writer, so a plain add is enough and cheaper than a locked one.
void count(std::atomic<std::uint64_t>& counter, std::uint64_t n) {
    counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

}  // namespace

bool Normaliser::refuse(Refusal reason) {
    count(refused_[static_cast<std::size_t>(reason)], 1);
    return false;
}

bool Normaliser::valid(const MarketEvent& event) {
    if (event.kind == 0 || event.kind >= PETREL_EVENT_KIND_END) {
        return refuse(Refusal::Kind);
    }
    if (event.instrument >= registry_.instrument_count()) {
        return refuse(Refusal::Instrument);
    }
    if (!side_fits(event.kind, event.side)) {
        return refuse(Refusal::Side);
    }
    if (!numbers_fit(event, limits_)) {
        return refuse(Refusal::Number);
    }
    if (event.exchange_ts_ns < kYear2009_ns || event.exchange_ts_ns > kYear2100_ns) {
        return refuse(Refusal::Time);
    }
    return true;
}

void Normaliser::stamp(VenueId venue, MarketEvent& event) {
    event.venue = venue;
    if (event.count == 0) {
        event.count = 1;
    }
    if ((registry_.venue(venue).sampled_kinds & PETREL_KIND_BIT(event.kind)) != 0) {
        event.flags |= PETREL_FLAG_SAMPLED;
    }
    if (event.receive_ts_ns == 0) {
        event.receive_ts_ns = event.exchange_ts_ns;
    }
    if (event.exchange_ts_ns > event.receive_ts_ns + limits_.ahead_ns_max) {
        event.exchange_ts_ns = event.receive_ts_ns;
        event.flags |= PETREL_FLAG_TIME_CLAMPED;
        count(clamped_, 1);
    }
}

bool Normaliser::duplicate(const MarketEvent& event) {
    if (event.kind != PETREL_EVENT_TRADE && event.kind != PETREL_EVENT_LIQUIDATION) {
        return false;  // states, not flows: a repeat changes nothing
    }
    if (event.instrument >= memories_.size()) {
        memories_.resize(event.instrument + 1U);
    }
    auto& memory = memories_[event.instrument][memory_index(event.kind)];
    if (memory == nullptr) {
        memory = std::make_unique<StreamMemory>();
    }
    StreamGap gap;
    const StreamMemory::Judgement judgement = memory->judge(event, frame_, gap);
    if (judgement == StreamMemory::Judgement::NewWithGap) [[unlikely]] {
        if (gaps_.size() < kGapsMax) {
            gaps_.push_back(gap);
        } else {
            ++gaps_lost_;
        }
    }
    return judgement == StreamMemory::Judgement::Duplicate;
}

StreamMemory* Normaliser::memory_of(InstrumentId instrument, std::uint8_t kind) const {
    const bool flow = kind == PETREL_EVENT_TRADE || kind == PETREL_EVENT_LIQUIDATION;
    return flow && instrument < memories_.size() ? memories_[instrument][memory_index(kind)].get()
                                                 : nullptr;
}

std::int64_t Normaliser::on_break(InstrumentId instrument, std::uint8_t kind) {
    StreamMemory* memory = memory_of(instrument, kind);
    return memory == nullptr ? 0 : memory->on_break();
}

std::uint64_t Normaliser::missing(const StreamGap& gap) const {
    const StreamMemory* memory = memory_of(gap.instrument, gap.kind);
    return memory == nullptr || !gap.has_ids() ? 0
                                               : memory->ids().missing(gap.first_id, gap.last_id);
}

std::size_t Normaliser::accept(VenueId venue, std::span<MarketEvent> frame) {
    ++frame_;
    std::size_t kept = 0;
    for (MarketEvent& event : frame) {
        if (!valid(event)) {
            continue;
        }
        stamp(venue, event);
        if (duplicate(event)) {
            (void)refuse(Refusal::Duplicate);
            continue;
        }
        if (&frame[kept] != &event) {
            frame[kept] = event;
        }
        ++kept;
    }
    count(accepted_, kept);
    return kept;
}

}  // namespace petrel::core
