// A journal as shards are fed from it: handles translated into this run's, and the rules entry that
// was in force for each batch. What `replay` and the start of `run` both read.
//
// A journal may come from elsewhere: kinds, sides and handles are checked before they index
// anything. Owned by one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "journal/journal_reader.hpp"
#include "normaliser/instrument_registry.hpp"
#include "petrel/result.hpp"

namespace petrel::core {

class JournalFeed {
public:
    static constexpr std::size_t kDetectorChangesMax = 64;

    // `registry` outlives it and learns the recorded instruments.
    JournalFeed(std::unique_ptr<journal::JournalReader> reader, InstrumentRegistry& registry);

    // The next events and ticks of one shard of the recording, in its order; empty at the end.
    // Valid until the next call.
    Result<std::span<const MarketEvent>> next();

    // Of the batch returned last: the control entry about rules; empty when none came before.
    [[nodiscard]] const std::string& rules_entry() const { return rules_entry_; }
    // So far: the detectors whose libraries were replaced while this was recorded, a sentence each.
    [[nodiscard]] const std::set<std::string>& detector_changes() const {
        return detector_changes_;
    }
    // Events left out, as their instrument was never defined or a figure is impossible.
    [[nodiscard]] std::uint64_t unsound() const { return unsound_; }
    [[nodiscard]] const journal::ReaderFigures& figures() const { return reader_->figures(); }

private:
    void note(const journal::JournalEntry& entry);
    void define(const std::vector<journal::InstrumentLine>& instruments);
    std::span<const MarketEvent> translate(std::span<const MarketEvent> events);

    std::unique_ptr<journal::JournalReader> reader_;
    InstrumentRegistry& registry_;
    std::vector<InstrumentId> handles_;  // recorded handle to ours
    std::vector<MarketEvent> batch_;
    std::string rules_entry_;                        // of the batch
    std::map<std::uint16_t, std::string> rules_of_;  // by shard of the recording
    std::set<std::string> detector_changes_;         // at most kDetectorChangesMax
    std::uint64_t unsound_ = 0;
};

}  // namespace petrel::core
