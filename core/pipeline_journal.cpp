// Definitions and control entries are taken in on the way to the next events.
#include "pipeline_journal.hpp"

#include <cmath>

#include "pipeline_rules.hpp"
#include "pipeline_shard.hpp"
#include "pipeline_takeover.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kHandlesMax = InstrumentRegistry::kInstrumentsMax;

bool sound(const MarketEvent& event) {
    if (event.kind == kBlindEvent) {
        return event.reserved == PETREL_EVENT_TRADE || event.reserved == PETREL_EVENT_LIQUIDATION;
    }
    return event.kind != 0 && event.kind < PETREL_EVENT_KIND_END &&
           event.side <= PETREL_SIDE_SHORT && std::isfinite(event.price) &&
           std::isfinite(event.quantity) && event.notional_usd >= 0 && event.notional_usd < 1e15;
}

}  // namespace

JournalFeed::JournalFeed(std::unique_ptr<journal::JournalReader> reader,
                         InstrumentRegistry& registry)
    : reader_(std::move(reader)), registry_(registry) {}

void JournalFeed::define(const std::vector<journal::InstrumentLine>& instruments) {
    for (const journal::InstrumentLine& line : instruments) {
        if (line.handle >= kHandlesMax) {
            continue;
        }
        std::size_t venue = registry_.find_venue(line.venue);
        if (venue == InstrumentRegistry::kVenuesMax) {
            VenueEntry entry;
            entry.name = line.venue;
            venue = registry_.add_venue(entry);
        }
        petrel_instrument instrument{};
        instrument.size = sizeof(instrument);
        instrument.type = line.type;
        instrument.native = text_of(line.native);
        instrument.base = text_of(line.base);
        instrument.quote = text_of(line.quote);
        instrument.settle = text_of(line.quote);
        instrument.price_divisor = line.price_divisor;
        instrument.expiry_ns = line.expiry_ns;
        if (line.handle >= handles_.size()) {
            handles_.resize(line.handle + 1U, PETREL_NO_INSTRUMENT);
        }
        handles_[line.handle] = registry_.add(static_cast<VenueId>(venue), instrument);
    }
}

std::span<const MarketEvent> JournalFeed::translate(std::span<const MarketEvent> events) {
    batch_.resize(events.size());
    std::size_t kept = 0;
    for (const MarketEvent& event : events) {
        MarketEvent& to = batch_[kept];
        to = event;
        if (event.kind == kTickEvent) {
            ++kept;
            continue;
        }
        const InstrumentId ours =
            event.instrument < handles_.size() ? handles_[event.instrument] : PETREL_NO_INSTRUMENT;
        if (ours == PETREL_NO_INSTRUMENT || !sound(event)) {
            ++unsound_;
            continue;
        }
        to.instrument = ours;
        to.venue = registry_.instrument(ours).venue;
        ++kept;
    }
    return {batch_.data(), kept};
}

void JournalFeed::note(const journal::JournalEntry& entry) {
    if (is_rules_entry(entry.text)) {
        rules_of_[entry.shard] = entry.text;
    } else if (is_detector_entry(entry.text) && detector_changes_.size() < kDetectorChangesMax) {
        detector_changes_.insert(detector_change(entry.text));
    }
}

Result<std::span<const MarketEvent>> JournalFeed::next() {
    journal::JournalEntry entry;
    for (;;) {
        Result<bool> more = reader_->next(entry);
        if (!more.ok()) {
            return more.status();
        }
        if (!*more) {
            return std::span<const MarketEvent>();
        }
        if (entry.kind == journal::BlockKind::Instruments) {
            define(entry.instruments);
        } else if (entry.kind == journal::BlockKind::Control) {
            note(entry);
        } else if (entry.kind == journal::BlockKind::Events) {
            const std::span<const MarketEvent> events = translate(entry.events);
            if (!events.empty()) {
                rules_entry_ = rules_of_[entry.shard];
                return events;
            }
        }
    }
}

}  // namespace petrel::core
