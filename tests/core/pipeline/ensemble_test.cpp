// The ensemble over the life of a shard: what came of signals is told to rules by voter, after the
// outcome is known, for the symbol alone, and to a version that looks on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/pipeline/recording_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "signal/signal_inputs.hpp"
#include "signal/signal_json.hpp"

namespace petrel::core {
namespace {

using petrel::testing::TempFolder;
using petrel::testing::write_bytes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Every single liquidation is bearish; "with" is sure of each, "against" of none, "mute" abstains.
constexpr const char* kPack =
    "return { name = 'three', version = '1', api = 1, parameters = {},\n"
    "  voters = { { name = 'with', weight = 1 }, { name = 'against', weight = 1 },\n"
    "    { name = 'mute', weight = 2 } },\n"
    "  fallback = { decision = 'hold', reason = 'failed', score = 0 } }\n";
constexpr const char* kEnsemble =
    "return function(input, score, votes)\n"
    "  votes.with, votes.against = 0.8, 0.2\n"
    "  return 0.5, input.accuracy.with\n"
    "end\n";
constexpr const char* kScore =
    "return function(input) return 1, 'single', 'weak', 'bearish', 'low' end\n";
constexpr const char* kJudge =
    "return function(input, score)\n"
    "  local accuracy = input.accuracy\n"
    "  return 'send', 'good', '{2} {2} {2}', accuracy.with, accuracy.against, accuracy.mute\n"
    "end\n";

class Notes final : public SignalSink {
public:
    void on_signal(SignalChange change, const Signal& signal) override {
        if (change == SignalChange::Admitted) {
            log.push_back(signal.symbol.substr(0, 3) + " " + signal.verdict.note);
            signals.push_back(signal);
        }
    }
    void on_outcome(const SignalOutcome& outcome) override { outcomes.push_back(outcome); }
    std::vector<std::string> log;
    std::vector<Signal> signals;
    std::vector<SignalOutcome> outcomes;
};

class EnsembleTest : public ::testing::Test {
protected:
    std::shared_ptr<const RulePack> pack() {
        const std::string path = folder_.at("pack");
        std::filesystem::create_directories(path + "/voters");
        write_bytes(path + "/pack.lua", kPack);
        write_bytes(path + "/ensemble.lua", kEnsemble);
        write_bytes(path + "/score.lua", kScore);
        write_bytes(path + "/appropriateness.lua", kJudge);
        for (const char* voter : {"with", "against", "mute"}) {
            write_bytes(path + "/voters/" + voter + ".lua", "return function() end\n");
        }
        auto loaded = RulePack::load(path);
        EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : loaded.status().message());
        return *loaded;
    }
    // A price a second before `second`, up and down by 0.1 % so that volatility is known.
    void prices(std::uint32_t coin, std::int64_t second, double price) {
        for (std::int64_t back = 40; back > 0; --back) {
            MarketEvent trade =
                liquidation_at(coin, (second - back) * 1'000, 1'000, PETREL_SIDE_BUY);
            trade.kind = PETREL_EVENT_TRADE;
            trade.price = back % 2 == 0 ? price : price * 1.001;
            events_.push_back(trade);
        }
    }
    void large(std::uint32_t coin, std::int64_t second) {
        events_.push_back(liquidation_at(coin, second * 1'000, 0.9e6));  // two are no storm
    }
    // Ticks each second until then, so that outcomes are looked at.
    void ticks(std::int64_t from, std::int64_t to) {
        for (std::int64_t second = from; second <= to; ++second) {
            events_.push_back(tick_at(second));
        }
    }
    void run() {
        DetectorSet detectors = std::move(make_detectors(setup_)).value();
        Shard shard(shard_options(setup_.config), detectors.handles(), market_.registry, live_);
        shard.use_rules(pack(), rule_budget(setup_.config));
        for (const MarketEvent& event : events_) {
            if (event.kind == kTickEvent && looks_on_ && !looking_) {
                shard.look_on(pack(), rule_budget(setup_.config), beside_);
                looking_ = true;
            }
            shard.on_events({&event, 1});
        }
        events_.clear();
    }

    TempFolder folder_;
    PluginSetup setup_ = product_setup({"outcomes.horizons=[\"60s\"]"});
    Market market_{setup_, {"BTC", "SOL"}};
    Notes live_;
    Notes beside_;
    bool looks_on_ = false;
    bool looking_ = false;
    std::vector<MarketEvent> events_;
};

TEST_F(EnsembleTest, accuracy_is_told_when_the_outcome_is_known_and_for_the_symbol_alone) {
    prices(0, 100, 100);
    prices(1, 100, 100);
    large(0, 100);  // followed by a fall: a hit
    ticks(101, 110);
    large(0, 112);  // nothing is known yet
    prices(0, 159, 90);
    ticks(159, 165);
    large(0, 166);
    large(1, 167);
    run();
    ASSERT_FALSE(live_.outcomes.empty());
    EXPECT_EQ(live_.outcomes[0].result, OutcomeResult::Hit) << live_.outcomes[0].reason;
    ASSERT_EQ(live_.outcomes[0].votes.size(), 3U);
    EXPECT_EQ(live_.outcomes[0].votes[0].value, 0.8);
    EXPECT_EQ(live_.outcomes[0].confidence, 0.5);
    // (right + 1) / (known + 2): the first was right, the second wrong, the third never voted.
    EXPECT_THAT(live_.log, ElementsAre("BTC 0.50 0.50 0.50", "BTC 0.50 0.50 0.50",
                                       "BTC 0.67 0.33 0.50", "SOL 0.50 0.50 0.50"));
    EXPECT_NEAR(live_.signals[2].score.ensemble.health, 2.0 / 3, 1e-12) << "the ensemble knows it";
}

TEST_F(EnsembleTest, a_version_that_begins_to_look_on_knows_what_was_right) {
    looks_on_ = true;
    prices(0, 100, 100);
    large(0, 100);
    ticks(101, 102);  // from here on another one looks on
    prices(0, 159, 110);
    ticks(159, 165);  // a false alarm
    large(0, 166);
    run();
    EXPECT_THAT(live_.log, ElementsAre("BTC 0.50 0.50 0.50", "BTC 0.33 0.67 0.50"));
    EXPECT_THAT(beside_.log, ElementsAre("BTC 0.33 0.67 0.50"));
}

TEST_F(EnsembleTest, what_was_voted_and_known_is_in_the_document) {
    prices(0, 100, 100);
    large(0, 100);
    run();
    ASSERT_EQ(live_.signals.size(), 1U);
    const auto json = nlohmann::json::parse(signal_document(live_.signals[0]));
    EXPECT_EQ(json["confidence"], 0.5);
    EXPECT_EQ(json["health"], 0.5);
    EXPECT_EQ(json["health_parts"].size(), 0U);
    ASSERT_EQ(json["votes"].size(), 3U);
    EXPECT_EQ(json["votes"][0]["name"], "with");
    EXPECT_EQ(json["votes"][0]["value"], 0.8);
    EXPECT_EQ(json["votes"][0]["share"], 0.5);
    EXPECT_TRUE(json["votes"][2]["value"].is_null());
    EXPECT_EQ(json["votes"][2]["weight"], 2.0);
    EXPECT_EQ(json["inputs"]["accuracy.with"], 0.5);
}

TEST(SignalInputs, carry_what_is_known_of_voters_there_and_back) {
    const std::vector<RuleVote> votes{{"model", 0.7, false}, {"silent", 0, true}};
    const std::vector<RuleTerm> accuracy{{"with", 0.75}};
    RuleInput input;
    input.votes = votes;
    input.accuracy = accuracy;
    const std::vector<SignalInput> numbers = signal_inputs(input);
    RuleInput back;
    RestoredVotes storage;
    ASSERT_TRUE(restore_input(numbers, {}, storage, back));
    ASSERT_EQ(back.votes.size(), 2U);
    EXPECT_TRUE(back.votes[1].abstained);
    EXPECT_EQ(back.votes[0].name, "model");
    EXPECT_EQ(back.votes[0].vote, 0.7);
    ASSERT_EQ(back.accuracy.size(), 1U);
    EXPECT_EQ(back.accuracy[0].name, "with");
    EXPECT_EQ(back.accuracy[0].value, 0.75);
}

}  // namespace
}  // namespace petrel::core
