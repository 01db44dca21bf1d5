// Who goes first, who goes together, by cases made by hand.
#include "outbox/dispatch_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "outbox/digest.hpp"
#include "petrel/types.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::int64_t kNowNs = 1'795'262'400 * kNsPerSecond;

WaitingNotification waiting(int priority, std::int64_t age_s = 0, bool may_merge = true) {
    return {priority, kNowNs - age_s * kNsPerSecond, may_merge};
}

std::vector<WaitingNotification> many(std::size_t count, int priority) {
    return std::vector<WaitingNotification>(count, waiting(priority));
}

TEST(DispatchPlan, what_the_budget_will_hold_goes_alone_though_not_all_at_once) {
    const DispatchPlan fits = plan_dispatch(many(11, 200), {1, 11}, kNowNs, {});
    EXPECT_THAT(fits.alone, ElementsAre(0));
    EXPECT_THAT(fits.together, IsEmpty());
    EXPECT_FALSE(fits.storm);
    const DispatchPlan storm = plan_dispatch(many(12, 200), {1, 11}, kNowNs, {});
    EXPECT_THAT(storm.alone, IsEmpty());
    EXPECT_THAT(storm.together, SizeIs(12));
    EXPECT_TRUE(storm.storm);
    EXPECT_THAT(plan_dispatch(many(500, 200), {}, kNowNs, {}).alone, SizeIs(500)) << "no limit";
}

TEST(DispatchPlan, in_a_storm_the_last_place_is_the_digest_s) {
    const DispatchPlan plan = plan_dispatch(many(50, 200), {3, 10}, kNowNs, {});
    EXPECT_THAT(plan.alone, ElementsAre(0, 1));
    EXPECT_THAT(plan.together, SizeIs(48));
    EXPECT_EQ(plan.together.front(), 2U);
}

TEST(DispatchPlan, what_may_not_be_merged_waits_for_its_turn) {
    std::vector<WaitingNotification> all = many(9, 200);
    all[0].may_merge = all[4].may_merge = false;
    const DispatchPlan plan = plan_dispatch(all, {2, 5}, kNowNs, {});
    EXPECT_THAT(plan.alone, ElementsAre(0));
    EXPECT_THAT(plan.together, ElementsAre(1, 2, 3, 5, 6, 7, 8));
    for (WaitingNotification& one : all) {
        one.may_merge = false;
    }
    const DispatchPlan none = plan_dispatch(all, {2, 5}, kNowNs, {});
    EXPECT_THAT(none.alone, ElementsAre(0, 1)) << "without a digest both places are used";
    EXPECT_THAT(none.together, IsEmpty());
}

TEST(DispatchPlan, critical_alert_takes_the_only_place_until_the_rest_has_waited_long) {
    std::vector<WaitingNotification> all{waiting(320)};
    for (int i = 0; i < 20; ++i) {
        all.push_back(waiting(100, 4));
    }
    EXPECT_THAT(plan_dispatch(all, {1, 11}, kNowNs, {}).alone, ElementsAre(0));
    all[5].created_ns -= kNsPerSecond;
    const DispatchPlan late = plan_dispatch(all, {1, 11}, kNowNs, {});
    EXPECT_THAT(late.alone, IsEmpty());
    EXPECT_EQ(late.together.front(), 0U) << "it stands first in the digest";
}

TEST(DispatchPlan, without_room_nothing_goes_and_two_are_no_digest) {
    EXPECT_THAT(plan_dispatch(many(2, 100), {0, 0}, kNowNs, {}).alone, IsEmpty());
    const DispatchPlan two = plan_dispatch(many(2, 100), {1, 1}, kNowNs, {});
    EXPECT_THAT(two.alone, ElementsAre(0));
    EXPECT_THAT(two.together, IsEmpty());
    EXPECT_THAT(plan_dispatch({}, {5, 9}, kNowNs, {}).alone, IsEmpty());
}

TEST(DispatchPlan, pictures_get_what_no_message_needs) {
    const auto places = [](int waiting, const ChannelRoom& room) {
        const std::vector<WaitingNotification> all = many(waiting, 200);
        return places_for_pictures(plan_dispatch(all, room, kNowNs, {}), all.size(), room);
    };
    EXPECT_EQ(places(0, {3, 10, 2}), 2U);
    EXPECT_EQ(places(1, {3, 10, 2}), 1U);
    EXPECT_EQ(places(2, {3, 10, 2}), 0U);
    EXPECT_EQ(places(4, {3, 10, 9}), 0U) << "a message waits for its turn";
    EXPECT_EQ(places(12, {3, 10, 9}), 0U) << "a storm";
    EXPECT_EQ(places(1, {9, 2, 9}), 1U) << "what lies ahead counts, too";
    EXPECT_GT(places(5, {}), 1'000U) << "no limit";
}

AlertText alert(std::string id, std::string type, std::string symbol, std::uint32_t severity) {
    AlertText text;
    text.headline = "storm " + id;
    text.id = std::move(id);
    text.type = std::move(type);
    text.symbol = std::move(symbol);
    text.severity = severity;
    text.at_ns = kNowNs;
    return text;
}

TEST(Digest, names_the_first_twelve_and_counts_the_rest_by_type) {
    std::vector<AlertText> alerts;
    for (int i = 0; i < 15; ++i) {
        alerts.push_back(alert("sig-" + std::to_string(i), i < 13 ? "LIQ_STORM" : "WHALE_TRADE",
                               i < 10 ? "BTC-USDT-PERP" : "ETH-USDT-PERP", i == 4 ? 3 : 1));
    }
    const AlertText digest = compose_digest("dig-1", alerts, kNowNs);
    EXPECT_EQ(digest.headline, "15 alerts together: BTC, ETH");
    ASSERT_THAT(digest.fields, SizeIs(13));
    EXPECT_EQ(digest.fields[0].first, "12:00:00");
    EXPECT_EQ(digest.fields[0].second, "storm sig-0");
    EXPECT_EQ(digest.fields[12].second, "1 LIQ_STORM, 2 WHALE_TRADE");
    EXPECT_EQ(digest.severity, 3U);
    EXPECT_THAT(digest.json, HasSubstr("\"id\":\"sig-14\""));
    EXPECT_EQ(digest_id("chat", "sig-0"), digest_id("chat", "sig-0"));
    EXPECT_NE(digest_id("chat", "sig-0"), digest_id("pager", "sig-0"));
}

}  // namespace
}  // namespace petrel::core
