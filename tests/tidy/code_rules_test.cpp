// Each code rule is fed a bad snippet and must speak, and a good one and must not.
#include "code_rules.hpp"

#include <gtest/gtest.h>

namespace petrel::tidy {
namespace {

SourceFile core_file(std::string_view folder, std::string_view text) {
    return make_source("core/" + std::string(folder) + "/x.cpp", text);
}

std::string body_of(std::size_t lines) {
    std::string text = "{\n";
    for (std::size_t i = 2; i < lines; ++i) {
        text += "    call();\n";
    }
    return text + "}\n";
}

std::size_t long_functions(const std::string& text) {
    return check_function_length(make_source("a.cpp", text)).size();
}

TEST(function_length, seventy_lines_pass_and_seventy_one_do_not) {
    EXPECT_EQ(long_functions("void f() " + body_of(70)), 0U);
    EXPECT_EQ(long_functions("void f() " + body_of(71)), 1U);
}

TEST(function_length, is_found_inside_namespaces_classes_and_templates) {
    EXPECT_EQ(long_functions("namespace a {\nvoid f() " + body_of(71) + "}\n"), 1U);
    EXPECT_EQ(long_functions("class A {\nint f() const noexcept " + body_of(71) + "};\n"), 1U);
    EXPECT_EQ(long_functions("template <class T>\nvoid f(T t) " + body_of(71)), 1U);
    EXPECT_EQ(long_functions("auto f() -> std::vector<int> " + body_of(71)), 1U);
}

TEST(function_length, constructor_with_braced_members_is_measured) {
    EXPECT_EQ(long_functions("A::A(int a) : a_{a}, b_{1} " + body_of(71)), 1U);
    EXPECT_EQ(long_functions("A::A(int a) : a_(a) " + body_of(71)), 1U);
}

TEST(function_length, long_class_table_or_macro_is_no_function) {
    EXPECT_EQ(long_functions("class A " + body_of(100)), 0U);
    EXPECT_EQ(long_functions("const int kTable[] = " + body_of(100)), 0U);
    EXPECT_EQ(long_functions("#define A(x) { \\\n  x\nvoid f() {}\n"), 0U);
}

TEST(function_length, two_short_functions_are_not_added_up) {
    EXPECT_EQ(long_functions("void f() " + body_of(60) + "void g() " + body_of(60)), 0U);
}

TEST(new_and_delete, naked_ones_are_found) {
    EXPECT_EQ(check_new_and_delete(make_source("a.cpp", "auto p = new X();\n")).size(), 1U);
    EXPECT_EQ(check_new_and_delete(make_source("a.cpp", "delete p;\n")).size(), 1U);
    EXPECT_EQ(check_new_and_delete(make_source("a.cpp", "delete[] p;\n")).size(), 1U);
}

TEST(new_and_delete, deleted_functions_operators_and_prose_are_not) {
    const auto clean = [](std::string_view text) {
        return check_new_and_delete(make_source("a.cpp", text)).empty();
    };
    EXPECT_TRUE(clean("X(const X&) = delete;\n"));
    EXPECT_TRUE(clean("void* operator new(std::size_t n);\n"));
    EXPECT_TRUE(clean("#include <new>\n"));
    EXPECT_TRUE(clean("// a new feed\nlog(\"delete\"); renew();\n"));
}

TEST(stage_conditionals, are_banned_in_stages_and_counted_elsewhere) {
    EXPECT_EQ(check_stage_conditionals(core_file("window", "#ifdef A\n#endif\n")).size(), 1U);
    EXPECT_EQ(check_stage_conditionals(core_file("feed", "#  if A\n#endif\n")).size(), 1U);
    EXPECT_TRUE(check_stage_conditionals(core_file("net", "#ifdef A\n#endif\n")).empty());
    EXPECT_EQ(count_conditionals(core_file("net", "#if A\n#endif\n#ifndef B\n#endif\n")), 2U);
    EXPECT_EQ(count_conditionals(core_file("net", "// #if A\n#include <x>\n")), 0U);
}

TEST(clocks, are_read_in_runtime_clock_only) {
    const std::string_view reads = "auto t = std::chrono::steady_clock::now();\n";
    EXPECT_EQ(check_clocks(core_file("net", reads)).size(), 1U);
    EXPECT_EQ(check_clocks(make_source("plugins/detectors/a/a.cpp", reads)).size(), 1U);
    EXPECT_TRUE(check_clocks(make_source("core/runtime/clock.cpp", reads)).empty());
    EXPECT_TRUE(check_clocks(make_source("tests/bench/a.cpp", reads)).empty());
    EXPECT_EQ(check_clocks(core_file("net", "clock_gettime(CLOCK_REALTIME, &t);\n")).size(), 1U);
    EXPECT_EQ(check_clocks(core_file("net", "auto t = time(nullptr);\n")).size(), 1U);
    EXPECT_EQ(check_clocks(core_file("net", "auto t = std::time(&x);\n")).size(), 1U);
    EXPECT_TRUE(check_clocks(core_file("net", "e.time(0); wait_time(nullptr);\n")).empty());
}

TEST(chance, comes_from_runtime_only) {
    EXPECT_EQ(check_chance(core_file("net", "int a = std::rand();\n")).size(), 1U);
    EXPECT_EQ(check_chance(core_file("feed", "std::random_device d;\n")).size(), 1U);
    EXPECT_TRUE(check_chance(core_file("runtime", "std::random_device d;\n")).empty());
    EXPECT_TRUE(check_chance(core_file("feed", "int grand(); operand(1);\n")).empty());
}

TEST(unordered, is_banned_where_replay_must_be_exact) {
    EXPECT_EQ(check_unordered(core_file("score", "std::unordered_map<int, int> m;\n")).size(), 1U);
    EXPECT_TRUE(check_unordered(core_file("net", "std::unordered_map<int, int> m;\n")).empty());
}

TEST(honest_tests, luck_skips_and_constants_are_found) {
    const auto found = [](std::string_view text) {
        return check_honest_tests(make_source("tests/core/a/a_test.cpp", text)).size();
    };
    EXPECT_EQ(found("std::this_thread::sleep_for(1ms);\n"), 1U);
    EXPECT_EQ(found("GTEST_SKIP() << reason;\n"), 1U);
    EXPECT_EQ(found("TEST(a, DISABLED_b) {\n"), 1U);
    EXPECT_EQ(found("EXPECT_TRUE(true);\n"), 1U);
    EXPECT_EQ(found("EXPECT_TRUE(true_value); // sleep(1)\n"), 0U);
}

TEST(honest_tests, hold_for_tests_that_sit_in_a_plugin_and_not_for_its_code) {
    const std::string_view text = "sleep(1);\n";
    EXPECT_EQ(check_honest_tests(make_source("plugins/detectors/a/a_test.cpp", text)).size(), 1U);
    EXPECT_TRUE(check_honest_tests(make_source("plugins/detectors/a/a.cpp", text)).empty());
}

}  // namespace
}  // namespace petrel::tidy
