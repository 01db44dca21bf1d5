// The journal as a replay reads it: events as they were fed, with the rules that were in force.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "pipeline_journal.hpp"
#include "replay/event_source.hpp"

namespace petrel::core {

class JournalSource final : public EventSource {
public:
    // `directory` is the journal's folder, beside whose segments the rule packs are kept.
    JournalSource(std::unique_ptr<journal::JournalReader> reader, InstrumentRegistry& registry,
                  std::string directory);

    Result<std::span<const MarketEvent>> next() override;
    [[nodiscard]] bool has_ticks() const override { return true; }
    [[nodiscard]] const RulesMark& rules() const override { return rules_; }
    [[nodiscard]] std::set<std::string> detector_changes() const override {
        return feed_.detector_changes();
    }

private:
    JournalFeed feed_;
    RulesMark rules_;
};

}  // namespace petrel::core
