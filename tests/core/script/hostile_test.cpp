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

// What steps would end is ended by the watchdog where a step takes long: under a sanitizer.
bool expects(const Hostile& hostile, const std::string& said) {
    const bool by_watchdog = said.find("of processor time") != std::string::npos;
    return std::any_of(hostile.expected.begin(), hostile.expected.end(),
                       [&](const std::string& part) {
                           return said.find(part) != std::string::npos ||
                                  (by_watchdog && part.find("steps") != std::string::npos);
                       });
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

struct HostileSource {
    const char* name;
    std::string text;
    const char* expected;  // "": it is fine
};

std::string repeated(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) {
        all += text;
    }
    return all;
}

std::string returning(const std::string& value) {
    return "local value = " + value +
           "\nreturn function() return 0.5, value and 'single', 'weak', 'neutral', 'low' end";
}

// Texts that are only too deep, too long or too many; made here, as files of them would be noise.
std::vector<HostileSource> sources() {
    std::string locals;
    for (int i = 0; i < 250; ++i) {
        locals += "local a" + std::to_string(i) + " = 1\n";
    }
    return {
        {"deep_parentheses", returning(repeated("(", 5'000) + "1" + repeated(")", 5'000)),
         "stack overflow"},
        {"deep_tables", returning(repeated("{", 5'000) + repeated("}", 5'000)), "stack overflow"},
        {"deep_functions",
         returning(repeated("function() return ", 2'000) + "1" + repeated(" end", 2'000)),
         "stack overflow"},
        {"deep_blocks", repeated("do ", 5'000) + repeated(" end", 5'000), "stack overflow"},
        {"deep_signs", returning(repeated("- ", 10'000) + "1"), "stack overflow"},
        {"deep_powers", returning("2" + repeated("^1", 5'000)), "stack overflow"},
        {"long_sum", returning("1" + repeated("+1", 20'000)), ""},
        {"long_choice", returning("nil" + repeated(" or nil", 5'000)), ""},
        {"many_locals", locals + returning("1"), "too many local variables"},
        {"many_jumps", repeated("goto done ", 5'000) + "::done::\n" + returning("1"), ""},
        {"large_file", "--" + repeated("x", 70'000), ""},
        {"open_text", returning("'open"), "unfinished string"},
        {"open_comment", "--[==[ open\n" + returning("1"), "unfinished long"},
        {"huge_exponent", returning("1e999999999999"), ""},
        {"huge_number", returning(repeated("9", 60'000)), ""},
        {"huge_hex", returning("0x" + repeated("f", 60'000)), ""},
        {"huge_escape", returning("'\\u{7FFFFFFF}\\u{FFFFFFFF}'"), "UTF-8 value too large"},
        {"broken_text", "local \xff\xfe = 1", "<name> expected near"},
        {"zero_bytes", std::string("local x = 1\0 return", 19), "unexpected symbol"},
        {"order_mark", "\xef\xbb\xbf" + returning("1"), "byte order mark"},
        {"nothing", "", "must return a function"},
    };
}

class HostileText : public ::testing::TestWithParam<HostileSource> {};

void PrintTo(const HostileSource& source, std::ostream* out) { *out << source.name; }

TEST_P(HostileText, is_refused_with_a_sentence_or_harmless) {
    Files files = good_files();
    files["score.lua"] = GetParam().text;
    const std::int64_t began_ns = steady_now_ns();
    const std::string said = refusal(files);
    EXPECT_LT(steady_now_ns() - began_ns, 5 * kCallNsMax);
    EXPECT_THAT(said, HasSubstr(GetParam().expected));
    if (*GetParam().expected != '\0') {
        EXPECT_THAT(said, HasSubstr("score.lua"));
        EXPECT_EQ(said, clean_text(said));
    }
}

INSTANTIATE_TEST_SUITE_P(all, HostileText, ::testing::ValuesIn(sources()),
                         [](const auto& test) { return std::string(test.param.name); });

// The input of a call is gone when the call has ended; a rule that kept its tables must not find
// out what lies in that memory now. Only a sanitized build would see the read itself.
TEST(Hostile, an_input_that_is_kept_for_the_other_function_is_empty) {
    Files files = good_files();
    files["lib/box.lua"] = "return { input = false }";
    files["score.lua"] =
        "local box = use('lib/box')\nreturn function(input)\n"
        "  if input.symbol == 'ATTACK' then box.input = input end\n"
        "  return 0.5, 'single', 'weak', 'neutral', 'low'\nend";
    files["appropriateness.lua"] =
        "local box = use('lib/box')\nreturn function()\n"
        "  return 'hold', box.input and type(box.input.market.mark_price) or 'none'\nend";
    const auto pack = build(files);
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto vm = (*pack)->make_vm({});
    RuleScore score;
    RuleVerdict verdict;
    {
        const auto input = std::make_unique<RuleInput>(storm_input("ATTACK"));
        vm->score(*input, score);
    }
    vm->judge(storm_input(), score, verdict);
    EXPECT_EQ(verdict.fault, "");
    EXPECT_EQ(verdict.reasons.front(), "nil");
}

TEST(Hostile, a_sentence_that_moves_the_cursor_is_made_plain) {
    Files files = good_files();
    files["appropriateness.lua"] =
        "return function() return 'hold', 'x', '\\27[2J {1} \\xff \\u{202E}', 1.25 end";
    const auto pack = build(files);
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    RuleVerdict verdict;
    (*pack)->make_vm({})->judge(storm_input(), RuleScore{}, verdict);
    EXPECT_EQ(verdict.note, "?[2J 1.3 ? ?");
}

TEST(Hostile, names_of_files_are_plain) {
    Folder folder(good_files());
    folder.write("lib/\xff\x1b[2J.lua", "return {}");
    const auto pack = RulePack::load(folder.path());
    EXPECT_THAT(pack.status().message(), HasSubstr("holds a file named '??[2J.lua'; name it by"));
}

TEST(Hostile, a_manifest_of_thousands_of_mistakes_is_told_in_forty) {
    Files files = good_files();
    files["pack.lua"] =
        "local all = {} for i = 1, 5000 do all[i] = i end\n"
        "return { name = 'mini', version = '\\27[2J', api = 1, parameters = all,\n"
        "  fallback = { decision = 'hold', reason = '\\255' } }";
    const std::string said = refusal(files);
    EXPECT_THAT(said, HasSubstr("declares 5000 parameters, at most 256"));
    EXPECT_THAT(said, HasSubstr("parameters[1]: is not a table"));
    EXPECT_THAT(said, HasSubstr("and 218 more"));
    EXPECT_LT(said.size(), 4'000U);
}

}  // namespace
}  // namespace petrel::core::script_test
