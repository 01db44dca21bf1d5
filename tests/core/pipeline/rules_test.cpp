// Which rules judged when: kept packs, a replay that follows the journal's word, and lanes that
// change over at one event.
#include "pipeline_rules.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "core/pipeline/recording_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "journal/journal_files.hpp"
#include "replay/replay.hpp"

namespace petrel::core {
namespace {

namespace fs = std::filesystem;
using petrel::testing::read_bytes;
using petrel::testing::TempFolder;
using petrel::testing::write_bytes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The default pack under another name, so that it is another version.
std::string pack_named(const TempFolder& folder, const std::string& name) {
    const std::string path = folder.at(name);
    fs::copy(PETREL_SOURCE_DIR "/rules/default", path, fs::copy_options::recursive);
    std::string text = read_bytes(path + "/pack.lua");
    const std::string old = "name = \"default\"";
    const std::size_t at = text.find(old);
    EXPECT_NE(at, std::string::npos);
    write_bytes(path + "/pack.lua", text.replace(at, old.size(), "name = \"" + name + "\""));
    return path;
}

class Rules : public ::testing::Test {
protected:
    std::shared_ptr<const RulePack> load(const std::string& name,
                                         const ParameterOverrides& parameters = {}) {
        auto pack = RulePack::load(pack_named(packs_, name), parameters);
        EXPECT_TRUE(pack.ok()) << (pack.ok() ? "" : pack.status().message());
        return *pack;
    }

    // Three storms an hour apart, the rules of each named before it.
    void record(const std::vector<std::shared_ptr<const RulePack>>& rules) {
        const Market market(setup_, {"BTC"});
        Recorder recorder(journal_.path(), market.registry);
        std::int64_t ms = 0;
        for (const auto& pack : rules) {
            if (pack != nullptr) {
                recorder.rules(*pack);
            }
            const std::vector<MarketEvent> storm = {liquidation_at(0, ms, 1'500'000),
                                                    liquidation_at(0, ms + 1'000, 1'500'000),
                                                    tick_at(ms / 1'000 + 2)};
            recorder.push(storm);
            ms += 3'600'000;
        }
        recorder.stop();
    }

    ReplaySummary replay(bool one_rule_pack = false) {
        ReplayOptions options;
        options.paths = {journal_.path()};
        options.one_rule_pack = one_rule_pack;
        options.on_signal = [this](SignalChange change, const Signal& signal) {
            if (signal.type == "LIQ_STORM") {
                ear_.on_signal(change, signal);
            }
        };
        const Result<ReplaySummary> summary = run_replay(setup_, options);
        EXPECT_TRUE(summary.ok()) << (summary.ok() ? "" : summary.status().message());
        return summary.ok() ? *summary : ReplaySummary();
    }

    TempFolder packs_;
    TempFolder journal_;
    PluginSetup setup_ = product_setup();
    std::shared_ptr<const RulePack> live_ = *load_rules(setup_.config);
    Ear ear_;
};

TEST_F(Rules, a_kept_pack_comes_back_as_the_same_version) {
    const ParameterOverrides parameters{{"part_scale", 2.7182818284590451}};
    const auto pack = load("first", parameters);
    const RuleArchive archive(journal_.path());
    ASSERT_TRUE(archive.keep(*pack, parameters).ok());
    ASSERT_TRUE(archive.keep(*pack, parameters).ok()) << "again";
    fs::remove_all(packs_.at("first"));
    const auto back = archive.load(pack->hash(), {});
    ASSERT_TRUE(back.ok()) << back.status().message();
    EXPECT_EQ((*back)->id(), pack->id());
    EXPECT_EQ((*back)->hash(), pack->hash());
    EXPECT_EQ((*back)->parameter("part_scale", 0), 2.7182818284590451);
}

TEST_F(Rules, a_kept_pack_that_was_changed_is_refused) {
    const auto pack = load("first");
    const RuleArchive archive(journal_.path());
    ASSERT_TRUE(archive.keep(*pack, {}).ok());
    const std::string file = journal_.at("rules/" + pack->hash() + "/score.lua");
    write_bytes(file, read_bytes(file) + "\n");
    const auto back = archive.load(pack->hash(), {});
    ASSERT_FALSE(back.ok());
    EXPECT_THAT(back.status().message(), HasSubstr("was changed"));
}

TEST_F(Rules, a_hash_that_is_a_path_is_no_hash) {
    const RuleArchive archive(journal_.path());
    ASSERT_TRUE(archive.keep(*live_, {}).ok());
    EXPECT_FALSE(archive.load("../rules/" + live_->hash(), {}).ok());
    EXPECT_FALSE(archive.load("", {}).ok());
    EXPECT_TRUE(archive.load(live_->hash(), {}).ok());
}

TEST_F(Rules, the_versions_that_were_longest_not_live_go) {
    const RuleArchive archive(journal_.path());
    const auto now = fs::file_time_type::clock::now();
    for (std::size_t i = 0; i < RuleArchive::kKept + 3; ++i) {
        const std::string path = journal_.at("rules/old" + std::to_string(i));
        fs::create_directories(path);
        fs::last_write_time(path, now - std::chrono::hours(100 - i));
    }
    ASSERT_TRUE(archive.keep(*live_, {}).ok());
    std::size_t kept = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(journal_.at("rules"))) {
        ++kept;
    }
    EXPECT_EQ(kept, RuleArchive::kKept);
    EXPECT_FALSE(fs::exists(journal_.at("rules/old3")));
    EXPECT_TRUE(fs::exists(journal_.at("rules/old4")));
    EXPECT_TRUE(archive.load(live_->hash(), {}).ok());
}

TEST_F(Rules, a_replay_judges_by_the_rules_that_judged_then) {
    const auto first = load("first");
    const auto second = load("second");
    const RuleArchive archive(journal_.path());
    ASSERT_TRUE(archive.keep(*first, {}).ok() && archive.keep(*second, {}).ok());
    record({first, second, first});
    const ReplaySummary summary = replay();
    EXPECT_THAT(ear_.rules(SignalChange::Admitted),
                ElementsAre(first->id(), second->id(), first->id()));
    EXPECT_THAT(summary.rule_versions, ElementsAre(first->id(), second->id()));
    EXPECT_THAT(summary.warnings, IsEmpty());
}

TEST_F(Rules, one_segment_alone_says_which_rules_judged) {
    const auto first = load("first");
    ASSERT_TRUE(RuleArchive(journal_.path()).keep(*first, {}).ok());
    record({first, nullptr});
    ReplayOptions options;
    options.paths = {journal::list_segments(journal_.path())->front().path};
    const Result<ReplaySummary> summary = run_replay(setup_, options);
    ASSERT_TRUE(summary.ok());
    EXPECT_THAT(summary->rule_versions, ElementsAre(first->id()));
}

TEST_F(Rules, a_replay_told_to_use_one_pack_uses_that) {
    const auto first = load("first");
    ASSERT_TRUE(RuleArchive(journal_.path()).keep(*first, {}).ok());
    record({first, live_});
    const ReplaySummary summary = replay(true);
    EXPECT_THAT(ear_.rules(SignalChange::Admitted), ElementsAre(live_->id(), live_->id()));
    EXPECT_THAT(summary.rule_versions, ElementsAre(live_->id()));
    EXPECT_THAT(summary.warnings, IsEmpty());
}

TEST_F(Rules, a_version_that_is_not_kept_is_named_once) {
    const auto lost = load("lost");
    record({lost, live_, lost});
    const ReplaySummary summary = replay();
    EXPECT_THAT(ear_.rules(SignalChange::Admitted),
                ElementsAre(live_->id(), live_->id(), live_->id()));
    ASSERT_EQ(summary.warnings.size(), 1U);
    EXPECT_THAT(summary.warnings.front(), HasSubstr(lost->id()));
    EXPECT_THAT(summary.warnings.front(), HasSubstr(live_->id() + " judge"));
}

TEST_F(Rules, a_recording_without_a_word_about_rules_is_judged_by_the_current) {
    record({nullptr, nullptr});
    const ReplaySummary summary = replay();
    EXPECT_THAT(ear_.rules(SignalChange::Admitted), ElementsAre(live_->id(), live_->id()));
    EXPECT_THAT(summary.warnings, IsEmpty());
}

// With a thread of its own, too, a lane changes over exactly where it was told.
TEST_F(Rules, a_lane_changes_over_between_two_events) {
    const std::vector<std::shared_ptr<const RulePack>> packs{load("first"), load("second")};
    for (const bool own_thread : {false, true}) {
        Market market(setup_, {"BTC"});
        Ear ear;
        LaneOptions options;
        options.own_thread = own_thread;
        options.queue_capacity = 1'024;
        options.shard = shard_options(setup_.config);
        ShardLane lane(options, std::move(make_detectors(setup_)).value(), market.registry, ear);
        lane.use_rules(live_);
        lane.start();
        std::vector<std::string> expected;
        for (std::int64_t i = 0; i < 60; ++i) {
            const auto& pack = packs[static_cast<std::size_t>(i % 2)];
            lane.use_rules(pack);
            const std::int64_t ms = i * 3'600'000;
            const std::vector<MarketEvent> storm = {liquidation_at(0, ms, 1'500'000),
                                                    liquidation_at(0, ms + 1'000, 1'500'000)};
            lane.feed(storm);
            // Two large liquidations a round, of which the first is told, and their storm.
            expected.insert(expected.end(), 2, pack->id());
        }
        lane.stop();
        EXPECT_EQ(ear.rules(SignalChange::Admitted), expected) << "own thread: " << own_thread;
    }
}

}  // namespace
}  // namespace petrel::core
