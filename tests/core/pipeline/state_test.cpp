// Declared state of rules over the life of a shard: by symbol, through changes of rules and
// restarts, apart for a version that looks on; and figures that give the same score again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/pipeline/recording_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "pipeline_rebuild.hpp"
#include "signal/signal_json.hpp"

namespace petrel::core {
namespace {

using petrel::testing::TempFolder;
using petrel::testing::write_bytes;
using ::testing::ElementsAre;

// The score is how many findings of the symbol there were before, and a thousandth of what was
// liquidated in ten seconds, in millions; a third finding of SOL fails when `fails` is set.
constexpr const char* kScore =
    "local get, put, flow = state.get, state.put, window.flow\n"
    "return function(input, terms)\n"
    "  local seen = get('seen')\n"
    "  local longs, shorts = flow('liquidation', 10)\n"
    "  put('seen', seen + 1)\n"
    "  if input.symbol == 'SOL-USDT-PERP' and seen == params.fails_at then error('as told') end\n"
    "  return seen + (longs + shorts) / 1e9, 'single', 'weak', 'neutral', 'low'\n"
    "end\n";
constexpr const char* kJudge =
    "return function(input, score)\n"
    "  state.put('judged', state.get('judged') + 1)\n"
    "  return 'send', 'good', 'judged {0}', state.get('judged')\n"
    "end\n";

class Scores final : public SignalSink {
public:
    void on_signal(SignalChange change, const Signal& signal) override {
        if (change == SignalChange::Admitted) {
            log.push_back(signal.symbol.substr(0, 3) + " " + std::to_string(signal.score.total) +
                          " " + signal.verdict.note);
            signals.push_back(signal);
        }
    }
    std::vector<std::string> log;
    std::vector<Signal> signals;
};

class RuleStateTest : public ::testing::Test {
protected:
    std::shared_ptr<const RulePack> pack(const std::string& fails_at = "99",
                                         const std::string& version = "1",
                                         const std::string& more = "") {
        const std::string path = folder_.at("pack-" + std::to_string(packs_++));
        std::filesystem::create_directories(path);
        write_bytes(path + "/pack.lua",
                    "return { name = 'count', version = '1', api = 1,\n"
                    "  parameters = { { name = 'fails_at', default = " +
                        fails_at + " } },\n  state = { version = " + version +
                        ", keys = { seen = {}, judged = {} } },\n" + more +
                        "  fallback = { decision = 'send', reason = 'failed', score = 0 } }\n");
        write_bytes(path + "/score.lua", kScore);
        write_bytes(path + "/appropriateness.lua", kJudge);
        auto loaded = RulePack::load(path);
        EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : loaded.status().message());
        return *loaded;
    }

    // A large liquidation is one finding; they lie far apart, so that there are no storms.
    MarketEvent large(std::uint32_t coin, std::int64_t second) {
        return liquidation_at(coin, second * 1'000, 1e6);
    }

    std::unique_ptr<ShardLane> lane_with(const std::shared_ptr<const RulePack>& rules) {
        LaneOptions options;
        options.shard = shard_options(setup_.config);
        options.budget = rule_budget(setup_.config);
        auto made = std::make_unique<ShardLane>(options, std::move(make_detectors(setup_)).value(),
                                                market_.registry, sink_);
        made->use_rules(rules);
        return made;
    }

    TempFolder folder_;
    int packs_ = 0;
    PluginSetup setup_ = product_setup();
    Market market_{setup_, {"BTC", "SOL"}};
    Scores sink_;
};

TEST_F(RuleStateTest, is_kept_for_each_symbol) {
    const auto lane = lane_with(pack());
    lane->start();
    for (const MarketEvent& event : {large(0, 0), large(1, 100), large(1, 200), large(0, 300)}) {
        lane->feed({&event, 1});
    }
    EXPECT_THAT(sink_.log, ElementsAre("BTC 0.001000 judged 1", "SOL 0.001000 judged 1",
                                       "SOL 1.001000 judged 2", "BTC 1.001000 judged 2"));
}

TEST_F(RuleStateTest, a_rule_that_fails_takes_back_the_whole_evaluation) {
    const auto lane = lane_with(pack("1"));
    lane->start();
    for (const MarketEvent& event : {large(1, 0), large(1, 100), large(1, 200)}) {
        lane->feed({&event, 1});
    }
    // The second one fails, and the verdict on the fallback counts no more than the score; so does
    // the third, which begins where the second did.
    EXPECT_THAT(sink_.log, ElementsAre("SOL 0.001000 judged 1", "SOL 0.000000 judged 2",
                                       "SOL 0.000000 judged 2"));
}

TEST_F(RuleStateTest, goes_on_after_a_restart_by_the_journal) {
    const std::vector<MarketEvent> events{large(0, 0), large(1, 100), large(1, 200), tick_at(201)};
    const TempFolder journal;
    const auto rules = pack();
    Recorder recorder(journal.path(), market_.registry);
    recorder.push(events);
    recorder.stop();

    std::vector<std::unique_ptr<ShardLane>> lanes;
    lanes.push_back(lane_with(rules));
    RecordedRules recorded(rules, {});
    const RebuildFigures figures =
        rebuild_shards({journal.path(), events.back().receive_ts_ns, 3'600'000, 1'000'000},
                       market_.registry, recorded, lanes);
    EXPECT_EQ(figures.events, 3U);
    EXPECT_TRUE(sink_.log.empty());
    lanes.front()->start();
    for (const MarketEvent& event : {large(1, 300), large(0, 400)}) {
        lanes.front()->feed({&event, 1});
    }
    EXPECT_THAT(sink_.log, ElementsAre("SOL 2.001000 judged 3", "BTC 1.001000 judged 2"));
}

TEST_F(RuleStateTest, follows_a_change_of_rules) {
    const auto lane = lane_with(pack());
    lane->start();
    const auto feed = [&](std::int64_t second) {
        const MarketEvent event = large(0, second);
        lane->feed({&event, 1});
    };
    feed(0);
    lane->use_rules(pack("98"));
    feed(100);
    lane->use_rules(
        pack("98", "2", "migrate = function(old, from) return { seen = 40 + old.seen } end,\n"));
    feed(200);
    EXPECT_THAT(sink_.log, ElementsAre("BTC 0.001000 judged 1", "BTC 1.001000 judged 2",
                                       "BTC 42.001000 judged 1"));
    EXPECT_EQ(lane->snapshot().shard.rule_state_lost, 0U);
}

TEST_F(RuleStateTest, a_version_that_looks_on_remembers_by_itself) {
    DetectorSet detectors = std::move(make_detectors(setup_)).value();
    Shard shard(shard_options(setup_.config), detectors.handles(), market_.registry, sink_);
    shard.use_rules(pack(), RuleBudget{});
    const auto feed = [&](std::int64_t second) {
        const MarketEvent event = large(0, second);
        shard.on_events({&event, 1});
    };
    feed(0);
    Scores beside;
    shard.look_on(
        pack("98", "2", "migrate = function(old, from) return { seen = 10 + old.seen } end,\n"), {},
        beside);
    feed(100);
    feed(200);
    EXPECT_THAT(sink_.log, ElementsAre("BTC 0.001000 judged 1", "BTC 1.001000 judged 2",
                                       "BTC 2.001000 judged 3"));
    EXPECT_THAT(beside.log, ElementsAre("BTC 11.001000 judged 1", "BTC 12.001000 judged 2"));
}

TEST_F(RuleStateTest, a_signal_holds_what_gives_its_score_again) {
    const auto rules = pack();
    const auto lane = lane_with(rules);
    lane->start();
    for (const MarketEvent& event : {large(0, 0), large(0, 5), large(0, 400)}) {
        lane->feed({&event, 1});
    }
    ASSERT_GE(sink_.signals.size(), 2U);
    const Signal& signal = sink_.signals[1];
    const auto document = nlohmann::json::parse(signal_document(signal));
    EXPECT_EQ(document.at("window").at("flow liquidation 10"), (nlohmann::json{2e6, 0.0, 2.0}));
    EXPECT_EQ(document.at("rule_state").at("seen"), signal.score.state[1].value);
    EXPECT_EQ(document.at("state"), "active") << "the life of the signal has that name";

    const RecordedWindow window(signal.score.asked);
    RuleInput input;
    input.symbol = signal.symbol;
    input.window = &window;
    const auto vm = rules->make_vm({});
    vm->set_state(rules->manifest().cells(signal.score.state));
    RuleScore again;
    vm->score(input, again);
    EXPECT_EQ(again.total, signal.score.total);
    EXPECT_EQ(again.fault, "");
}

TEST_F(RuleStateTest, the_latest_inputs_bring_windows_and_state_along) {
    const auto rules = pack();
    const auto lane = lane_with(rules);
    lane->start();
    for (const MarketEvent& event : {large(0, 0), large(0, 100), tick_at(102)}) {
        lane->feed({&event, 1});
    }
    const RecentInputs recent = lane->snapshot().recent;
    const std::vector<RuleInput> inputs = recent.inputs();
    ASSERT_EQ(inputs.size(), 2U);
    ASSERT_EQ(inputs[1].state.size(), 2U);
    EXPECT_EQ(inputs[1].state[1].name, "seen");
    EXPECT_EQ(inputs[1].state[1].value, 1);
    ASSERT_NE(inputs[1].window, nullptr);
    EXPECT_EQ(inputs[1].window->answer(*read_question("flow liquidation 10"))[0], 1e6);
    EXPECT_EQ(inputs[1].history.sent_last_hour, 1) << "as appropriateness was told";
}

}  // namespace
}  // namespace petrel::core
