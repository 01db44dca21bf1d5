// A recording as a stream of normalised events, in the order of receipt.
//
// What `petrel replay` reads: the journal, captured frames, CSV files. Sources are pulled by the
// replay thread; what they could not read is counted and told at the end, never swallowed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "petrel/result.hpp"
#include "petrel/types.hpp"

namespace petrel::core {

// What was passed over, for the summary: reason to count, and the first case of each in words.
struct SourceFigures {
    std::uint64_t records = 0;  // lines, frames or journal entries read
    std::uint64_t bytes = 0;
    std::uint64_t bytes_total = 0;  // 0 when unknown
    std::map<std::string, std::uint64_t> skipped;
    std::map<std::string, std::string> first_case;  // "file:line: sentence"

    void skip(const std::string& reason, const std::string& where) {
        if (skipped[reason]++ == 0) {
            first_case[reason] = where;
        }
    }
};

// Which rules decided when a batch was recorded, as its journal tells it.
struct RulesMark {
    std::string journal;  // folder beside whose segments the packs are kept
    std::string entry;    // empty: it does not say
    bool operator==(const RulesMark&) const = default;
};

class EventSource {
public:
    virtual ~EventSource() = default;

    // The next events, valid until the next call; empty at the end.
    virtual Result<std::span<const MarketEvent>> next() = 0;

    // True when the source holds its own ticks (the journal does).
    [[nodiscard]] virtual bool has_ticks() const { return false; }
    // Of the events returned last.
    [[nodiscard]] virtual const RulesMark& rules() const {
        static const RulesMark unknown;
        return unknown;
    }
    // So far: what else decided while this was recorded than decides now, a sentence each.
    [[nodiscard]] virtual std::set<std::string> detector_changes() const { return {}; }
    [[nodiscard]] const SourceFigures& figures() const { return figures_; }

protected:
    SourceFigures figures_;
};

}  // namespace petrel::core
