// A detector's library replaced in the middle of a market: no event lost or seen twice, stories go
// on, and one shard that says no leaves all as they were.
#include "pipeline_takeover.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/pipeline/recording_support.hpp"
#include "core/plugin/plugin_support.hpp"
#include "pipeline_journal.hpp"
#include "pipeline_rules.hpp"

namespace petrel::core {
namespace {

namespace fs = std::filesystem;
using testing::bytes_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::plugin_file;
using testing::TemporaryFolder;

constexpr std::int64_t kPatienceMs = 30'000;

class Takeover : public ::testing::Test {
protected:
    Takeover() {
        for (const auto& entry : fs::directory_iterator(PETREL_PLUGIN_DIR)) {
            const std::string name = entry.path().filename().string();
            if (name.find("storm") != std::string::npos ||
                name.find("whale") != std::string::npos) {
                fs::copy_file(entry.path(), folder_.file(name));
            }
        }
    }
    void replace(const std::string& file, const std::string& bytes) const {
        folder_.write("new", bytes);
        fs::rename(folder_.file("new"), folder_.file(file));
    }
    PluginSetup load(std::vector<std::string> settings = {}) const {
        LoadOptions options;
        options.settings = std::move(settings);
        options.settings.push_back("rules.directory=" PETREL_SOURCE_DIR "/rules/default");
        return load_setup(options, {folder_.path()});
    }

    // Lanes as the pipeline makes them, fed as it feeds them; started at once.
    struct Engine {
        Engine(const PluginSetup& setup, std::size_t shards)
            : market(setup, {"BTC", "SOL", "AVAX", "DOGE"}), succession(setup) {
            for (std::size_t i = 0; i < shards; ++i) {
                LaneOptions options;
                options.own_thread = shards > 1;
                options.shard = shard_options(setup.config);
                lanes.push_back(std::make_unique<ShardLane>(
                    std::move(options), std::move(make_detectors(setup)).value(), market.registry,
                    ear));
                lanes.back()->use_rules(*load_rules(setup.config));
                lanes.back()->start();
            }
        }
        void feed(std::span<const MarketEvent> events) {
            for (const MarketEvent& event : events) {
                for (std::size_t i = 0; i < lanes.size(); ++i) {
                    if (event.kind == kTickEvent || event.instrument % lanes.size() == i) {
                        lanes[i]->feed({&event, 1});
                    }
                }
            }
        }
        std::shared_ptr<DetectorTakeover> try_out(const Successor& successor) {
            std::vector<DetectorSuccessors> by_shard;
            for (const auto& lane : lanes) {
                Result<DetectorSuccessors> made = make_successors(successor, lane->window_limits());
                EXPECT_TRUE(made.ok()) << made.status().message();
                by_shard.push_back(std::move(made).value());
            }
            auto takeover = std::make_shared<DetectorTakeover>(std::move(by_shard));
            for (std::size_t i = 0; i < lanes.size(); ++i) {
                ShardLane& lane = *lanes[i];
                lane.drain_all();
                lane.at_mark([takeover, i, &lane] { takeover->try_on(i, lane); });
            }
            return takeover;
        }
        void settle(const std::shared_ptr<DetectorTakeover>& takeover, bool take) {
            for (const auto& each : lanes) {
                ShardLane& lane = *each;
                lane.drain_all();
                lane.at_mark([takeover, take, &lane] { takeover->settle_on(lane, take); });
            }
        }
        void stop() {
            for (const auto& lane : lanes) {
                lane->stop();
            }
        }

        Market market;
        Ear ear;
        PluginSuccession succession;
        std::vector<std::unique_ptr<ShardLane>> lanes;
    };

    // What the storm detector's market comes to with a reload after every `every` events.
    std::vector<std::string> lines_with_reloads(std::size_t shards, std::size_t every) {
        const std::vector<MarketEvent> events = market_of(240, 4);
        std::string bytes = bytes_of(std::string(PETREL_PLUGIN_DIR) + "/libliquidation_storm.so");
        replace("libliquidation_storm.so", bytes);
        const PluginSetup setup = load();
        Engine engine(setup, shards);
        std::size_t reloads = 0;
        for (std::size_t at = 0; at < events.size(); at += 50) {
            const auto batch =
                std::span(events).subspan(at, std::min<std::size_t>(50, events.size() - at));
            if (every == 0 || at == 0 || at % every != 0) {
                engine.feed(batch);
                continue;
            }
            bytes += 'x';
            replace("libliquidation_storm.so", bytes);
            const Result<Successor> successor = engine.succession.prepare("liquidation_storm");
            EXPECT_TRUE(successor.ok()) << successor.status().message();
            const auto takeover = engine.try_out(*successor);
            engine.feed(batch.first(batch.size() / 2));  // both see these, one decides
            const Result<TrialReport> report = takeover->wait_for_trial(kPatienceMs);
            EXPECT_TRUE(report.ok()) << report.status().message();
            EXPECT_THAT(report->empty_because, IsEmpty());
            engine.settle(takeover, report.ok());
            engine.succession.take_over(*successor);
            engine.feed(batch.subspan(batch.size() / 2));
            EXPECT_TRUE(takeover->wait_until_settled(kPatienceMs));
            ++reloads;
        }
        engine.stop();
        EXPECT_EQ(reloads > 3, every > 0) << reloads;
        return engine.ear.sorted();
    }

    TemporaryFolder folder_;
};

TEST_F(Takeover, market_with_reloads_gives_what_it_gives_without) {
    const std::vector<std::string> plain = lines_with_reloads(1, 0);
    ASSERT_THAT(plain, Not(IsEmpty()));
    EXPECT_EQ(lines_with_reloads(1, 200), plain);
    EXPECT_EQ(lines_with_reloads(3, 200), plain);
}

// Every event is a finding that tells its number: none is lost or told twice over the swap, and the
// new version goes on from the count of the one before.
class HeirTakeover : public Takeover {
protected:
    HeirTakeover() { replace("libheir.so", bytes_of(plugin_file("heir"))); }

    Result<DetectorSuccessors> made_from(const std::string& version, const PluginSetup& setup) {
        Engine engine(setup, 1);
        replace("libheir.so", bytes_of(plugin_file(version)));
        const Result<Successor> successor = engine.succession.prepare("heir");
        EXPECT_TRUE(successor.ok()) << successor.status().message();
        return make_successors(*successor, engine.lanes[0]->window_limits());
    }
};

std::uint64_t findings_of(const Takeover&, const LaneSnapshot& lane, const std::string& type) {
    const auto found = lane.shard.findings_by_type.find(type);
    return found == lane.shard.findings_by_type.end() ? 0 : found->second;
}

TEST_F(HeirTakeover, each_event_is_told_once_and_appended_types_are_told) {
    const PluginSetup setup = load({"detectors.heir.horizon=30s"});
    Engine engine(setup, 1);
    std::int64_t ms = 0;
    const auto feed = [&](int count) {
        for (int i = 0; i < count; ++i) {
            const MarketEvent event = liquidation_at(0, ++ms, 10);
            engine.feed({&event, 1});
        }
    };
    feed(10);
    replace("libheir.so", bytes_of(plugin_file("heir_more_types")));
    const Result<Successor> successor = engine.succession.prepare("heir");
    ASSERT_TRUE(successor.ok()) << successor.status().message();
    const auto takeover = engine.try_out(*successor);
    const Result<TrialReport> report = takeover->wait_for_trial(kPatienceMs);
    ASSERT_TRUE(report.ok()) << report.status().message();
    EXPECT_EQ(report->state_bytes, 8U);
    feed(5);  // the one before decides, the one that follows looks on
    const testing::LogCapture log;
    engine.settle(takeover, true);
    EXPECT_THAT(log.lines(), HasSubstr("gone 1")) << "destroyed where it was used";
    EXPECT_THAT(log.lines(), Not(HasSubstr("gone 2")));
    feed(7);
    const MarketEvent tick = tick_at(5);
    engine.feed({&tick, 1});
    const LaneSnapshot lane = engine.lanes[0]->snapshot();
    EXPECT_EQ(findings_of(*this, lane, "HEIR"), 15U);
    EXPECT_EQ(findings_of(*this, lane, "HEIR_MORE"), 7U);
    EXPECT_EQ(lane.shard.findings, 22U);
    EXPECT_FALSE(lane.shard.findings_by_type.contains("GLOBAL_RADAR"));
}

TEST_F(HeirTakeover, one_shard_that_says_no_leaves_all_as_they_were) {
    const PluginSetup setup = load({"detectors.heir.horizon=30s"});
    Engine engine(setup, 3);
    const std::vector<MarketEvent> events = market_of(30, 4);
    engine.feed(events);
    replace("libheir.so", bytes_of(plugin_file("heir_refuses")));
    const Result<Successor> successor = engine.succession.prepare("heir");
    ASSERT_TRUE(successor.ok());
    const auto takeover = engine.try_out(*successor);
    const Result<TrialReport> report = takeover->wait_for_trial(kPatienceMs);
    ASSERT_FALSE(report.ok());
    EXPECT_THAT(report.status().message(),
                HasSubstr("heir: the new one refuses the state: of another house"));
    engine.settle(takeover, false);
    ASSERT_TRUE(takeover->wait_until_settled(kPatienceMs));
    const std::vector<MarketEvent> more = market_of(31, 4);
    engine.feed(std::span(more).subspan(events.size()));
    const MarketEvent last = tick_at(40);  // a snapshot is taken at each tick
    engine.feed({&last, 1});
    engine.stop();
    std::uint64_t liquidations = 0;
    for (const MarketEvent& event : more) {
        liquidations += event.kind == PETREL_EVENT_LIQUIDATION ? 1 : 0;
    }
    std::uint64_t told = 0;
    for (const auto& lane : engine.lanes) {
        told += findings_of(*this, lane->snapshot(), "HEIR");
    }
    EXPECT_GT(told, 0U);
    EXPECT_EQ(told, liquidations) << "each once, by the one before";
}

TEST_F(HeirTakeover, what_the_windows_cannot_serve_is_refused_before_any_shard_is_asked) {
    const PluginSetup setup = load({"detectors.heir.horizon=30s"});
    const Result<DetectorSuccessors> other = made_from("heir_other_types", setup);
    ASSERT_FALSE(other.ok());
    EXPECT_THAT(other.status().message(),
                HasSubstr("heir cannot follow the one before: its finding type number 1 was HEIR "
                          "and is HEIR_OTHER"));
}

TEST(TakeoverEntry, tells_the_change_in_a_sentence_and_survives_odd_versions) {
    LoadedPlugin before;
    before.name = "acme";
    before.version = "1.0";
    before.hash = "0123456789abcdef";
    LoadedPlugin after = before;
    after.version = "2\"\\\n";
    after.hash = "fedcba9876543210";
    const std::string entry = detector_entry({&before, &after, {}});
    const std::string expected =
        R"-({"detector.acme":"2___ (fedcba98)","was":"1.0 (01234567)","hash":"fedcba9876543210"})-";
    EXPECT_EQ(entry, expected);
    EXPECT_TRUE(is_detector_entry(entry));
    EXPECT_FALSE(is_detector_entry(R"({"rules":"x"})"));
    EXPECT_EQ(detector_change(entry),
              "the detector acme was 1.0 (01234567) and became 2___ (fedcba98) while this was "
              "recorded");
    EXPECT_NE(detector_change("{\"detector.x"), "") << "a journal may hold anything";
}

TEST_F(Takeover, journal_feed_tells_which_detectors_were_replaced) {
    const PluginSetup setup = load();
    Market market(setup, {"BTC"});
    journal::WriterOptions options;
    options.directory = folder_.file("journal");
    options.segment_bytes = 1;  // a segment for each block: entries are said again in each
    options.describe = [&](std::uint32_t handle) { return journal_line(market.registry, handle); };
    auto writer = journal::JournalWriter::open(options);
    ASSERT_TRUE(writer.ok());
    const std::string rules = R"({"rules":"mine@04be77","hash":"0123456789abcdef"})";
    const std::string change = R"({"detector.acme":"2","was":"1","hash":"fedcba9876543210"})";
    (*writer)->control(0, rules);
    const MarketEvent first = liquidation_at(0, 1, 10);
    (*writer)->push(0, {&first, 1});
    (*writer)->control(0, change);
    const MarketEvent second = liquidation_at(0, 2, 10);
    (*writer)->push(0, {&second, 1});
    (*writer)->stop();
    auto reader = journal::JournalReader::open(options.directory, {});
    ASSERT_TRUE(reader.ok());
    JournalFeed feed(std::move(*reader), market.registry);
    ASSERT_TRUE(feed.next().ok());
    ASSERT_TRUE(feed.next().ok());
    EXPECT_EQ(feed.rules_entry(), rules) << "another sort of entry does not take its place";
    EXPECT_THAT(
        feed.detector_changes(),
        ::testing::ElementsAre("the detector acme was 1 and became 2 while this was recorded"));
}

}  // namespace
}  // namespace petrel::core
