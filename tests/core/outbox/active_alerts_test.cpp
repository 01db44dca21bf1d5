// Which alerts are active: until they end by themselves, are ended, or go on.
#include "outbox/active_alerts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace petrel::core {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> ids_at(ActiveAlerts& active, std::int64_t now_ns) {
    std::vector<std::string> ids;
    for (const AlertFacts& facts : active.at(now_ns)) {
        ids.push_back(facts.id);
    }
    return ids;
}

TEST(ActiveAlerts, end_by_themselves_one_after_the_other) {
    ActiveAlerts active;
    active.add({.id = "late"}, 300);
    active.add({.id = "early"}, 100);
    active.add({.id = "middle"}, 200);
    EXPECT_THAT(ids_at(active, 99), ElementsAre("late", "early", "middle"));
    EXPECT_THAT(ids_at(active, 100), ElementsAre("late", "middle"));
    EXPECT_THAT(ids_at(active, 199), ElementsAre("late", "middle"));
    EXPECT_THAT(ids_at(active, 200), ElementsAre("late"));
    EXPECT_THAT(ids_at(active, 300), ElementsAre());
    active.add({.id = "new"}, 400);
    EXPECT_THAT(ids_at(active, 399), ElementsAre("new"));
    EXPECT_THAT(ids_at(active, 400), ElementsAre());
}

TEST(ActiveAlerts, go_on_or_end_sooner_when_they_are_renewed) {
    ActiveAlerts active;
    active.add({.id = "a"}, 100);
    active.add({.id = "b"}, 500);
    active.renew("a", 300);
    active.renew("b", 200);
    active.renew("unknown", 1'000);
    EXPECT_THAT(ids_at(active, 150), ElementsAre("a", "b"));
    EXPECT_THAT(ids_at(active, 250), ElementsAre("a"));
    EXPECT_THAT(ids_at(active, 300), ElementsAre());
}

TEST(ActiveAlerts, are_there_once_and_leave_when_they_are_removed) {
    ActiveAlerts active;
    active.add({.id = "a", .symbol = "BTC-USDT"}, 100);
    active.add({.id = "a", .symbol = "ETH-USDT"}, 200);
    ASSERT_NE(active.find("a"), nullptr);
    EXPECT_EQ(active.find("a")->symbol, "ETH-USDT");
    EXPECT_THAT(ids_at(active, 150), ElementsAre("a"));
    active.remove("a");
    EXPECT_EQ(active.find("a"), nullptr);
    EXPECT_THAT(ids_at(active, 150), ElementsAre());
}

}  // namespace
}  // namespace petrel::core
