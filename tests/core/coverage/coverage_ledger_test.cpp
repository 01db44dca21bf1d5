// Counts, changes and bounds of the ledger.
#include "coverage/coverage_ledger.hpp"

#include <gtest/gtest.h>

namespace petrel::core {
namespace {

CoverageEntry hole(std::int64_t from_ns, CoverageState state = CoverageState::Open) {
    CoverageEntry entry;
    entry.venue = "acme";
    entry.from_ns = from_ns;
    entry.state = state;
    return entry;
}

void repair(CoverageEntry& entry) { entry.state = CoverageState::Repaired; }

TEST(coverage_ledger, an_entry_moves_from_one_count_to_the_other_and_is_told) {
    std::vector<std::string> told;
    CoverageLedger ledger([&](const CoverageEntry& entry) {
        told.push_back(std::to_string(entry.id) + " " +
                       std::string(coverage_state_name(entry.state)));
    });
    const std::uint64_t first = ledger.add(hole(1, CoverageState::Blind));
    ledger.add(hole(2));
    EXPECT_TRUE(ledger.update(first, repair));
    EXPECT_EQ(told, (std::vector<std::string>{"1 blind", "2 open", "1 repaired"}));
    EXPECT_EQ(ledger.counts().blind, 0U);
    EXPECT_EQ(ledger.counts().open, 1U);
    EXPECT_EQ(ledger.counts().repaired, 1U);
}

TEST(coverage_ledger, the_oldest_closed_entry_goes_first_and_is_counted) {
    CoverageLedger ledger({}, 3);
    ledger.add(hole(1));
    const std::uint64_t closed = ledger.add(hole(2));
    ledger.add(hole(3));
    ledger.update(closed, repair);
    ledger.add(hole(4));
    ASSERT_EQ(ledger.entries().size(), 3U);
    EXPECT_EQ(ledger.entries()[0].from_ns, 1);
    EXPECT_EQ(ledger.entries()[1].from_ns, 3);
    EXPECT_FALSE(ledger.update(closed, repair));
    EXPECT_EQ(ledger.counts().repaired, 1U) << "counted since the start";
    ledger.add(hole(5));
    EXPECT_EQ(ledger.entries()[0].from_ns, 3) << "without a closed one the oldest goes";
    EXPECT_EQ(ledger.counts().open, 3U);
    EXPECT_EQ(ledger.counts().dropped, 2U);
}

}  // namespace
}  // namespace petrel::core
