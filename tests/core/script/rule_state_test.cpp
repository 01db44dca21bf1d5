// Declared state: what rules read and write, who may not, and how it follows a pack's versions.
#include "script/rule_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script/rule_catalog.hpp"
#include "script/rule_memory.hpp"
#include "script/rule_tests.hpp"
#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kOneKey =
    "{ version = 1, keys = { seen = { type = 'number', default = 2 } } }";

std::string manifest_with(const std::string& state, const std::string& more = "") {
    return "return { name = 'mini', version = '1', api = 1, state = " + state +
           ",\n  fallback = { decision = 'hold', reason = 'rule_error', score = 0 },\n" + more +
           "}\n";
}

// Counts its calls in `seen`, and scores the count before; ATTACK runs `body` after the put.
Files counting_files(const std::string& body = "") {
    Files files = good_files();
    files["pack.lua"] = manifest_with(kOneKey);
    files["score.lua"] =
        "local get, put = state.get, state.put\n"
        "return function(input, terms)\n"
        "  local seen = get('seen')\n"
        "  put('seen', seen + 1)\n"
        "  if input.symbol == 'ATTACK' then\n" +
        body +
        "\n  end\n"
        "  return seen, 'single', 'weak', 'neutral', 'low'\n"
        "end\n";
    return files;
}

struct State : ::testing::Test {
    void make(const Files& files) {
        auto built = build(files);
        ASSERT_TRUE(built.ok()) << built.status().message();
        pack = *built;
        vm = pack->make_vm({});
    }
    double score(std::string_view symbol = "BTC-USDT-PERP") {
        vm->score(storm_input(symbol), made);
        return made.total;
    }
    std::shared_ptr<const RulePack> pack;
    std::unique_ptr<RuleVm> vm;
    RuleScore made;
};

TEST_F(State, begins_as_declared_and_keeps_what_is_put) {
    make(counting_files());
    EXPECT_EQ(score(), 2);
    EXPECT_EQ(score(), 3);
    EXPECT_EQ(vm->state()[0], 4);
    vm->set_state({70});
    EXPECT_EQ(score(), 70);
    EXPECT_TRUE(vm->figures().proved);
}

TEST_F(State, is_recorded_as_the_call_found_it) {
    make(counting_files());
    vm->set_state({70});
    score();
    ASSERT_EQ(made.state.size(), 1U);
    EXPECT_EQ(made.state[0].name, "seen");
    EXPECT_EQ(made.state[0].value, 70);
}

TEST_F(State, a_call_that_fails_changes_nothing) {
    for (const char* body : {"    error('no')", "    state.put('seen', 0/0)",
                             "    return 'nonsense'", "    while true do end"}) {
        make(counting_files(body));
        vm->set_state({70});
        score("ATTACK");
        EXPECT_NE(made.fault, "") << body;
        EXPECT_EQ(vm->state()[0], 70) << body;
    }
}

TEST_F(State, an_error_that_is_caught_is_none) {
    make(counting_files("    pcall(error, 'no')"));
    vm->set_state({70});
    score("ATTACK");
    EXPECT_EQ(made.fault, "");
    EXPECT_EQ(vm->state()[0], 71);
}

class WrongState : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(WrongState, says_what_is_expected) {
    const auto pack = build(counting_files(std::string("    local x = ") + GetParam().first));
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    RuleScore made;
    (*pack)->make_vm({})->score(storm_input("ATTACK"), made);
    EXPECT_THAT(made.fault, AllOf(HasSubstr("score.lua:6: "), HasSubstr(GetParam().second)));
}

INSTANTIATE_TEST_SUITE_P(
    all, WrongState,
    ::testing::Values(
        std::pair{"state.put('seen', 1/0)",
                  "state.put('seen'): a finite number is expected, got nan or inf"},
        std::pair{"state.put('seen', '5')", "a finite number is expected, got string"},
        std::pair{"state.put('seen')", "a finite number is expected, got nil"},
        std::pair{"state.get('sen')", "state has no field 'sen'; did you mean 'seen'?"},
        std::pair{"state.get(1)", "state has no field"},
        std::pair{"state.seen", "state has no field 'seen'"}),
    [](const auto& test) { return "case_" + std::to_string(test.index); });

TEST(StateDeclared, nothing_declared_is_a_sentence) {
    EXPECT_THAT(fault_of("    state.put('seen', 1)"),
                HasSubstr("the pack declares no state; write state = { version = 1, keys = {"));
    Files files = counting_files();
    files["score.lua"] = "local early = state.get('seen')\n" + files["score.lua"];
    EXPECT_THAT(refusal(files), HasSubstr("score.lua:1: state.get: called while the file is"));
}

TEST(StateDeclared, every_mistake_in_the_manifest_is_named) {
    const auto refused = [](const std::string& state, const std::string& more = "") {
        Files files = good_files();
        files["pack.lua"] = manifest_with(state, more);
        files["score.lua"] = "return function() return 0, 'single', 'weak', 'neutral', 'low' end";
        return refusal(files);
    };
    EXPECT_EQ(refused(kOneKey), "");
    EXPECT_EQ(refused("{ version = 1, per = 'symbol', keys = { a = { description = 'x' } } }"), "");
    EXPECT_THAT(refused("{ keys = { a = {} } }"), HasSubstr("state: needs version = 1"));
    EXPECT_THAT(refused("{ version = 1.5, keys = { a = {} } }"), HasSubstr("needs version = 1"));
    EXPECT_THAT(refused("{ version = 1, keys = { a = {} }, per = 'shard' }"),
                HasSubstr("per = 'shard'; state is kept for each symbol"));
    EXPECT_THAT(refused("{ version = 1 }"), HasSubstr("1 to 16 of them, not 0"));
    EXPECT_THAT(refused("{ version = 1, keys = { a = { type = 'text' } } }"),
                HasSubstr("type 'text'; state holds numbers"));
    EXPECT_THAT(refused("{ version = 1, keys = { a = { defalt = 1 } } }"),
                HasSubstr("state.keys.a: unknown field 'defalt'; did you mean 'default'?"));
    EXPECT_THAT(refused("{ version = 1, keys = { A = {} } }"), HasSubstr("small letters"));
    EXPECT_THAT(refused("{ version = 1, keys = { a = 5 } }"), HasSubstr("'a' is a number"));
    EXPECT_THAT(refused(kOneKey, "migrate = 5"), HasSubstr("'migrate' is a number"));
    std::string many;
    for (int i = 0; i < 17; ++i) {
        many += "k" + std::to_string(i) + " = {}, ";
    }
    EXPECT_THAT(refused("{ version = 1, keys = { " + many + " } }"), HasSubstr("not 17"));
}

TEST(StateDeclared, both_runs_of_the_check_begin_with_the_same) {
    EXPECT_EQ(refusal(counting_files()), "");
    Files hidden = counting_files();
    hidden["score.lua"] =
        "local kept = { 0 }\n"
        "return function() kept[1] = kept[1] + state.get('seen')\n"
        "  return kept[1] % 50, 'single', 'weak', 'neutral', 'low' end";
    EXPECT_THAT(refusal(hidden), HasSubstr("two different answers"));
}

TEST(StateDeclared, tests_give_it_and_expect_it) {
    const auto failures = [](const std::string& one_case) {
        Files files = counting_files();
        files["tests/a.lua"] = "return { { name = 'a', " + one_case + " } }";
        const auto pack = build(files);
        EXPECT_TRUE(pack.ok());
        return Result<RuleTestReport>(run_pack_tests(**pack))->failures();
    };
    EXPECT_EQ(failures("given = {}, expect = { score = 2, state = { seen = 3 } }"), "");
    EXPECT_EQ(failures("given = { state = { seen = 9 } }, expect = { state = { seen = 10 } }"), "");
    EXPECT_THAT(failures("given = {}, expect = { state = { seen = 7 } }"),
                HasSubstr("state.seen expected 7   got 3"));
    EXPECT_THAT(failures("given = { state = { sen = 9 } }, expect = { score = 2 }"),
                HasSubstr("given.state.sen is not declared in pack.lua"));
    EXPECT_THAT(failures("given = {}, expect = { state = { sen = 9 } }"),
                HasSubstr("state.sen is not declared in pack.lua"));
}

// ---- from version to version ----

struct StateVersions : ::testing::Test {
    StateVersions() : folder(counting_files()), catalog(folder.path(), {}, {}) { reload(); }

    std::string reload() {
        const auto report = catalog.reload(recent, ++clock_ns);
        return report.ok() ? Result<ReloadReport>(report)->summary() : report.status().message();
    }
    std::string declare(const std::string& state, const std::string& more = "") {
        folder.write("pack.lua", manifest_with(state, more));
        return reload();
    }
    // The live version decides, with what was remembered by the one before.
    void adopt() { memory.adopt(*catalog.live()); }

    Folder folder;
    RuleCatalog catalog;
    std::vector<RuleInput> recent;
    std::int64_t clock_ns = 0;
    RuleMemory memory;
};

constexpr const char* kTwoKeys =
    "{ version = 2, keys = { seen = { default = 2 }, big = { default = 5 } } }";
constexpr const char* kMigrate =
    "migrate = function(old, from_version)\n"
    "  return { big = 10 * old.seen + from_version }\nend";

TEST_F(StateVersions, other_keys_need_another_version) {
    const std::string live = catalog.live()->id();
    EXPECT_THAT(declare("{ version = 1, keys = { seen = {}, big = {} } }"),
                AllOf(StartsWith("pack.lua: state has other keys than the live version " + live),
                      HasSubstr("write version = 2 and migrate = function(old, from_version) "
                                "return { big = 0, seen = old.seen } end in pack.lua"),
                      HasSubstr("live version stays " + live)));
}

TEST_F(StateVersions, another_version_needs_migrate) {
    EXPECT_THAT(declare(kTwoKeys),
                AllOf(HasSubstr("state is version 2, the live version mini@"),
                      HasSubstr(" has 1; write migrate = function(old, from_version)")));
    EXPECT_THAT(declare(kTwoKeys, kMigrate), StartsWith("now mini@"));
}

TEST_F(StateVersions, another_default_or_description_needs_nothing) {
    EXPECT_THAT(declare("{ version = 1, keys = { seen = { default = 9, description = 'x' } } }"),
                StartsWith("now mini@"));
}

TEST_F(StateVersions, a_migrate_that_fails_is_refused_with_its_place) {
    EXPECT_THAT(declare(kTwoKeys, "migrate = function(old)\n  return old.seen.x\nend"),
                AllOf(HasSubstr("pack.lua:4:"), HasSubstr("(in migrate)")));
    EXPECT_THAT(declare(kTwoKeys, "migrate = function(old) return 5 end"),
                HasSubstr("migrate returned a number, expected a table"));
    EXPECT_THAT(declare(kTwoKeys, "migrate = function(old) return { bigg = 5 } end"),
                HasSubstr("unknown field 'bigg'; did you mean 'big'?"));
    EXPECT_THAT(declare(kTwoKeys, "migrate = function(old) return { big = 0/0 } end"),
                HasSubstr("'big' is a number, expected a finite number"));
    EXPECT_THAT(declare(kTwoKeys, "migrate = function(old) while true do end end"),
                HasSubstr("used more than 100000 steps"));
    EXPECT_EQ(catalog.live()->manifest().state.version, 1U);
}

TEST_F(StateVersions, migrate_is_tried_on_what_was_recorded) {
    const std::vector<RuleTerm> remembered{{"seen", 70}};
    recent.push_back(storm_input());
    recent.back().state = remembered;
    const std::string migrate =
        "migrate = function(old) if old.seen == 70 then error('seventy') end return {} end";
    EXPECT_THAT(declare(kTwoKeys, migrate), HasSubstr("seventy (in migrate)"));
    recent.clear();
    EXPECT_THAT(declare(kTwoKeys, migrate), StartsWith("now mini@"));
}

TEST_F(StateVersions, memory_follows_the_same_schema) {
    adopt();
    EXPECT_EQ(memory.of(3)[0], 2);
    memory.put(3, {70});
    declare("{ version = 1, keys = { seen = { default = 9 } } }");
    adopt();
    EXPECT_EQ(memory.of(3)[0], 70);
    EXPECT_EQ(memory.of(4)[0], 9) << "nothing was put: the default of now";
}

TEST_F(StateVersions, memory_is_migrated_and_goes_back_as_it_was) {
    adopt();
    memory.put(3, {70});
    ASSERT_THAT(declare(kTwoKeys, kMigrate), StartsWith("now mini@"));
    adopt();
    EXPECT_EQ(memory.of(3)[0], 701) << "big = 10 x 70 + 1; keys lie by name";
    EXPECT_EQ(memory.of(3)[1], 2) << "left out: as declared";
    EXPECT_EQ(memory.of(4)[0], 5);
    memory.put(3, {1, 1});
    ASSERT_THAT(declare(kOneKey), StartsWith("now mini@")) << "an undo needs no migrate";
    adopt();
    EXPECT_EQ(memory.of(3)[0], 70);
    ASSERT_THAT(declare(kTwoKeys, kMigrate), StartsWith("now mini@"));
    adopt();
    EXPECT_EQ(memory.of(3)[0], 1) << "and forth again";
    EXPECT_EQ(memory.lost(), 0U);
}

TEST_F(StateVersions, a_version_without_state_leaves_it_for_the_next) {
    adopt();
    memory.put(3, {70});
    folder.write("score.lua", "return function() return 1, 'x', 'weak', 'neutral', 'low' end");
    folder.write("pack.lua", good_files()["pack.lua"]);
    ASSERT_THAT(reload(), StartsWith("now mini@"));
    adopt();
    EXPECT_THAT(declare("{ version = 1, keys = { other = {} } }"),
                HasSubstr("state has other keys"));
    folder.write("score.lua", counting_files()["score.lua"]);
    ASSERT_THAT(declare(kOneKey), StartsWith("now mini@"));
    adopt();
    EXPECT_EQ(memory.of(3)[0], 70);
}

TEST_F(StateVersions, another_pack_begins_anew) {
    adopt();
    memory.put(3, {70});
    folder.write("pack.lua", "return { name = 'other', version = '1', api = 1, state = " +
                                 std::string(kOneKey) + ", fallback = {} }");
    ASSERT_THAT(reload(), StartsWith("now other@"));
    adopt();
    EXPECT_EQ(memory.of(3)[0], 2);
}

TEST_F(StateVersions, a_symbol_that_migrate_fails_on_begins_anew_and_is_counted) {
    adopt();
    memory.put(3, {70});
    memory.put(5, {8});
    ASSERT_THAT(declare(kTwoKeys,
                        "migrate = function(old)\n"
                        "  assert(old.seen < 50) return { big = old.seen } end"),
                StartsWith("now mini@"));
    adopt();
    EXPECT_EQ(memory.of(3)[0], 5);
    EXPECT_EQ(memory.of(5)[0], 8);
    EXPECT_EQ(memory.lost(), 1U);
}

}  // namespace
}  // namespace petrel::core::script_test
