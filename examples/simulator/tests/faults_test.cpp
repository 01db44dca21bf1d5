// Faults: reading them, whom they meet, when they begin and end.
#include "faults.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace petrel::sim {
namespace {

FaultRule rule_from(std::string_view text) {
    const auto rule = parse_fault(text);
    EXPECT_TRUE(rule.ok()) << text;
    return rule.ok() ? rule.value() : FaultRule{};
}

FaultSubject trade_frame() {
    return {.venue = Venue::Binance,
            .path = "/market/stream",
            .symbol = "BTCUSDT",
            .channel = "aggTrade"};
}

TEST(FaultRule, json_and_short_form_say_the_same) {
    const auto json =
        rule_from(R"({"kind":"slow","venue":"bybit","symbol":"BTCUSDT","delay_ms":250,"for_s":3})");
    const auto brief = rule_from("kind=slow,venue=bybit,symbol=BTCUSDT,delay_ms=250,for_s=3");
    EXPECT_EQ(fault_json(json), fault_json(brief));
    EXPECT_EQ(json.kind, FaultKind::Slow);
    EXPECT_EQ(json.venue, Venue::Bybit);
    EXPECT_EQ(json.delay_ms, 250);
}

TEST(FaultRule, mistakes_are_named) {
    const auto message = [](std::string_view text) {
        const auto rule = parse_fault(text);
        return rule.ok() ? std::string() : rule.message();
    };
    EXPECT_NE(message("kind=explode").find("explode"), std::string::npos);
    EXPECT_NE(message("kind=drop,venue=mars").find("mars"), std::string::npos);
    EXPECT_NE(message("kind=drop,colour=red").find("colour"), std::string::npos);
    EXPECT_NE(message("kind=drop,probability=2").find("probability"), std::string::npos);
    EXPECT_NE(message("kind=drop,after_s=soon").find("after_s"), std::string::npos);
    EXPECT_NE(message("kind=slow").find("delay_ms"), std::string::npos);
    EXPECT_NE(message("{").find("JSON"), std::string::npos);
    EXPECT_NE(message("drop").find("name=value"), std::string::npos);
}

TEST(FaultRule, close_with_a_code_that_cannot_travel_cuts_instead) {
    EXPECT_EQ(rule_from("kind=close,code=1006").kind, FaultKind::Drop);
    EXPECT_EQ(rule_from("kind=close,code=1013").code, 1013);
    EXPECT_EQ(rule_from("kind=close").code, 1000);
}

TEST(FaultPlan, acts_only_inside_its_time) {
    FaultPlan plan(1);
    ASSERT_TRUE(plan.add(rule_from("kind=stall,after_s=5,for_s=10"), 100.0).ok());
    EXPECT_FALSE(plan.judge(trade_frame(), 104.9).swallow);
    EXPECT_TRUE(plan.judge(trade_frame(), 105.0).swallow);
    EXPECT_TRUE(plan.judge(trade_frame(), 114.9).swallow);
    EXPECT_FALSE(plan.judge(trade_frame(), 115.0).swallow);
}

TEST(FaultPlan, meets_only_what_its_fields_name) {
    for (const auto* text : {"kind=stall,venue=bybit", "kind=stall,path=/public",
                             "kind=stall,symbol=ETHUSDT", "kind=stall,channel=forceOrder"}) {
        FaultPlan plan(1);
        ASSERT_TRUE(plan.add(rule_from(text), 0.0).ok());
        EXPECT_FALSE(plan.judge(trade_frame(), 1.0).swallow) << text;
    }
    FaultPlan plan(1);
    ASSERT_TRUE(
        plan.add(rule_from("kind=stall,venue=binance,path=/market,symbol=BTCUSDT,channel=aggTrade"),
                 0.0)
            .ok());
    EXPECT_TRUE(plan.judge(trade_frame(), 1.0).swallow);
}

TEST(FaultPlan, ack_only_lets_answers_pass_and_stall_does_not) {
    FaultSubject answer = trade_frame();
    answer.frame_class = FrameClass::Answer;
    FaultPlan acks(1);
    ASSERT_TRUE(acks.add(rule_from("kind=ack_only"), 0.0).ok());
    EXPECT_FALSE(acks.judge(answer, 1.0).swallow);
    EXPECT_TRUE(acks.judge(trade_frame(), 1.0).swallow);
    FaultPlan silence(1);
    ASSERT_TRUE(silence.add(rule_from("kind=stall"), 0.0).ok());
    EXPECT_TRUE(silence.judge(answer, 1.0).swallow);
}

TEST(FaultPlan, probability_decides_per_frame_and_repeats_with_the_seed) {
    const auto applied = [](std::uint64_t seed) {
        FaultPlan plan(seed);
        EXPECT_TRUE(plan.add(rule_from("kind=duplicate,probability=0.3"), 0.0).ok());
        std::string pattern;
        for (int frame = 0; frame < 1000; ++frame) {
            pattern += plan.judge(trade_frame(), 1.0).duplicate ? '1' : '0';
        }
        return pattern;
    };
    const auto pattern = applied(7);
    EXPECT_EQ(pattern, applied(7));
    EXPECT_NE(pattern, applied(8));
    EXPECT_NEAR(static_cast<double>(std::count(pattern.begin(), pattern.end(), '1')), 300.0, 60.0);
}

TEST(FaultPlan, drop_without_end_cuts_connections_once) {
    FaultPlan plan(1);
    ASSERT_TRUE(plan.add(rule_from("kind=drop,after_s=2"), 0.0).ok());
    EXPECT_TRUE(plan.connection_faults(1.0).empty());
    EXPECT_EQ(plan.connection_faults(2.0).size(), 1U);
    EXPECT_TRUE(plan.connection_faults(2.1).empty());
    EXPECT_TRUE(plan.empty());
}

TEST(FaultPlan, drop_with_an_end_cuts_whoever_comes_until_then) {
    FaultPlan plan(1);
    ASSERT_TRUE(plan.add(rule_from("kind=drop,for_s=3"), 0.0).ok());
    EXPECT_EQ(plan.connection_faults(0.5).size(), 1U);
    EXPECT_EQ(plan.connection_faults(2.5).size(), 1U);
    EXPECT_TRUE(plan.connection_faults(3.0).empty());
}

TEST(FaultPlan, refusal_asks_path_rules_only_once_the_path_is_known) {
    FaultPlan plan(1);
    ASSERT_TRUE(plan.add(rule_from("kind=refuse,venue=binance,path=/market,code=503"), 0.0).ok());
    EXPECT_FALSE(plan.refuses(Venue::Binance, "", 1.0));
    EXPECT_EQ(plan.refuses(Venue::Binance, "/market/ws", 1.0), 503);
    EXPECT_FALSE(plan.refuses(Venue::Binance, "/public/ws", 1.0));
    EXPECT_FALSE(plan.refuses(Venue::Bybit, "/market/ws", 1.0));
}

TEST(FaultPlan, garbage_comes_in_all_shapes) {
    FaultPlan plan(1);
    const std::string frame = R"({"topic":"publicTrade.BTCUSDT","data":[]})";
    int not_json = 0;
    int huge = 0;
    int wrong_types = 0;
    for (int count = 0; count < 100; ++count) {
        const auto rubbish = plan.garbage(frame);
        EXPECT_NE(rubbish, frame);
        const auto parsed = nlohmann::json::parse(rubbish, nullptr, false);
        not_json += parsed.is_discarded() ? 1 : 0;
        huge += rubbish.size() > 1'000'000 ? 1 : 0;
        wrong_types += !parsed.is_discarded() && rubbish.size() < 1000 ? 1 : 0;
    }
    EXPECT_GT(not_json, 10);
    EXPECT_GT(huge, 0);
    EXPECT_GT(wrong_types, 0);
}

TEST(FaultPlan, number_of_rules_is_bounded) {
    FaultPlan plan(1);
    for (std::size_t count = 0; count < FaultPlan::kRulesMax; ++count) {
        ASSERT_TRUE(plan.add(rule_from("kind=stall"), 0.0).ok());
    }
    EXPECT_FALSE(plan.add(rule_from("kind=stall"), 0.0).ok());
    plan.clear();
    EXPECT_TRUE(plan.add(rule_from("kind=stall"), 0.0).ok());
}

}  // namespace
}  // namespace petrel::sim
