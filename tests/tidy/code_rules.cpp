// Code rules. All read the view without comments and strings, so prose may name what is banned.
#include "code_rules.hpp"

#include <algorithm>
#include <array>

namespace petrel::tidy {
namespace {

using Words = std::span<const std::string_view>;

bool is_directive(std::string_view line) {
    const std::size_t begin = line.find_first_not_of(' ');
    return begin != kNowhere && line[begin] == '#';
}

bool is_conditional(std::string_view line) {
    const std::size_t hash = line.find_first_not_of(' ');
    if (hash == kNowhere || line[hash] != '#') {
        return false;
    }
    const std::size_t word = line.find_first_not_of(' ', hash + 1);
    return word != kNowhere && line.substr(word).starts_with("if");
}

// What stands before position `at`, without the space between.
std::string_view before(std::string_view line, std::size_t at) {
    const std::size_t last = line.substr(0, at).find_last_not_of(' ');
    return last == kNowhere ? std::string_view() : line.substr(0, last + 1);
}

bool ends_in_operator(std::string_view text) {
    constexpr std::string_view kOperator = "operator";
    return text.size() >= kOperator.size() &&
           find_word(text, kOperator, text.size() - kOperator.size()) != kNowhere;
}

bool is_naked(std::string_view line, std::string_view word) {
    for (std::size_t at = find_word(line, word); at != kNowhere;
         at = find_word(line, word, at + 1)) {
        const std::string_view left = before(line, at);
        const bool deleted = word == "delete" && left.ends_with("=");
        if (!deleted && !ends_in_operator(left)) {
            return true;
        }
    }
    return false;
}

Violations find_words(const SourceFile& file, Words words, const std::string& advice) {
    Violations found;
    for (std::size_t i = 0; i < file.code.size(); ++i) {
        for (const std::string_view word : words) {
            if (find_word(file.code[i], word) != kNowhere) {
                found.push_back({file.path, i + 1, std::string(word) + ": " + advice});
            }
        }
    }
    return found;
}

Violations find_calls(const SourceFile& file, Words words, const std::string& advice) {
    Violations found;
    for (std::size_t i = 0; i < file.code.size(); ++i) {
        for (const std::string_view word : words) {
            if (has_call(file.code[i], word)) {
                found.push_back({file.path, i + 1, std::string(word) + "(): " + advice});
            }
        }
    }
    return found;
}

void append(Violations& to, Violations more) {
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// The C function, told from a member that happens to be called time.
bool calls_time(std::string_view line) {
    for (std::size_t at = find_word(line, "time"); at != kNowhere;
         at = find_word(line, "time", at + 1)) {
        const std::string_view right = line.substr(at);
        const std::string_view left = line.substr(0, at);
        const bool qualified = left.ends_with("std::") && right.starts_with("time(");
        const bool bare = !left.ends_with(".") && !left.ends_with("->") &&
                          (right.starts_with("time(nullptr") || right.starts_with("time(NULL") ||
                           right.starts_with("time(0)") || right.starts_with("time(&"));
        if (qualified || bare) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::span<const std::string_view> stages() {
    static constexpr std::array<std::string_view, 10> kStages{
        "feed",   "normaliser", "window", "detector", "score", "appropriateness",
        "signal", "outcome",    "outbox", "notifier"};
    return kStages;
}

std::string_view core_folder(const SourceFile& file) {
    constexpr std::string_view kCore = "core/";
    const std::string_view folder = file.folder();
    if (!folder.starts_with(kCore)) {
        return {};
    }
    const std::string_view rest = folder.substr(kCore.size());
    return rest.substr(0, rest.find('/'));
}

Violations check_new_and_delete(const SourceFile& file) {
    Violations found;
    for (std::size_t i = 0; file.language == Language::Cpp && i < file.code.size(); ++i) {
        const std::string& line = file.code[i];
        for (const std::string_view word : {"new", "delete"}) {
            if (!is_directive(line) && is_naked(line, word)) {
                found.push_back(
                    {file.path, i + 1,
                     "naked " + std::string(word) + ": hold it as a value or by std::unique_ptr"});
            }
        }
    }
    return found;
}

Violations check_stage_conditionals(const SourceFile& file) {
    Violations found;
    const auto all = stages();
    const bool stage = std::find(all.begin(), all.end(), core_folder(file)) != all.end();
    for (std::size_t i = 0; stage && i < file.code.size(); ++i) {
        if (file.language == Language::Cpp && is_conditional(file.code[i])) {
            found.push_back({file.path, i + 1,
                             "#if in a stage: choose by type or configuration, not by macro"});
        }
    }
    return found;
}

std::size_t count_conditionals(const SourceFile& file) {
    return file.language != Language::Cpp
               ? 0
               : static_cast<std::size_t>(
                     std::count_if(file.code.begin(), file.code.end(),
                                   [](const std::string& line) { return is_conditional(line); }));
}

Violations check_clocks(const SourceFile& file) {
    static constexpr std::array<std::string_view, 3> kClocks{"system_clock", "steady_clock",
                                                             "high_resolution_clock"};
    static constexpr std::array<std::string_view, 3> kCalls{"clock_gettime", "gettimeofday",
                                                            "timespec_get"};
    const bool product = file.below("core/") || file.below("plugins/") || file.below("sdk/include");
    if (file.language != Language::Cpp || !product || file.below("core/runtime/clock")) {
        return {};
    }
    const std::string advice =
        file.below("core/") ? "take the time from core/runtime/clock, so that a replay is exact"
                            : "take the time from the event or from the host";
    Violations found = find_words(file, kClocks, advice);
    append(found, find_calls(file, kCalls, advice));
    for (std::size_t i = 0; i < file.code.size(); ++i) {
        if (calls_time(file.code[i])) {
            found.push_back({file.path, i + 1, "time(): " + advice});
        }
    }
    return found;
}

Violations check_chance(const SourceFile& file) {
    static constexpr std::array<std::string_view, 3> kCalls{"rand", "srand", "random"};
    static constexpr std::array<std::string_view, 1> kWords{"random_device"};
    const bool product = file.below("core/") || file.below("plugins/");
    if (file.language != Language::Cpp || !product || file.below("core/runtime/")) {
        return {};
    }
    const std::string advice = "chance comes from core/runtime only, seeded and replaceable";
    Violations found = find_words(file, kWords, advice);
    append(found, find_calls(file, kCalls, advice));
    return found;
}

Violations check_unordered(const SourceFile& file) {
    static constexpr std::array<std::string_view, 5> kStages{"window", "detector", "score",
                                                             "appropriateness", "signal"};
    static constexpr std::array<std::string_view, 4> kWords{
        "unordered_map", "unordered_set", "unordered_multimap", "unordered_multiset"};
    if (std::find(kStages.begin(), kStages.end(), core_folder(file)) == kStages.end()) {
        return {};
    }
    return find_words(file, kWords,
                      "its order differs between runs: use a sorted or indexed container, so that "
                      "a replay is exact");
}

Violations check_honest_tests(const SourceFile& file) {
    static constexpr std::array<std::string_view, 5> kCalls{"sleep_for", "sleep_until", "usleep",
                                                            "nanosleep", "sleep"};
    static constexpr std::array<std::string_view, 2> kWords{"GTEST_SKIP", "SUCCEED"};
    static constexpr std::array<std::string_view, 6> kConstant{
        "EXPECT_TRUE(true)",   "ASSERT_TRUE(true)",     "EXPECT_FALSE(false)",
        "ASSERT_FALSE(false)", "EXPECT_EQ(true, true)", "EXPECT_EQ(1, 1)"};
    const bool test = file.below("tests/") || file.path.ends_with("_test.cpp");
    if (file.below("tests/bench/")) {
        return {};  // a benchmark paces what it sends; it asserts nothing
    }
    if (!test || file.language != Language::Cpp) {
        return {};
    }
    Violations found =
        find_calls(file, kCalls, "waits for luck: wait for the event, with a deadline");
    append(found, find_words(file, kWords, "a test either checks something or does not exist"));
    for (std::size_t i = 0; i < file.code.size(); ++i) {
        const std::string& line = file.code[i];
        const bool constant = std::any_of(
            kConstant.begin(), kConstant.end(),
            [&](std::string_view text) { return line.find(text) != std::string::npos; });
        if (constant) {
            found.push_back({file.path, i + 1, "checks a constant: check what the code did"});
        }
        if (line.find("DISABLED_") != std::string::npos) {
            found.push_back({file.path, i + 1, "is switched off: repair or remove it"});
        }
    }
    return found;
}

}  // namespace petrel::tidy
