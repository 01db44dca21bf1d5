// Entries in the order of their ids; a look-up is a binary search.
#include "coverage/coverage_ledger.hpp"

#include <algorithm>

namespace petrel::core {
namespace {

bool is_closed(const CoverageEntry& entry) {
    return entry.state == CoverageState::Repaired || entry.state == CoverageState::Whole;
}

}  // namespace

void CoverageLedger::count(CoverageState state, int by) {
    std::uint64_t* counts[] = {&counts_.blind, &counts_.open, &counts_.repaired, &counts_.whole};
    *counts[static_cast<std::size_t>(state)] += static_cast<std::uint64_t>(by);
}

void CoverageLedger::make_room() {
    const auto closed = std::find_if(entries_.begin(), entries_.end(), is_closed);
    if (closed != entries_.end()) {
        entries_.erase(closed);  // its share of the counts stays: they are since the start
    } else {
        count(entries_.front().state, -1);
        entries_.pop_front();
    }
    ++counts_.dropped;
}

std::uint64_t CoverageLedger::add(CoverageEntry entry) {
    if (entries_.size() >= entries_max_) {
        make_room();
    }
    entry.id = next_id_++;
    count(entry.state, 1);
    entries_.push_back(std::move(entry));
    if (listener_) {
        listener_(entries_.back());
    }
    return entries_.back().id;
}

bool CoverageLedger::update(std::uint64_t id, const std::function<void(CoverageEntry&)>& change) {
    const auto at = std::lower_bound(
        entries_.begin(), entries_.end(), id,
        [](const CoverageEntry& entry, std::uint64_t wanted) { return entry.id < wanted; });
    if (at == entries_.end() || at->id != id) {
        return false;
    }
    count(at->state, -1);
    change(*at);
    count(at->state, 1);
    if (listener_) {
        listener_(*at);
    }
    return true;
}

}  // namespace petrel::core
