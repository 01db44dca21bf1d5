// What came of signals, as people and programs read it: from rows of a store to a table.
#include <gmock/gmock.h>

#include <sstream>

#include "cli/cmd_rules_score.hpp"
#include "cli/explain_text.hpp"
#include "cli/score_json.hpp"
#include "cli/score_text.hpp"
#include "cli/signal_query.hpp"
#include "cli/verdict_report.hpp"
#include "core/store/store_support.hpp"
#include "core/store/temp_folder_support.hpp"

namespace petrel::core {
namespace {

using petrel::testing::TempFolder;
using ::testing::HasSubstr;
using ::testing::Not;

class Scored : public ::testing::Test {
protected:
    Scored() : store_(std::move(Database::open(folder_.at("petrel.db"))).value()) {}

    // A signal with an outcome at a quarter of an hour.
    void keep(const std::string& id, const std::string& result, double return_pct) {
        ASSERT_TRUE(store_->admit(signal_row(id), {}).ok());
        OutcomeRow row = outcome_row(id, 900'000, result);
        row.return_pct = return_pct;
        row.return_sigma = return_pct * 2;
        row.price_after = 91'000.5 * (1 + return_pct / 100);
        row.with_pct = return_pct < 0 ? -return_pct : 0.0;
        row.against_pct = 0.1;
        if (return_pct < 0) {
            row.lead_s = 42;
        }
        ASSERT_TRUE(store_->put(row).ok());
    }
    std::string text(const ScoreQuery& query) {
        const Result<std::string> json = score_json(*store_, query);
        EXPECT_TRUE(json.ok()) << (json.ok() ? "" : json.status().message());
        const Result<std::string> text = json.ok() ? score_text(*json) : json;
        EXPECT_TRUE(text.ok()) << (text.ok() ? "" : text.status().message());
        return text.ok() ? *text : "";
    }

    TempFolder folder_;
    std::unique_ptr<Database> store_;
};

TEST_F(Scored, a_table_says_how_many_and_how_sure) {
    keep("sig-1", "hit", -1.0);
    keep("sig-2", "hit", -0.5);
    keep("sig-3", "hit", -0.9);
    keep("sig-4", "false_alarm", 0.8);
    ASSERT_TRUE(store_->admit(signal_row("sig-5"), {}).ok());
    const std::string shown = text({0, 900'000, ScoreBy::Version, false});
    EXPECT_THAT(shown, HasSubstr("15 min after the signal, by version; signals from 2026-01-01"));
    EXPECT_THAT(shown, HasSubstr("signals  hits  false  flat  unknown  hit share (95 %)"));
    // (1.0 + 0.5 + 0.9 - 0.8) / 4 = 0.4 % with the pressure, twice that in units.
    EXPECT_THAT(shown, HasSubstr("default@1a2b3c        4     3      1     0        0  "
                                 " 75 % (30 to 95)    +0.40 %  +0.80 σ  42 s\n"));
    EXPECT_THAT(shown, Not(HasSubstr("\nall "))) << "a single row is the total";
    EXPECT_THAT(shown, HasSubstr("strong      4     3   75 % (30 to 95)        0.92\n"));
    EXPECT_THAT(shown, HasSubstr("\n1 signal has none 15 min after"));
}

TEST_F(Scored, by_voter_says_who_was_right_and_whether_confidence_was) {
    const auto vote = [&](const std::string& id, const std::string& result, double technical) {
        SignalRow row = signal_row(id);
        row.votes = {{id, "technical", technical, 0.4, 1, 0.91},
                     {id, "mute", std::nullopt, 0.2, 0, 0.91}};
        ASSERT_TRUE(store_->admit(row, {}).ok());
        ASSERT_TRUE(store_->put(outcome_row(id, 900'000, result)).ok());
    };
    vote("sig-1", "hit", 0.9);
    vote("sig-2", "hit", 0.8);
    vote("sig-3", "false_alarm", 0.7);
    vote("sig-4", "flat", 0.6);
    keep("sig-5", "hit", -1.0);  // by rules without an ensemble
    const std::string shown = text({0, 900'000, ScoreBy::Voter, false});
    EXPECT_THAT(shown, HasSubstr("by voter; signals from"));
    EXPECT_THAT(shown, HasSubstr("mute           0          4      0      0     0"));
    EXPECT_THAT(shown, HasSubstr("technical      4          0      2      1     1     "
                                 "67 % (21 to 94)       0.75\n"));
    EXPECT_THAT(shown, HasSubstr("0.90 to 0.95        4     2      1   67 % (21 to 94)"));
    EXPECT_THAT(shown, HasSubstr("1 signal is of rules without an ensemble"));
}

TEST_F(Scored, each_signal_is_told_when_it_is_asked_for) {
    keep("sig-1", "hit", -1.0);
    EXPECT_THAT(text({0, 900'000, ScoreBy::Version, true}),
                HasSubstr("sig-1  BTC-USDT-PERP  LIQ_STORM bearish  0.92  hit  -1.00 % "
                          "(+2.00 σ with it), at most 1.00 % with it after 42 s, 0.10 % against"));
    EXPECT_THAT(text({0, 900'000, ScoreBy::Version, false}), Not(HasSubstr("sig-1")));
}

TEST_F(Scored, nothing_to_add_up_is_said) {
    EXPECT_EQ(text({0, 900'000, ScoreBy::Version, false}),
              "no signal has an outcome 15 min after it\n");
}

TEST_F(Scored, a_horizon_that_was_not_looked_at_is_refused_with_those_that_were) {
    keep("sig-1", "hit", -1.0);
    const Result<std::string> json = score_json(*store_, {0, 60'000, ScoreBy::Version, false});
    ASSERT_FALSE(json.ok());
    EXPECT_EQ(json.status().message(), "no signal was followed to 1m. There are outcomes at: 15m");
    EXPECT_TRUE(score_json(*store_, {kNow + 1, 900'000, ScoreBy::Version, false}).ok())
        << "none since then is no mistake";
}

TEST_F(Scored, a_document_is_prolonged_by_what_came_of_it) {
    keep("sig-1", "hit", -1.0);
    const Result<std::string> document = signal_json(*store_, "sig-1");
    ASSERT_TRUE(document.ok());
    EXPECT_THAT(*document, HasSubstr(R"({"id":"sig-1","outcomes":[{"horizon_ms":900000,)"));
    EXPECT_THAT(*document, HasSubstr(R"("result":"hit","reason":"","price_before":91000.5,)"));
    EXPECT_THAT(*document, HasSubstr(R"("return_pct":-1.0,"return_sigma":-2.0,"with_pct":1.0,)"));
    EXPECT_EQ(signal_json(*store_, "last").value(), *document);
    ASSERT_TRUE(store_->admit(signal_row("sig-2"), {}).ok());
    EXPECT_EQ(signal_json(*store_, "sig-2").value(),
              R"({"id":"sig-2","outcomes":[],"notifications":[],"acknowledged":null})");
}

TEST_F(Scored, what_is_not_known_is_null_and_has_its_reason) {
    SignalOutcome outcome;
    outcome.horizon_ms = 60'000;
    outcome.reason = "no_price";
    const std::string json = outcomes_json({&outcome, 1});
    EXPECT_THAT(json, HasSubstr(R"("price_before":null,"price_after":null,"return_pct":null)"));
    EXPECT_EQ(outcome_lines(json, "bearish"), "  60 s    unknown: no_price\n");
    ScoreReport report;
    report.card = make_scorecard({&outcome, 1}, ScoreBy::Group);
    EXPECT_THAT(score_report_json(report), HasSubstr(R"("hit_share":null)"));
    EXPECT_TRUE(score_text(score_report_json(report)).ok());
}

TEST(ScoreText, a_neutral_signal_has_no_side_to_be_with) {
    SignalOutcome outcome;
    outcome.result = OutcomeResult::Hit;
    outcome.horizon_ms = 300'000;
    outcome.return_pct = -0.4;
    outcome.return_sigma = -0.9;
    outcome.with_pct = 0.5;
    outcome.lead_s = 7.26;
    EXPECT_EQ(outcome_lines(outcomes_json({&outcome, 1}), "neutral"),
              "  5 min   hit  -0.40 % (+0.90 σ), at most 0.50 % after 7.3 s\n");
}

TEST(ScoreText, an_answer_of_something_else_is_refused) {
    EXPECT_FALSE(score_text("[]").ok());
    EXPECT_FALSE(score_text("{").ok());
}

TEST(RulesScore, options_that_do_not_go_together_are_refused_with_what_to_do) {
    const auto refused = [](const RulesScoreArguments& arguments) {
        std::ostringstream out;
        std::ostringstream err;
        Terminal terminal{out, err, false, false, {}};
        EXPECT_EQ(cmd_rules_score(arguments, terminal), kExitUsage);
        EXPECT_EQ(out.str(), "");
        return err.str();
    };
    RulesScoreArguments arguments;
    arguments.rules = "mine";
    EXPECT_THAT(refused(arguments), HasSubstr("name them with --on"));
    arguments.recordings = {"storm.csv"};
    arguments.since = "2h";
    EXPECT_THAT(refused(arguments), HasSubstr("are taken whole"));
    arguments.since.clear();
    arguments.rules.clear();
    arguments.recordings.clear();
    arguments.horizon = "soon";
    EXPECT_THAT(refused(arguments), HasSubstr("--horizon soon is no duration"));
    arguments.horizon = "15m";
    arguments.since = "yesterday";
    EXPECT_THAT(refused(arguments), HasSubstr("neither a span"));
    arguments.since.clear();
    arguments.recordings = {PETREL_SOURCE_DIR "/examples/recordings/storm.csv"};
    arguments.horizon = "7m";
    EXPECT_THAT(refused(arguments), HasSubstr("but to: 1m, 5m, 15m, 1h"));
}

TEST_F(Scored, what_was_sent_and_held_is_told_by_day) {
    keep("sig-1", "hit", -0.5);
    ASSERT_TRUE(store_->admit(signal_row("sig-2"), {}).ok());
    SignalRow held = signal_row("sig-3");
    held.state = "held";
    held.reason = "cooldown";
    ASSERT_TRUE(store_->put(held).ok());
    VerdictQuery query;
    query.horizon_ms = 900'000;
    const Result<std::string> json = verdicts_json(*store_, query);
    ASSERT_TRUE(json.ok()) << json.status().message();
    EXPECT_THAT(*json, HasSubstr(R"("cut":false)"));
    EXPECT_THAT(*json, HasSubstr(R"("count":2,"hits":1,"false_alarms":0,"flat":0,"unknown":0,)"
                                 R"("without_outcome":1)"));
    const Result<std::string> text = verdicts_text(*json);
    ASSERT_TRUE(text.ok());
    EXPECT_THAT(*text, HasSubstr("held: cooldown"));
    EXPECT_THAT(*text, HasSubstr("in all"));
    EXPECT_THAT(*text, Not(HasSubstr("further back")));
    query.limit = 1;
    EXPECT_THAT(*verdicts_text(*verdicts_json(*store_, query)), HasSubstr("further back"));
    query.since_ns = INT64_MAX;
    EXPECT_THAT(*verdicts_text(*verdicts_json(*store_, query)), HasSubstr("no signal was sent"));
    EXPECT_FALSE(verdicts_text("{}").ok());
}

}  // namespace
}  // namespace petrel::core
