// Test files run in a sandbox of their own; what they return is checked field by field.
#include "script/rule_case.hpp"

#include <algorithm>
#include <lua.hpp>

#include "script/lua_fields.hpp"
#include "script/lua_state.hpp"
#include "script/lua_table.hpp"

namespace petrel::core {
namespace {

constexpr lua_Integer kCasesMax = 1'000;

class CaseReader {
public:
    CaseReader(lua_State* lua, const RuleFile& file, TextPool& texts,
               std::vector<std::string>& problems)
        : lua_(lua), file_(file), texts_(texts), problems_(problems) {}

    RuleCase read(int slot, lua_Integer number) {
        const std::string unnamed = file_.name + ": case " + std::to_string(number);
        LuaTable table(lua_, slot, unnamed, problems_);
        RuleCase read;
        read.name = table.text("name").value_or("");
        read.line = line_of(read.name);
        if (read.name.empty()) {
            table.problem("needs a name that states a fact");
        }
        where_ = file_.name + ":" + std::to_string(read.line) + ": " + read.name;
        const int given = table.table("given");
        if (given != 0) {
            read_given(given, read);
            lua_pop(lua_, 1);
        }
        const int expect = table.table("expect");
        if (expect == 0) {
            table.problem("needs expect = { ... }");
        } else {
            read_expect(expect, read.expect);
            lua_pop(lua_, 1);
        }
        table.report_unknown();
        return read;
    }

private:
    // Cases are found again by their names, which stand in the text.
    int line_of(const std::string& name) const {
        std::size_t at = name.empty() ? std::string::npos : file_.text.find('"' + name + '"');
        if (at == std::string::npos && !name.empty()) {
            at = file_.text.find("'" + name + "'");
        }
        if (at == std::string::npos) {
            return 1;
        }
        const auto end = file_.text.begin() + static_cast<std::ptrdiff_t>(at);
        return static_cast<int>(std::count(file_.text.begin(), end, '\n')) + 1;
    }
    std::string_view keep(const std::string& text) { return *texts_.insert(text).first; }

    template <typename Owner>
    void read_fields(LuaTable& table, std::span<const LuaField<Owner>> fields, Owner& owner) {
        for (const LuaField<Owner>& field : fields) {
            if (field.number != nullptr) {
                owner.*field.number = table.number(field.name).value_or(owner.*field.number);
            } else if (field.flag != nullptr) {
                owner.*field.flag = table.flag(field.name).value_or(owner.*field.flag);
            } else if (const auto text = table.text(field.name)) {
                owner.*field.text = keep(*text);
            }
        }
    }

    template <typename Owner>
    bool read_part(LuaTable& given, const char* name, std::span<const LuaField<Owner>> fields,
                   Owner& owner) {
        const int slot = given.table(name);
        if (slot == 0) {
            return false;
        }
        LuaTable table(lua_, slot, where_ + ": given." + name, problems_);
        read_fields(table, fields, owner);
        table.report_unknown();
        lua_pop(lua_, 1);
        return true;
    }

    void read_given(int slot, RuleCase& read) {
        LuaTable given(lua_, slot, where_ + ": given", problems_);
        RuleInput& input = read.input;
        read_fields(given, input_fields(), input);
        input.finding.present = read_part(given, "finding", finding_fields(), input.finding);
        input.storm.present = read_part(given, "storm", finding_fields(), input.storm);
        input.cluster.present = read_part(given, "cluster", finding_fields(), input.cluster);
        read_part(given, "market", market_fields(), input.market);
        read_part(given, "history", history_fields(), input.history);
        if (const int params = given.table("params")) {
            LuaTable table(lua_, params, where_ + ": given.params", problems_);
            for (const std::string& name : table.keys()) {
                read.params[name] = table.number_or_flag(name.c_str()).value_or(0);
            }
            lua_pop(lua_, 1);
        }
        read_window(given, read);
        read_list(given, "state", read.state);
        read_list(given, "votes", read.votes);
        read_list(given, "accuracy", read.accuracy);
        given.report_unknown();
        complete(input);
    }

    // Numbers by name.
    void read_list(LuaTable& given, const char* name, std::vector<RuleTerm>& list) {
        std::map<std::string, double> numbers;
        read_map(given, name, "given.", numbers);
        for (const auto& [key, value] : numbers) {
            list.push_back({key, value});
        }
    }
    void read_map(LuaTable& from, const char* name, const char* below,
                  std::map<std::string, double>& numbers) {
        if (const int slot = from.table(name)) {
            LuaTable table(lua_, slot, where_ + ": " + below + name, problems_);
            for (const std::string& key : table.keys()) {
                numbers[key] = table.number(key.c_str()).value_or(0);
            }
            lua_pop(lua_, 1);
        }
    }

    // ["flow trade 30"] = { 3e6, 1e6, 40 }: the words of the call, and what it gives.
    void read_window(LuaTable& given, RuleCase& read) {
        const int slot = given.table("window");
        if (slot == 0) {
            return;
        }
        LuaTable table(lua_, slot, where_ + ": given.window", problems_);
        std::vector<RuleAnswer> answers;
        for (const std::string& text : table.keys()) {
            const Result<RuleQuestion> question = read_question(text);
            if (!question.ok()) {
                table.problem(question.status().message());
            } else if (const auto numbers = read_numbers(table, text, *question)) {
                answers.push_back({*question, *numbers});
            }
        }
        read.window.add(answers);
        lua_pop(lua_, 1);
    }

    std::optional<RuleNumbers> read_numbers(LuaTable& table, const std::string& text,
                                            const RuleQuestion& question) {
        const RuleFigureSpec& spec = rule_figures()[static_cast<std::size_t>(question.figure)];
        const std::optional<std::vector<double>> given = table.numbers(text.c_str());
        if (!given.has_value() || given->size() != spec.numbers) {
            table.problem("\"" + text + "\" gives " + std::to_string(spec.numbers) +
                          (spec.numbers == 1 ? " figure" : " figures, in { }"));
            return std::nullopt;
        }
        RuleNumbers numbers{};
        std::copy(given->begin(), given->end(), numbers.begin());
        return numbers;
    }

    // What a case leaves out and follows from the rest: the cause is the slot of its type.
    static void complete(RuleInput& input) {
        if (input.finding.present || (!input.storm.present && !input.cluster.present)) {
            return;
        }
        input.finding = input.storm.present ? input.storm : input.cluster;
        if (input.finding.type.empty()) {
            input.finding.type = input.type;
        }
        if (input.finding.phase.empty()) {
            input.finding.phase = "onset";
        }
    }

    void read_expect(int slot, RuleExpectation& expect) {
        LuaTable table(lua_, slot, where_ + ": expect", problems_);
        expect.score = table.number("score");
        expect.tolerance = table.number("tolerance").value_or(expect.tolerance);
        expect.pattern = table.text("pattern");
        expect.strength = table.text("strength");
        expect.pressure = table.text("pressure");
        expect.volatility = table.text("volatility");
        expect.decision = table.text("decision");
        expect.reason = table.text("reason");
        expect.note = table.text("note");
        expect.confidence = table.number("confidence");
        expect.health = table.number("health");
        read_map(table, "terms", "expect.", expect.terms);
        read_map(table, "state", "expect.", expect.state);
        read_map(table, "votes", "expect.", expect.votes);
        read_map(table, "parts", "expect.", expect.parts);
        if (const int checks = table.table("checks")) {
            LuaTable list(lua_, checks, where_ + ": expect.checks", problems_);
            for (const std::string& name : list.keys()) {
                expect.checks[name] = list.flag(name.c_str()).value_or(false);
            }
            lua_pop(lua_, 1);
        }
        table.report_unknown();
        if (table.keys().empty()) {
            table.problem("expects nothing, so that it could never fail");
        }
    }

    lua_State* lua_;
    const RuleFile& file_;
    TextPool& texts_;
    std::vector<std::string>& problems_;
    std::string where_;
};

}  // namespace

Result<std::vector<RuleCase>> read_rule_cases(const RuleFile& file, TextPool& texts) {
    RuleBudget generous;
    generous.fuel *= 10;
    LuaState state(generous);
    Status status = state.compile(file.name, file.text);
    if (!status) {
        return status;
    }
    if (!state.call(0, 1)) {
        return Status::rejected(state.take_fault());
    }
    lua_State* lua = state.raw();
    const int list = lua_gettop(lua);
    const lua_Integer count =
        lua_istable(lua, list) ? static_cast<lua_Integer>(lua_rawlen(lua, list)) : 0;
    if (count == 0 || count > kCasesMax) {
        return Status::rejected(file.name + ":1: must return a list of 1 to 1000 cases");
    }
    std::vector<std::string> problems;
    std::vector<RuleCase> cases;
    CaseReader reader(lua, file, texts, problems);
    for (lua_Integer at = 1; at <= count; ++at) {
        if (lua_rawgeti(lua, list, at) == LUA_TTABLE) {
            cases.push_back(reader.read(lua_gettop(lua), at));
        } else {
            problems.push_back(file.name + ": case " + std::to_string(at) + ": is not a table");
        }
        lua_settop(lua, list);
    }
    status = as_status(problems);
    if (!status) {
        return status;
    }
    return cases;
}

}  // namespace petrel::core
