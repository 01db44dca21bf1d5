// Voters that are plugins, in the flow: their votes stand in signals, and a replay of the journal
// asks them again.
#include <gmock/gmock.h>

#include <algorithm>

#include "core/pipeline/recording_support.hpp"
#include "core/plugin/plugin_support.hpp"
#include "pipeline_rebuild.hpp"
#include "pipeline_rules.hpp"
#include "replay/replay.hpp"
#include "signal/signal_json.hpp"

namespace petrel::core {
namespace {

using ::testing::HasSubstr;

class VotersInTheFlow : public ::testing::Test {
protected:
    static PluginSetup setup_with(std::vector<std::string> settings) {
        LoadOptions options;
        options.settings = std::move(settings);
        options.settings.push_back("rules.directory=" PETREL_SOURCE_DIR "/rules/default");
        return load_setup(options, {PETREL_PLUGIN_DIR, testing::plugin_directory("opinion")});
    }
    // Documents of what leaves a lane that is fed these.
    static std::vector<std::string> documents(const PluginSetup& setup,
                                              const std::vector<MarketEvent>& events,
                                              LaneSnapshot* snapshot = nullptr) {
        struct Sink final : SignalSink {
            void on_signal(SignalChange, const Signal& signal) override {
                documents.push_back(signal_document(signal));
            }
            void on_outcome(const SignalOutcome&) override {}
            std::vector<std::string> documents;
        } sink;
        const Market market(setup, {"BTC", "SOL"});
        Result<VoterSet> voters = make_voters(setup);
        EXPECT_TRUE(voters.ok()) << voters.status().message();
        LaneOptions options;
        options.shard = shard_options(setup.config);
        options.budget = rule_budget(setup.config);
        options.voters = std::make_shared<const VoterSet>(std::move(voters).value());
        ShardLane lane(std::move(options), std::move(make_detectors(setup)).value(),
                       market.registry, sink);
        lane.use_rules(*load_rules(setup.config));
        lane.start();
        for (const MarketEvent& event : events) {
            lane.feed({&event, 1});
        }
        if (snapshot != nullptr) {
            *snapshot = lane.snapshot();
        }
        return sink.documents;
    }
    static std::vector<MarketEvent> two_large() {
        return {liquidation_at(0, 0, 1e6), liquidation_at(1, 5'000, 2e6), tick_at(6)};
    }
};

TEST_F(VotersInTheFlow, vote_stands_in_the_signal_that_it_was_about) {
    const PluginSetup setup =
        setup_with({"voters.opinion.scale=4000000", "voters.quiet.plugin=opinion",
                    "voters.quiet.mode=1", "voters.broken.plugin=opinion", "voters.broken.mode=3"});
    ASSERT_EQ(render(setup.problems), "");
    LaneSnapshot snapshot;
    const std::vector<std::string> all = documents(setup, two_large(), &snapshot);
    ASSERT_GE(all.size(), 2U);
    EXPECT_THAT(all[0], HasSubstr("\"votes.opinion\":0.25"));
    EXPECT_THAT(all[0], HasSubstr("\"votes.opinion.reason\":\"as?told\""));
    EXPECT_THAT(all[0], HasSubstr("\"votes.quiet\":-1"));
    EXPECT_THAT(all[0], HasSubstr("\"votes.broken\":-1"));
    EXPECT_THAT(all[0], HasSubstr("\"votes.broken.reason\":\"fault\""));
    EXPECT_THAT(all[1], HasSubstr("\"votes.opinion\":0.5"));
    ASSERT_EQ(snapshot.shard.voters.size(), 3U);
    EXPECT_EQ(snapshot.shard.voters[0].name, "broken");
    EXPECT_EQ(snapshot.shard.voters[0].last_fault, "the model is broken");
    EXPECT_EQ(snapshot.shard.voters[0].faults, 2U);
    EXPECT_EQ(snapshot.shard.voters[1].calls, 2U);
    EXPECT_EQ(snapshot.shard.voters[2].abstained, 2U);
}

TEST_F(VotersInTheFlow, voter_that_wants_what_is_not_there_stops_the_start) {
    const PluginSetup setup = setup_with({"voters.opinion.figure=market.retrun_pct"});
    const Result<VoterSet> voters = make_voters(setup);
    ASSERT_FALSE(voters.ok());
    EXPECT_THAT(voters.status().message(),
                HasSubstr("PTL-P013: voter 'opinion' (libopinion.so) cannot be given what it "
                          "wants: it asks for the figure 'market.retrun_pct', which no rule is "
                          "given; did you mean 'market.return_pct'?"));
}

TEST_F(VotersInTheFlow, without_voters_a_signal_says_nothing_of_votes) {
    for (const std::string& document : documents(setup_with({}), two_large())) {
        EXPECT_EQ(document.find("\"votes."), std::string::npos);
    }
}

TEST_F(VotersInTheFlow, replay_of_the_journal_asks_them_again_and_agrees) {
    const PluginSetup setup = setup_with({"voters.opinion.scale=1000000000"});
    const Market market(setup, {"BTC", "SOL"});
    const std::vector<MarketEvent> events = market_of(120, 2);
    std::vector<std::string> live = documents(setup, events);
    ASSERT_GT(live.size(), 10U);
    const testing::TemporaryFolder journal;
    Recorder recorder(journal.path(), market.registry);
    recorder.push(events);
    recorder.stop();

    std::vector<std::string> again;
    ReplayOptions options;
    options.paths = {journal.path()};
    options.on_signal = [&](SignalChange, const Signal& signal) {
        again.push_back(signal_document(signal));
    };
    const Result<ReplaySummary> summary = run_replay(setup, options);
    ASSERT_TRUE(summary.ok()) << summary.status().message();
    // A tick tells its changes by symbol number, which a journal gives anew.
    std::sort(live.begin(), live.end());
    std::sort(again.begin(), again.end());
    ASSERT_EQ(again.size(), live.size());
    for (std::size_t i = 0; i < live.size(); ++i) {
        ASSERT_EQ(again[i], live[i]) << i;
    }
    EXPECT_THAT(again.front(), HasSubstr("\"votes.opinion\":0."));
}

}  // namespace
}  // namespace petrel::core
