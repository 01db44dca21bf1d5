// Packs from texts and folders for the tests of the rule engine.
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <lua.hpp>

#include "script/lua_state.hpp"
#include "script_support.hpp"

namespace petrel::core::script_test {

Files good_files() {
    return {
        {"pack.lua",
         "return { name = 'mini', version = '1', api = 1,\n"
         "  parameters = { { name = 'gain', type = 'number', min = 0, max = 4, default = 1 } },\n"
         "  slots = { LIQ_STORM = 'storm', WHALE_CLUSTER = 'cluster' },\n"
         "  fallback = { decision = 'hold', reason = 'rule_error', score = 0.25 } }\n"},
        {"score.lua",
         "return function(input, terms)\n"
         "  return 0.5 * params.gain, 'single', 'weak', 'neutral', 'low'\n"
         "end\n"},
        {"appropriateness.lua",
         "return function(input, score)\n"
         "  return 'send', 'good', 'score {2}', score.total\n"
         "end\n"}};
}

Files attacked_files(const std::string& body) {
    Files files = good_files();
    files["score.lua"] = "return function(input, terms)\n  if input.symbol == 'ATTACK' then\n" +
                         body + "\n  end\n  return 0.5, 'single', 'weak', 'neutral', 'low'\nend\n";
    return files;
}

RuleSources sources_of(const Files& files) {
    RuleSources sources;
    sources.directory = "mini";
    for (const auto& [name, text] : files) {
        sources.files.push_back({name, text});
    }
    return sources;
}

Result<std::shared_ptr<const RulePack>> build(const Files& files, const RuleBudget& budget) {
    return RulePack::build(sources_of(files), {}, budget);
}

std::string refusal(const Files& files, const RuleBudget& budget) {
    const auto pack = build(files, budget);
    return pack.ok() ? "" : pack.status().message();
}

Folder::Folder(const Files& files) {
    std::string pattern = (std::filesystem::temp_directory_path() / "petrel-rules-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
    for (const auto& [name, text] : files) {
        write(name, text);
    }
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void Folder::write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
}

void Folder::remove(const std::string& name) const { std::filesystem::remove(path_ / name); }

RuleFinding finding(std::string_view type, std::string_view side, double volume, double threshold) {
    RuleFinding made;
    made.present = true;
    made.type = type;
    made.side = side;
    made.phase = "onset";
    made.volume_usd = volume;
    made.threshold_usd = threshold;
    return made;
}

RuleInput storm_input(std::string_view symbol) {
    RuleInput input;
    input.symbol = symbol;
    input.group = "MAJORS";
    input.type = "LIQ_STORM";
    input.now_s = 1'765'000'000;
    input.finding = finding("LIQ_STORM", "long", 4'100'000, 2'000'000);
    input.storm = input.finding;
    return input;
}

std::string fault_of(const std::string& body, const RuleBudget& budget) {
    const auto pack = build(attacked_files(body));
    if (!pack.ok()) {
        return "not built: " + pack.status().message();
    }
    const auto vm = (*pack)->make_vm(budget);
    RuleScore score;
    vm->score(storm_input("ATTACK"), score);
    return score.fault;
}

std::string run(const std::string& text, const RuleBudget& budget) {
    LuaState state(budget);
    const Status compiled = state.compile("test.lua", text);
    if (!compiled) {
        return "fault: " + compiled.message();
    }
    if (!state.call(0, 1)) {
        return "fault: " + state.take_fault();
    }
    lua_State* lua = state.raw();
    return lua_isstring(lua, -1) != 0 ? lua_tostring(lua, -1)
           : lua_isboolean(lua, -1)   ? (lua_toboolean(lua, -1) != 0 ? "true" : "false")
                                      : luaL_typename(lua, -1);
}

}  // namespace petrel::core::script_test
