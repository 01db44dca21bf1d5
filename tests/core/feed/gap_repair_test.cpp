// Holes that fill by themselves, that history fills, and that stay open. No network: requests are
// kept and answered by the test.
#include "feed/gap_repair.hpp"

#include <gtest/gtest.h>

#include "core/feed/venue_support.hpp"
#include "runtime/clock.hpp"

namespace petrel::core::test {
namespace {

constexpr std::int64_t kFrom = 1'794'000'000 * kNsPerSecond;
constexpr std::int64_t kTo = kFrom + 3 * kNsPerSecond;

RequestPlan no_request() { return {}; }

class GapRepairTest : public testing::Test {
protected:
    GapRepairTest() {
        petrel_instrument instrument{};
        instrument.native = text_of("BTCUSDT");
        btc_ = book_.add(1, instrument);
        begin({.wait_ms = 1, .again_ms = 1});
    }
    void begin(RepairLimits limits) {
        repair_.start(
            [this](RequestPlan request) {
                requests_.push_back(std::move(request));
                return refuses_ ? Status::invalid("no end point") : Status();
            },
            limits);
    }
    StreamGap ids(std::uint64_t first, std::uint64_t last) const {
        StreamGap gap;
        gap.instrument = btc_;
        gap.first_id = first;
        gap.last_id = last;
        gap.from_ns = kFrom;
        gap.to_ns = kTo;
        return gap;
    }
    ConnectionPlan connection() const {
        ConnectionPlan plan;
        plan.name = "market-1";
        plan.streams = {{btc_, kind_bit(EventKind::Trade), "t"},
                        {btc_, kind_bit(EventKind::Liquidation), "l"},
                        {btc_, kind_bit(EventKind::MarkPrice), "m"}};
        return plan;
    }
    bool asks(std::size_t requests) {
        return loop_.run_until([&] { return requests_.size() >= requests; }, 5'000);
    }
    bool ends() {
        return loop_.run_until([&] { return repair_.waiting() == 0; }, 5'000);
    }
    std::string answer(const std::string& body, std::uint32_t status = 200) {
        const RequestPlan request = requests_.empty() ? no_request() : requests_.back();
        return repair_.on_answer(request, HttpReply(status, body));
    }
    const CoverageEntry& entry(std::size_t number) { return ledger_.entries().at(number); }

    IoLoop loop_;
    VenueInstance instance_;
    RecordingSink sink_;
    TestBook book_;
    TestGaps gaps_;
    CoverageLedger ledger_;
    Adapter adapter_{instance_.handle(), 1, sink_, book_};
    GapRepair repair_{loop_, adapter_, book_, {gaps_, ledger_}};
    std::vector<RequestPlan> requests_;
    bool refuses_ = false;
    std::uint32_t btc_ = 0;
};

TEST_F(GapRepairTest, a_hole_that_fills_by_itself_costs_nothing) {
    gaps_.missing_ids = 0;
    repair_.on_gap(ids(5, 6));
    ASSERT_TRUE(ends());
    EXPECT_TRUE(requests_.empty());
    EXPECT_TRUE(ledger_.entries().empty());
}

TEST_F(GapRepairTest, history_fills_a_hole_and_only_the_hole_late_and_in_order) {
    gaps_.missing_ids = 2;
    repair_.on_gap(ids(5, 6));
    ASSERT_TRUE(asks(1));
    EXPECT_EQ(requests_[0].target, "/history?from=5");
    EXPECT_EQ(entry(0).state, CoverageState::Open);
    gaps_.missing_ids = 0;
    EXPECT_EQ(answer("4 1 100\n5 2 101\n6 3 102\n7 4 103\n"), "");
    ASSERT_EQ(sink_.events.size(), 2U);
    EXPECT_EQ(sink_.events[0].id, 5U);
    EXPECT_EQ(sink_.events[1].id, 6U);
    EXPECT_EQ(sink_.events[1].flags, PETREL_FLAG_LATE);
    EXPECT_EQ(entry(0).state, CoverageState::Repaired);
    EXPECT_EQ(entry(0).symbol, "BTCUSDT");
    EXPECT_EQ(repair_.waiting(), 0U);
}

TEST_F(GapRepairTest, pages_are_followed_to_the_end) {
    gaps_.missing_ids = 2;
    repair_.on_gap(ids(5, 6));
    ASSERT_TRUE(asks(1));
    EXPECT_EQ(answer("5 2 101\n/history?from=6"), "");
    ASSERT_EQ(requests_.size(), 2U);
    EXPECT_EQ(requests_[1].target, "/history?from=6");
    EXPECT_EQ(entry(0).state, CoverageState::Open);
    gaps_.missing_ids = 0;
    EXPECT_EQ(answer("6 3 102\n"), "");
    EXPECT_EQ(entry(0).state, CoverageState::Repaired);
    EXPECT_EQ(sink_.events.size(), 2U);
}

TEST_F(GapRepairTest, what_the_venue_does_not_answer_is_tried_three_times_and_stays_open) {
    gaps_.missing_ids = 2;
    repair_.on_gap(ids(5, 6));
    for (std::size_t tries = 1; tries <= 3; ++tries) {
        ASSERT_TRUE(asks(tries)) << tries;
        EXPECT_EQ(answer("no", 503), "HTTP 503: not 200");
    }
    EXPECT_EQ(repair_.waiting(), 0U);
    EXPECT_EQ(entry(0).state, CoverageState::Open);
    EXPECT_EQ(entry(0).from_ns, kFrom);
    EXPECT_EQ(entry(0).to_ns, kTo);
    EXPECT_EQ(entry(0).first_id, 5U);
    EXPECT_EQ(entry(0).last_id, 6U);
    EXPECT_NE(entry(0).reason.find("503"), std::string::npos);
}

TEST_F(GapRepairTest, a_hole_known_by_time_is_mended_when_history_spans_it) {
    StreamGap gap = ids(0, 0);
    repair_.on_gap(gap);
    ASSERT_TRUE(asks(1));
    const std::string from = std::to_string(kFrom);
    const std::string to = std::to_string(kTo);
    EXPECT_EQ(answer("90 1 99\n91 " + from + " 100\n92 " + to + " 101\n"), "");
    EXPECT_EQ(sink_.events.size(), 2U);
    EXPECT_EQ(entry(0).state, CoverageState::Repaired);
}

TEST_F(GapRepairTest, history_that_begins_too_late_leaves_the_older_part_open) {
    repair_.on_gap(ids(0, 0));
    ASSERT_TRUE(asks(1));
    const std::string middle = std::to_string(kFrom + kNsPerSecond);
    EXPECT_EQ(answer("91 " + middle + " 100\n92 " + std::to_string(kTo) + " 101\n"), "");
    EXPECT_EQ(repair_.waiting(), 0U);
    EXPECT_EQ(entry(0).state, CoverageState::Open);
    EXPECT_EQ(entry(0).from_ns, kFrom);
    EXPECT_EQ(entry(0).to_ns, kFrom + kNsPerSecond);
}

// Where liquidations are rare, none stands on either side of a hole.
TEST_F(GapRepairTest, a_history_that_is_whole_mends_a_hole_beside_which_nothing_happened) {
    begin({.wait_ms = 1, .again_ms = 1, .settled_ms = 5'000});
    StreamGap gap = ids(0, 0);
    gap.to_ns = wall_now_ns() - 6 * kNsPerSecond;
    gap.from_ns = gap.to_ns - kNsPerSecond;
    repair_.on_gap(gap);
    ASSERT_TRUE(asks(1));
    EXPECT_EQ(answer("whole"), "");
    EXPECT_EQ(entry(0).state, CoverageState::Repaired);
    EXPECT_EQ(repair_.waiting(), 0U);
    EXPECT_TRUE(sink_.events.empty());
    EXPECT_FALSE(adapter_.has_notices()) << "it is no notice for people";
}

TEST_F(GapRepairTest, a_whole_history_that_was_asked_too_soon_is_asked_again) {
    begin({.wait_ms = 1, .again_ms = 1, .settled_ms = 3'600'000});
    StreamGap gap = ids(0, 0);
    gap.to_ns = wall_now_ns();
    gap.from_ns = gap.to_ns - kNsPerSecond;
    repair_.on_gap(gap);
    const std::string middle = std::to_string(gap.from_ns + 1);
    for (std::size_t tries = 1; tries <= 3; ++tries) {
        ASSERT_TRUE(asks(tries)) << tries;
        EXPECT_EQ(answer("91 " + middle + " 100\nwhole"), "");
        EXPECT_EQ(entry(0).state, CoverageState::Open);
    }
    EXPECT_EQ(repair_.waiting(), 0U);
    EXPECT_EQ(sink_.events.size(), 3U) << "what it tells is there at once; stage 2 drops copies";
    EXPECT_NE(entry(0).reason.find("lacks the latest"), std::string::npos);
    EXPECT_EQ(entry(0).to_ns, gap.to_ns);
}

TEST_F(GapRepairTest, an_answer_that_is_refused_is_not_whole) {
    begin({.wait_ms = 1, .again_ms = 1, .settled_ms = 0});
    repair_.on_gap(ids(0, 0));
    for (std::size_t tries = 1; tries <= 3; ++tries) {
        ASSERT_TRUE(asks(tries)) << tries;
        EXPECT_EQ(answer("whole", 503), "HTTP 503: not 200");
    }
    EXPECT_EQ(entry(0).state, CoverageState::Open);
}

TEST_F(GapRepairTest, a_venue_without_history_is_asked_for_none) {
    instance_.venue().knows_history = false;
    gaps_.missing_ids = 2;
    repair_.on_gap(ids(5, 6));
    ASSERT_TRUE(ends());
    EXPECT_TRUE(requests_.empty());
    EXPECT_EQ(entry(0).state, CoverageState::Open);
    EXPECT_NE(entry(0).reason.find("no history here"), std::string::npos);
}

TEST_F(GapRepairTest, a_plugin_of_before_history_is_never_called) {
    petrel_exchange older = *instance_.handle().table;
    older.size = offsetof(petrel_exchange, backfill);
    Adapter adapter({"words", &older, instance_.handle().instance}, 1, sink_, book_);
    GapRepair repair(loop_, adapter, book_, {gaps_, ledger_});
    repair.start([](const RequestPlan&) { return Status(); }, {.wait_ms = 1});
    gaps_.missing_ids = 2;
    repair.on_gap(ids(5, 6));
    ASSERT_TRUE(loop_.run_until([&] { return repair.waiting() == 0; }, 5'000));
    EXPECT_TRUE(instance_.venue().asked.empty());
    EXPECT_EQ(entry(0).state, CoverageState::Open);
}

TEST_F(GapRepairTest, a_broken_connection_is_blindness_until_each_stream_goes_on) {
    gaps_.latest_ns = kFrom;
    repair_.on_broken(connection(), kFrom + 500 * kNsPerMs);
    repair_.on_broken(connection(), kFrom + 500 * kNsPerMs);  // it never came back in between
    ASSERT_EQ(ledger_.entries().size(), 2U);
    EXPECT_EQ(ledger_.counts().blind, 2U);
    EXPECT_EQ(entry(0).kind, PETREL_EVENT_TRADE);
    EXPECT_EQ(entry(0).from_ns, kFrom);
    EXPECT_EQ(entry(1).kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(entry(1).from_ns, kFrom + 500 * kNsPerMs);
    EXPECT_EQ(entry(1).connection, "market-1");
    repair_.on_resumed(connection(), kTo);
    EXPECT_EQ(entry(1).state, CoverageState::Open);
    EXPECT_EQ(entry(1).to_ns, kTo);
    EXPECT_EQ(entry(0).state, CoverageState::Blind);
    StreamGap nothing = ids(0, 0);
    nothing.after_break = true;
    nothing.whole = true;
    repair_.on_gap(nothing);
    EXPECT_EQ(entry(0).state, CoverageState::Whole);
    EXPECT_EQ(entry(0).to_ns, kTo);
}

// They are told by the second, so the socket that broke may not have told the last before it broke.
TEST_F(GapRepairTest, liquidations_are_asked_for_beyond_the_ends_of_their_hole) {
    repair_.on_broken(connection(), kFrom);
    repair_.on_resumed(connection(), kTo);
    ASSERT_TRUE(asks(1));
    const auto& asked = instance_.venue().asked.back();
    EXPECT_EQ(asked.kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(asked.from_ns, kFrom - 3 * kNsPerSecond);
    EXPECT_EQ(asked.to_ns, kTo + 3 * kNsPerSecond);
    std::string rows;
    for (const std::int64_t at_ns : {kFrom - 4 * kNsPerSecond, kFrom - 2 * kNsPerSecond,
                                     kFrom + kNsPerSecond, kTo + 2 * kNsPerSecond}) {
        rows += "0 " + std::to_string(at_ns) + " 100\n";
    }
    EXPECT_EQ(answer(rows), "");
    EXPECT_EQ(sink_.events.size(), 3U);
    EXPECT_EQ(entry(0).state, CoverageState::Repaired);
    EXPECT_EQ(entry(0).from_ns, kFrom);
    EXPECT_EQ(entry(0).to_ns, kTo);
}

TEST_F(GapRepairTest, holes_beyond_the_bound_are_left_open_and_counted) {
    begin({.wait_ms = 60'000, .waiting_max = 2});
    for (int i = 0; i < 3; ++i) {
        repair_.on_gap(ids(5, 6));
    }
    EXPECT_EQ(repair_.waiting(), 2U);
    EXPECT_EQ(repair_.dropped(), 1U);
    EXPECT_EQ(ledger_.counts().open, 1U);
}

TEST_F(GapRepairTest, a_request_that_is_not_taken_is_no_endless_loop) {
    refuses_ = true;
    gaps_.missing_ids = 2;
    repair_.on_gap(ids(5, 6));
    ASSERT_TRUE(ends());
    EXPECT_EQ(requests_.size(), 3U);
    EXPECT_NE(entry(0).reason.find("no end point"), std::string::npos);
}

}  // namespace
}  // namespace petrel::core::test
