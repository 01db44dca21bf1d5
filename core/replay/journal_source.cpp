// Figures of the feed become those of a source: each remark once, at the end.
#include "replay/journal_source.hpp"

namespace petrel::core {

JournalSource::JournalSource(std::unique_ptr<journal::JournalReader> reader,
                             InstrumentRegistry& registry, std::string directory)
    : feed_(std::move(reader), registry) {
    figures_.bytes_total = feed_.figures().bytes_total;
    rules_.journal = std::move(directory);
}

Result<std::span<const MarketEvent>> JournalSource::next() {
    const std::uint64_t unsound = feed_.unsound();
    Result<std::span<const MarketEvent>> events = feed_.next();
    figures_.bytes = feed_.figures().bytes;
    for (std::uint64_t i = unsound; i < feed_.unsound(); ++i) {
        figures_.skip("journal event without a sound instrument or figure", "the journal");
    }
    if (!events.ok()) {
        return events;
    }
    if (events->empty()) {
        for (const std::string& remark : feed_.figures().remarks) {
            figures_.skip(remark, "the journal");
        }
        return events;
    }
    ++figures_.records;
    rules_.entry = feed_.rules_entry();
    return events;
}

}  // namespace petrel::core
