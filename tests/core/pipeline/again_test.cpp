// What the rules were given is kept whole: run again, it gives the same result to the last bit.
#include <gtest/gtest.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "cli/explain_again.hpp"
#include "pipeline_parts.hpp"
#include "replay/replay.hpp"
#include "script/rule_vm.hpp"
#include "signal/signal_inputs.hpp"
#include "signal/signal_json.hpp"

namespace petrel::core {
namespace {

bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof(a)) == 0; }

void expect_same_shares(const std::vector<RuleShare>& a, const std::vector<RuleShare>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].name, b[i].name);
        EXPECT_EQ(a[i].known, b[i].known) << a[i].name;
        EXPECT_TRUE(same_bits(a[i].value, b[i].value)) << a[i].name;
        EXPECT_TRUE(same_bits(a[i].weight, b[i].weight)) << a[i].name;
        EXPECT_TRUE(same_bits(a[i].share, b[i].share)) << a[i].name;
    }
}

void expect_same_ensemble(const RuleEnsemble& a, const RuleEnsemble& b) {
    EXPECT_TRUE(a.ran);
    EXPECT_TRUE(same_bits(a.confidence, b.confidence));
    EXPECT_TRUE(same_bits(a.health, b.health));
    EXPECT_EQ(a.votes.size(), 4U);
    expect_same_shares(a.votes, b.votes);
    expect_same_shares(a.parts, b.parts);
}

// Replays the example recording, with low minima, and shows each change of a signal.
void each_signal(const std::function<void(SignalChange, const Signal&)>& see) {
    LoadOptions options;
    options.settings = {"rules.directory=" PETREL_SOURCE_DIR "/rules/default",
                        "detection.minima_scale=0.2"};
    const PluginSetup setup = load_setup(options, {PETREL_PLUGIN_DIR});
    ReplayOptions replay;
    replay.paths = {PETREL_SOURCE_DIR "/examples/recordings/storm.csv"};
    replay.on_signal = see;
    const Result<ReplaySummary> summary = run_replay(setup, replay);
    ASSERT_TRUE(summary.ok()) << summary.status().message();
}

TEST(RunAgain, every_stored_input_gives_the_same_result_to_the_last_bit) {
    const auto pack = RulePack::load(PETREL_SOURCE_DIR "/rules/default");
    ASSERT_TRUE(pack.ok());
    const std::unique_ptr<RuleVm> vm = (*pack)->make_vm({});
    std::map<SignalChange, int> seen;
    each_signal([&](SignalChange change, const Signal& signal) {
        ++seen[change];
        // Through the text that the store holds.
        const auto document = nlohmann::ordered_json::parse(signal_document(signal));
        std::vector<SignalInput> numbers;
        std::vector<SignalText> texts;
        for (const auto& [name, value] : document["inputs"].items()) {
            numbers.push_back({name, value.get<double>()});
        }
        for (const auto& [name, value] : document["input_texts"].items()) {
            texts.push_back({name, value.get<std::string>()});
        }
        std::vector<RuleAnswer> answers;
        for (const auto& [words, figures] : document["window"].items()) {
            RuleAnswer answer{read_question(words).value(), {}};
            for (std::size_t i = 0; i < figures.size(); ++i) {
                answer.numbers[i] = figures[i].get<double>();
            }
            answers.push_back(answer);
        }
        RuleInput input;
        RestoredVotes votes;
        ASSERT_TRUE(restore_input(numbers, texts, votes, input));
        const RecordedWindow window(answers);
        input.window = &window;
        RuleScore score;
        RuleVerdict verdict;
        vm->score(input, score);
        vm->judge(input, score, verdict);
        EXPECT_TRUE(same_bits(score.total, signal.score.total)) << signal.id;
        ASSERT_EQ(score.terms.size(), signal.score.terms.size()) << signal.id;
        for (std::size_t i = 0; i < score.terms.size(); ++i) {
            EXPECT_EQ(score.terms[i].name, signal.score.terms[i].name);
            EXPECT_TRUE(same_bits(score.terms[i].value, signal.score.terms[i].value));
        }
        EXPECT_EQ(score.pattern, signal.score.pattern);
        expect_same_ensemble(score.ensemble, signal.score.ensemble);
        EXPECT_EQ(verdict.reasons, signal.verdict.reasons) << signal.id;
        EXPECT_EQ(verdict.note, signal.verdict.note);
    });
    EXPECT_GT(seen[SignalChange::Admitted], 2);
    EXPECT_GT(seen[SignalChange::Updated], 0);
    EXPECT_GT(seen[SignalChange::Held], 0);
}

TEST(RunAgain, another_pack_on_the_same_inputs_says_what_would_differ) {
    std::string document;
    each_signal([&](SignalChange change, const Signal& signal) {
        if (change == SignalChange::Admitted && signal.type == "LIQ_STORM" && document.empty()) {
            document = signal_document(signal);
        }
    });
    Config config;
    const auto same = explain_again(config, document, PETREL_SOURCE_DIR "/rules/default");
    ASSERT_TRUE(same.ok()) << same.status().message();
    EXPECT_TRUE(same->same) << same->text;
    config.rules.parameters["weight_storm_only"] = 0.5;
    config.rules.parameters["technical_base"] = 0.8;
    const auto other = explain_again(config, document, PETREL_SOURCE_DIR "/rules/default");
    ASSERT_TRUE(other.ok()) << other.status().message();
    EXPECT_FALSE(other->same);
    EXPECT_NE(other->text.find("term storm"), std::string::npos) << other->text;
    EXPECT_NE(other->text.find("  confidence  then "), std::string::npos) << other->text;
    EXPECT_NE(other->text.find("  votes technical  then "), std::string::npos) << other->text;
}

TEST(RunAgain, a_version_that_is_not_kept_is_said_to_be_so) {
    Config config;
    config.state_dir = "/nonexistent";
    const auto report =
        explain_again(config, R"({"rule_version":"mine@000000","inputs":{},"input_texts":{}})", "");
    ASSERT_FALSE(report.ok());
    EXPECT_NE(report.status().message().find("mine@000000"), std::string::npos);
    EXPECT_NE(report.status().message().find("--rules"), std::string::npos);
    EXPECT_FALSE(explain_again(config, R"({"inputs":{}})", "").ok());
}

TEST(WhyNot, what_was_decided_near_the_time_stands_nearest_first) {
    std::string documents;
    std::int64_t at_ns = 0;
    std::string symbol;
    each_signal([&](SignalChange change, const Signal& signal) {
        if (change != SignalChange::Updated && change != SignalChange::Expired) {
            documents += (documents.empty() ? "[" : ",") + signal_document(signal);
            at_ns = signal.ts_ns;
            symbol = signal.symbol;
        }
    });
    documents += "]";
    const WhyNotQuestion question{symbol, at_ns, 300'000};
    const auto text = why_not_text(documents, question);
    ASSERT_TRUE(text.ok());
    EXPECT_NE(text->find("held: "), std::string::npos) << *text;
    EXPECT_NE(text->find("times its minimum"), std::string::npos);
    const auto json = nlohmann::json::parse(*why_not_json(documents, question));
    ASSERT_GT(json.size(), 1U);
    for (std::size_t i = 1; i < json.size(); ++i) {
        EXPECT_LE(std::abs(json[i - 1]["ts_ns"].get<std::int64_t>() - at_ns),
                  std::abs(json[i]["ts_ns"].get<std::int64_t>() - at_ns));
    }
    const WhyNotQuestion elsewhere{symbol, at_ns + 86'400 * kNsPerSecond, 300'000};
    EXPECT_NE(why_not_text(documents, elsewhere)->find("nothing reached its minimum"),
              std::string::npos);
}

}  // namespace
}  // namespace petrel::core
