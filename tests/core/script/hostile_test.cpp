// The corpus of hostile scripts: each file of hostile/ is a score.lua that attacks the engine. Its
// second and third line say when it must be stopped (load, call, calls, or harmless: it achieves
// nothing) and what the sentence about it must hold, with '|' between what may come first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "observe/clean_text.hpp"
#include "runtime/clock.hpp"
#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr int kCallsMax = 200;
// Far above the 50 ms of processor time that a call may take: sanitizers and a loaded machine.
constexpr std::int64_t kCallNsMax = 2'000'000'000;

std::vector<std::string> corpus() {
    std::vector<std::string> names;
    for (const auto& entry :
         std::filesystem::directory_iterator(PETREL_SOURCE_DIR "/tests/core/script/hostile")) {
        names.push_back(entry.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

struct Hostile {
    std::string text;
    std::string when;
    std::vector<std::string> expected;
};

std::string after(const std::string& line, const std::string& mark) {
    const std::size_t at = line.find(mark);
    return at == std::string::npos ? "" : line.substr(at + mark.size());
}

Hostile read_hostile(const std::string& name) {
    std::ifstream in(PETREL_SOURCE_DIR "/tests/core/script/hostile/" + name + ".lua");
    std::ostringstream all;
    all << in.rdbuf();
    Hostile hostile;
    hostile.text = all.str();
    std::istringstream lines(hostile.text);
    std::string line;
    std::getline(lines, line);
    std::getline(lines, line);
    hostile.when = after(line, "-- when: ");
    std::getline(lines, line);
    for (std::string rest = after(line, "-- expect: "); !rest.empty();) {
        const std::size_t bar = rest.find(" | ");
        hostile.expected.push_back(rest.substr(0, bar));
        rest = bar == std::string::npos ? "" : rest.substr(bar + 3);
    }
    return hostile;
}

bool expects(const Hostile& hostile, const std::string& said) {
    return std::any_of(hostile.expected.begin(), hostile.expected.end(),
                       [&](const std::string& part) { return said.find(part) != said.npos; });
}

// One line or a few of plain text, with file and line: fit for a log and a terminal.
void expect_sentence(const std::string& said) {
    EXPECT_THAT(said, HasSubstr("score.lua:"));
    EXPECT_LT(said.size(), 2'000U);
    std::string one_line = said;
    std::replace(one_line.begin(), one_line.end(), '\n', ' ');
    EXPECT_EQ(one_line, clean_text(one_line));
}

class HostileScript : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        hostile_ = read_hostile(GetParam());
        files_ = good_files();
        files_["score.lua"] = hostile_.text;
        good_ = *build(good_files());
        good_vm_ = good_->make_vm({});
    }
    // Another pack's machine on the same thread, before and after.
    void expect_good_pack_answers() {
        RuleScore score;
        good_vm_->score(storm_input("ATTACK"), score);
        EXPECT_EQ(score.fault, "");
        EXPECT_EQ(score.total, 0.5);
    }
    // Calls until a fault comes; the fault, or "" when all calls were good.
    std::string attack(RuleVm& vm) {
        const int calls = hostile_.when == "calls" ? kCallsMax : 1;
        RuleScore score;
        for (int i = 0; i < calls && score.fault.empty(); ++i) {
            // Short-lived, as in the engine: what a rule keeps of its input outlives it.
            const auto input = std::make_unique<RuleInput>(storm_input("ATTACK"));
            const std::int64_t began_ns = steady_now_ns();
            vm.score(*input, score);
            EXPECT_LT(steady_now_ns() - began_ns, kCallNsMax);
        }
        if (!score.fault.empty()) {
            EXPECT_EQ(score.pattern, "fallback");
            EXPECT_EQ(score.total, 0.25);
        }
        return score.fault;
    }

    Hostile hostile_;
    Files files_;
    std::shared_ptr<const RulePack> good_;
    std::unique_ptr<RuleVm> good_vm_;
};

TEST_P(HostileScript, is_stopped_and_reported_and_the_engine_goes_on) {
    expect_good_pack_answers();
    const auto pack = build(files_);
    if (hostile_.when == "load") {
        ASSERT_FALSE(pack.ok()) << "is loaded";
        EXPECT_TRUE(expects(hostile_, pack.status().message())) << pack.status().message();
        expect_sentence(pack.status().message());
        expect_good_pack_answers();
        return;
    }
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto vm = (*pack)->make_vm({});
    for (int round = 0; round < 2; ++round) {
        const std::string fault = attack(*vm);
        expect_good_pack_answers();
        EXPECT_LE(vm->figures().memory_bytes, RuleBudget{}.memory_bytes);
        if (hostile_.when == "harmless" || (fault.empty() && expects(hostile_, "harmless"))) {
            EXPECT_EQ(fault, "");
        } else {
            EXPECT_TRUE(expects(hostile_, fault)) << fault;
            expect_sentence(fault);
        }
        if (hostile_.when != "calls") {
            RuleScore score;
            vm->score(storm_input(), score);
            EXPECT_EQ(score.fault, "");
            EXPECT_EQ(score.total, 0.5);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(all, HostileScript, ::testing::ValuesIn(corpus()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace petrel::core::script_test
