// The journal as a replay reads it: events as they were fed, handles translated into this run's.
#pragma once

#include <memory>
#include <vector>

#include "journal/journal_reader.hpp"
#include "normaliser/instrument_registry.hpp"
#include "normaliser/normaliser.hpp"
#include "replay/event_source.hpp"

namespace petrel::core {

class JournalSource final : public EventSource {
public:
    JournalSource(std::unique_ptr<journal::JournalReader> reader, InstrumentRegistry& registry);

    Result<std::span<const MarketEvent>> next() override;
    [[nodiscard]] bool has_ticks() const override { return true; }

private:
    void define(const std::vector<journal::InstrumentLine>& instruments);
    // Replaces the recorded handles; events whose instrument was never defined are dropped.
    std::span<const MarketEvent> translate(std::span<const MarketEvent> events);

    std::unique_ptr<journal::JournalReader> reader_;
    InstrumentRegistry& registry_;
    std::vector<InstrumentId> handles_;  // recorded handle to ours
    std::vector<MarketEvent> batch_;
};

}  // namespace petrel::core
