// What an edit of the rules would have changed: edits with known effects over a written recording.
#include "replay/rule_diff.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "cli/diff_page.hpp"
#include "cli/diff_text.hpp"

namespace petrel::core {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDefaultPack = PETREL_SOURCE_DIR "/rules/default";
// A major: 2,000,000 USD and two events within 30 s are a storm; the cooldown is five minutes.
// Storms of 2.184 M, 4.368 M (it grows on) and, 400 s later, 3.276 M.
constexpr const char* kStorms =
    "venue,symbol,position_side,quantity_base,price,event_time_ms\n"
    "bybit,BTCUSDT,long,12,91000,1794000000000\n"
    "bybit,BTCUSDT,long,12,91000,1794000001000\n"
    "bybit,BTCUSDT,long,12,91000,1794000002000\n"
    "bybit,BTCUSDT,long,12,91000,1794000003000\n"
    "bybit,BTCUSDT,long,18,91000,1794000400000\n"
    "bybit,BTCUSDT,long,18,91000,1794000401000\n";

class RuleDiffTest : public ::testing::Test {
protected:
    RuleDiffTest() {
        fs::copy(kDefaultPack, folder_ / "edited", fs::copy_options::recursive);
        std::ofstream(folder_ / "liquidations.bybit.x.csv") << kStorms;
    }
    ~RuleDiffTest() override { fs::remove_all(folder_); }

    // Replaces the first `from` of a file of the edited pack.
    void edit(const std::string& file, const std::string& from, const std::string& to) {
        const fs::path path = folder_ / "edited" / file;
        std::ifstream in(path);
        std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        const std::size_t at = text.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        std::ofstream(path) << text.replace(at, from.size(), to);
    }
    // A number of the pack's parameters gets another default.
    void set_default(const std::string& name, const std::string& was, const std::string& value) {
        const std::string start = "number(\"" + name + "\", ";
        edit("pack.lua", start + was, start + value);
    }

    RuleDiff diff() {
        LoadOptions options;
        options.settings = {std::string("rules.directory=") + kDefaultPack};
        const PluginSetup setup = load_setup(options, {PETREL_PLUGIN_DIR});
        RuleDiffOptions wish;
        wish.after = (folder_ / "edited").string();
        wish.paths = {(folder_ / "liquidations.bybit.x.csv").string()};
        Result<RuleDiff> made = run_rule_diff(setup, wish);
        EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.status().message());
        return made.ok() ? *made : RuleDiff{};
    }

    // Of storms only: a large liquidation is an alert of its own.
    static std::vector<VersionPair> storms(const RuleDiff& diff) {
        std::vector<VersionPair> found;
        for (const VersionPair& pair : diff.pairs) {
            if (pair.type == "LIQ_STORM") {
                found.push_back(pair);
            }
        }
        return found;
    }

    static fs::path make_folder() {
        fs::path folder = fs::temp_directory_path() /
                          ("petrel-diff-" + std::to_string(::getpid()) + "-" +
                           ::testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::create_directories(folder);
        return folder;
    }
    fs::path folder_ = make_folder();
};

TEST_F(RuleDiffTest, a_comment_changes_nothing) {
    edit("score.lua", "-- Score:", "-- The score:");
    const RuleDiff made = diff();
    EXPECT_NE(made.before, made.after);
    EXPECT_EQ(storms(made).size(), 2U);
    EXPECT_FALSE(made.differs()) << diff_text(made, Colour::Never);
    EXPECT_EQ(made.counts.sent_before, made.counts.sent_after);
}

TEST_F(RuleDiffTest, a_higher_minimum_takes_small_storms_away_and_delays_what_grows) {
    // 2.184 M / 6 M = 0.364; it reaches 0.5 at its third order, two seconds on: min(0.546, 0.5).
    set_default("min_score_liq_storm", "\"\", 0, 10, 0", "\"\", 0, 10, 0.4");
    const std::vector<VersionPair> pairs = storms(diff());
    ASSERT_EQ(pairs.size(), 2U);
    EXPECT_EQ(pairs[0].change(), VersionChange::Moved);
    EXPECT_EQ(pairs[0].later_ns(), kNsPerSecond);
    EXPECT_NEAR(pairs[0].before->score.total, 0.364, 1e-9);
    EXPECT_NEAR(pairs[0].after->score.total, 0.5, 1e-9);
    EXPECT_EQ(pairs[1].change(), VersionChange::Same);
}

TEST_F(RuleDiffTest, another_weight_is_told_with_the_terms_that_changed) {
    set_default("weight_storm_only", "\"\", 0, 5, 1", "\"\", 0, 5, 0.5");
    const std::vector<VersionPair> pairs = storms(diff());
    ASSERT_EQ(pairs.size(), 2U);
    EXPECT_EQ(pairs[0].change(), VersionChange::Rescored);
    const std::vector<ChangedTerm> terms = changed_terms(pairs[0]);
    ASSERT_EQ(terms.size(), 1U);
    EXPECT_EQ(terms[0].name, "storm");
    EXPECT_NEAR(terms[0].before, 0.364, 1e-9);
    EXPECT_NEAR(terms[0].after, 0.182, 1e-9);
}

TEST_F(RuleDiffTest, each_version_lives_by_its_own_cooldown_memory) {
    // The edited pack never sends the first storm, so it has nothing to be silent after.
    edit("appropriateness.lua", "    local total = score.total\n",
         "    local total = score.total\n"
         "    if input.type == \"LIQ_STORM\" and input.now_s < 1794000100 then\n"
         "        return \"hold\", \"too_early\", \"not yet\"\n"
         "    end\n");
    const std::vector<VersionPair> pairs = storms(diff());
    ASSERT_EQ(pairs.size(), 2U);
    EXPECT_EQ(pairs[0].change(), VersionChange::Removed);
    EXPECT_EQ(pairs[0].after->reasons.front(), "too_early");
    EXPECT_EQ(pairs[1].change(), VersionChange::Same);
}

TEST_F(RuleDiffTest, a_rule_that_fails_is_counted_and_does_not_stop_the_other) {
    edit("score.lua", "    local storm = input.storm\n",
         "    local storm = input.storm\n"
         "    assert(input.now_s < 1794000300 or input.now_s > 1794000500, 'broken')\n");
    const RuleDiff made = diff();
    EXPECT_GT(made.replay.beside_rule_errors, 0U);
    EXPECT_EQ(made.replay.rule_errors, 0U);
    for (const VersionPair& pair : storms(made)) {
        EXPECT_TRUE(pair.sent_before());
    }
    EXPECT_EQ(storms(made).size(), 2U);
    EXPECT_NE(diff_text(made, Colour::Never).find("its fallback answered"), std::string::npos);
}

TEST_F(RuleDiffTest, two_runs_give_the_same_bytes_in_text_and_page) {
    set_default("min_score_liq_storm", "\"\", 0, 10, 0", "\"\", 0, 10, 0.4");
    const RuleDiff first = diff();
    const RuleDiff second = diff();
    EXPECT_EQ(diff_text(first, Colour::Never), diff_text(second, Colour::Never));
    EXPECT_EQ(diff_page(first), diff_page(second));
    EXPECT_NE(diff_page(first).find("\"change\":\"moved\""), std::string::npos);
}

TEST_F(RuleDiffTest, what_a_rule_says_cannot_end_the_script_of_the_page) {
    edit("appropriateness.lua", "\"score {2} is below the minimum of {2}\"",
         "\"</script><b>{2} {2}\"");
    set_default("min_score_liq_storm", "\"\", 0, 10, 0", "\"\", 0, 10, 0.6");
    const std::string page = diff_page(diff());
    EXPECT_EQ(page.find("</script><b>"), std::string::npos);
    EXPECT_NE(page.find("\\u003c/script>"), std::string::npos);
}

}  // namespace
}  // namespace petrel::core
