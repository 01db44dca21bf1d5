// Lines with code come from the compiled chunks, lines that have run from the hook of the tests.
#include "script/rule_coverage.hpp"

#include <iterator>
#include <lua.hpp>

#include "script/lua_chunk.hpp"
#include "script/lua_state.hpp"

namespace petrel::core {

std::string FileCoverage::missed_text() const {
    std::string text;
    for (std::size_t at = 0; at < missed.size();) {
        // A range ends where a line with code between two has run.
        std::size_t last = at;
        while (last + 1 < missed.size() &&
               *std::next(code.find(missed[last])) == missed[last + 1]) {
            ++last;
        }
        text += (text.empty() ? "" : ", ") + std::to_string(missed[at]);
        if (last > at) {
            text += "-" + std::to_string(missed[last]);
        }
        at = last + 1;
    }
    return text;
}

std::vector<FileCoverage> RuleCoverage::files(const RuleSources& sources) const {
    std::vector<FileCoverage> files;
    LuaState state(RuleBudget{});
    for (const RuleFile& file : sources.files) {
        if (file.is_test() || file.name == "pack.lua" || !state.compile(file.name, file.text)) {
            continue;
        }
        FileCoverage covered;
        covered.file = file.name;
        covered.code = read_chunk(state.raw()).lines;
        lua_pop(state.raw(), 1);
        covered.lines = covered.code.size();
        const auto run = run_.find(file.name);
        for (const int line : covered.code) {
            if (run == run_.end() || !run->second.contains(line)) {
                covered.missed.push_back(line);
            }
        }
        files.push_back(std::move(covered));
    }
    return files;
}

unsigned coverage_percent(std::size_t run, std::size_t lines) {
    return lines == 0 ? 100U : static_cast<unsigned>(run * 100 / lines);
}

}  // namespace petrel::core
