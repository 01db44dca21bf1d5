// What stage 6 remembers of earlier verdicts and tells the rules: the least score since the last
// alert, and what was told of another market of the same coin. A pack of a few lines decides.
#include <gtest/gtest.h>

#include "appropriateness/appropriateness_stage.hpp"
#include "script/rule_pack.hpp"
#include "script/rule_vm.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kBeganNs = 1'794'000'000 * kNsPerSecond;
constexpr std::uint32_t kUsdt = 0;
constexpr std::uint32_t kUsdc = 1;
constexpr std::uint32_t kOther = 2;

class SentHistory : public ::testing::Test {
protected:
    void SetUp() override {
        RuleSources sources;
        sources.directory = "mini";
        // Sends what scores 1 or more.
        sources.files = {{"appropriateness.lua",
                          "return function(input, score)\n"
                          "  if score.total >= 1 then return 'send', 'enough' end\n"
                          "  return 'hold', 'too_little'\nend"},
                         {"pack.lua",
                          "return { name = 'mini', version = '1', api = 1, description = 'x', "
                          "parameters = {}, slots = {}, fallback = { decision = 'hold', "
                          "reason = 'rule_error', score = 0 } }"},
                         {"score.lua",
                          "return function()\n  return 1, 'single', 'weak', 'neutral', 'low'\n"
                          "end"}};
        auto pack = RulePack::build(std::move(sources));
        ASSERT_TRUE(pack.ok()) << pack.status().message();
        vm_ = (*pack)->make_vm({});
    }

    // What the rules are told `after_s` seconds on; then the score is judged.
    RuleHistory judge(std::uint32_t symbol, int after_s, double total, Side side = Side::Long) {
        constexpr const char* names[] = {"BTC-USDT-PERP", "BTC-USDC-PERP", "ETH-USDT-PERP"};
        Finding finding;
        finding.symbol = symbol;
        Candidate candidate;
        candidate.cause = &finding;
        candidate.side = side;
        candidate.input.symbol = names[symbol];
        candidate.score.total = total;
        Verdict verdict;
        const std::int64_t now_ns = kBeganNs + after_s * kNsPerSecond;
        stage_.recall(candidate, now_ns);
        stage_.judge(candidate, now_ns, *vm_, verdict);
        EXPECT_EQ(verdict.rule.fault, "");
        return verdict.history;
    }

    AppropriatenessStage stage_{{"LIQ_STORM"}, {}};
    std::unique_ptr<RuleVm> vm_;
};

TEST_F(SentHistory, tells_the_least_score_since_the_last_alert) {
    EXPECT_EQ(judge(kUsdt, 0, 0.2).least_score, -1) << "nothing was seen";
    EXPECT_EQ(judge(kUsdt, 1, 1.5).least_score, -1) << "nothing was sent yet";
    EXPECT_EQ(judge(kUsdt, 2, 0.7).least_score, -1) << "nothing since";
    EXPECT_EQ(judge(kUsdt, 3, 0.4).least_score, 0.7);
    EXPECT_EQ(judge(kUsdt, 4, 0.9).least_score, 0.4);
    EXPECT_EQ(judge(kUsdc, 5, 0.1).least_score, -1) << "another symbol";
    EXPECT_EQ(judge(kUsdt, 6, 1.0).least_score, 0.4);
    EXPECT_EQ(judge(kUsdt, 7, 0.8).least_score, -1) << "told again";
    EXPECT_EQ(judge(kUsdt, 8, 0.8).least_score, 0.8);
}

TEST_F(SentHistory, tells_what_was_sent_of_another_market_of_the_coin) {
    EXPECT_EQ(judge(kUsdt, 0, 2).since_coin_sent_s, -1);
    EXPECT_EQ(judge(kUsdt, 10, 0).since_coin_sent_s, -1) << "its own alert is none of another";
    EXPECT_EQ(judge(kUsdc, 20, 0).since_coin_sent_s, 20);
    EXPECT_EQ(judge(kOther, 20, 0).since_coin_sent_s, -1) << "another coin";
    EXPECT_EQ(judge(kUsdc, 20, 0, Side::Short).since_coin_sent_s, -1) << "another side";
    EXPECT_EQ(judge(kUsdc, 30, 2).since_coin_sent_s, 30);
    EXPECT_EQ(judge(kUsdc, 40, 0).since_coin_sent_s, 40)
        << "the other one is not hidden by its own";
    EXPECT_EQ(judge(kUsdt, 45, 0).since_coin_sent_s, 15);
}

}  // namespace
}  // namespace petrel::core
