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

WaitingNotification waiting(std::string key, int priority, std::int64_t age_s = 0) {
    return {std::move(key), priority, kNowNs - age_s * kNsPerSecond, kNowNs + 900 * kNsPerSecond};
}

std::vector<std::string> keys(std::span<const WaitingNotification> all,
                              const std::vector<std::size_t>& indices) {
    std::vector<std::string> list;
    for (const std::size_t i : indices) {
        list.push_back(all[i].key);
    }
    return list;
}

TEST(DispatchPlan, most_urgent_goes_first_and_waiting_makes_urgent) {
    const std::vector<WaitingNotification> all{waiting("info", 100), waiting("warning", 208),
                                               waiting("critical", 311),
                                               waiting("old_info", 104, 105)};
    const DispatchPlan plan = plan_dispatch(all, {10, 0}, kNowNs, {});
    EXPECT_THAT(keys(all, plan.alone), ElementsAre("critical", "old_info", "warning", "info"))
        << "104 and 105 s of waiting are 209";
    EXPECT_THAT(plan.together, IsEmpty());
}

TEST(DispatchPlan, what_the_budget_will_hold_goes_alone_though_not_all_at_once) {
    std::vector<WaitingNotification> all;
    for (int i = 0; i < 11; ++i) {
        all.push_back(waiting("n" + std::to_string(i), 300 - i));
    }
    // One now and one a second: eleven within the ten seconds looked ahead.
    const DispatchPlan fits = plan_dispatch(all, {1, 1}, kNowNs, {});
    EXPECT_THAT(keys(all, fits.alone), ElementsAre("n0"));
    EXPECT_THAT(fits.together, IsEmpty());
    all.push_back(waiting("n11", 1));
    all[0].priority = 299;  // not critical
    const DispatchPlan storm = plan_dispatch(all, {1, 1}, kNowNs, {});
    EXPECT_THAT(storm.alone, IsEmpty());
    EXPECT_THAT(storm.together, SizeIs(12));
}

TEST(DispatchPlan, in_a_storm_the_last_place_is_the_digest_s) {
    std::vector<WaitingNotification> all;
    for (int i = 0; i < 50; ++i) {
        all.push_back(waiting("n" + std::to_string(100 + i), 200 - i));
    }
    const DispatchPlan plan = plan_dispatch(all, {3, 1}, kNowNs, {});
    EXPECT_THAT(keys(all, plan.alone), ElementsAre("n100", "n101"));
    EXPECT_THAT(plan.together, SizeIs(48));
    EXPECT_EQ(all[plan.together.front()].key, "n102");
}

TEST(DispatchPlan, critical_alert_takes_the_only_place_until_the_rest_has_waited_long) {
    std::vector<WaitingNotification> all{waiting("critical", 320)};
    for (int i = 0; i < 20; ++i) {
        all.push_back(waiting("n" + std::to_string(i), 100, 4));
    }
    EXPECT_THAT(keys(all, plan_dispatch(all, {1, 1}, kNowNs, {}).alone), ElementsAre("critical"));
    all[5].created_ns -= kNsPerSecond;
    const DispatchPlan late = plan_dispatch(all, {1, 1}, kNowNs, {});
    EXPECT_THAT(late.alone, IsEmpty());
    EXPECT_EQ(all[late.together.front()].key, "critical") << "it stands first in the digest";
}

TEST(DispatchPlan, without_room_nothing_goes_and_two_are_no_digest) {
    std::vector<WaitingNotification> all{waiting("a", 100), waiting("b", 100)};
    EXPECT_THAT(plan_dispatch(all, {0, 0.01}, kNowNs, {}).alone, IsEmpty());
    const DispatchPlan two = plan_dispatch(all, {1, 0.01}, kNowNs, {});
    EXPECT_THAT(keys(all, two.alone), ElementsAre("a"));
    EXPECT_THAT(two.together, IsEmpty());
    EXPECT_THAT(plan_dispatch({}, {5, 1}, kNowNs, {}).alone, IsEmpty());
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
