// Rule files of strangers: any bytes as score.lua of a pack, which compiles or is refused, and runs
// within its budget. Nothing crashes or leaks, and what is said of it is plain text.
// LIBRARIES: petrel_script
//
// The first byte, modulo five, chooses where the text stands: as score.lua (F); as the body of a
// function in score.lua (G); as appropriateness.lua (H); as pack.lua (I); as a test (J). The
// budgets are smaller than the product's, so that loops do not make up the time.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "observe/clean_text.hpp"
#include "script/rule_lint.hpp"
#include "script/rule_pack.hpp"
#include "script/rule_tests.hpp"
#include "script/rule_vm.hpp"

namespace {

using namespace petrel::core;

constexpr const char* kManifest =
    "return { name = 'fuzz', version = '1', api = 1, description = 'd',\n"
    "  parameters = { { name = 'least', type = 'number', unit = '', min = 0, max = 10,\n"
    "    default = 0.5, description = 'd' } },\n"
    "  slots = { LIQ_STORM = 'storm', WHALE_CLUSTER = 'cluster' },\n"
    "  state = { version = 1, per = 'symbol', keys = {\n"
    "    told = { type = 'number', default = 0, description = 'd' } } },\n"
    "  fallback = { decision = 'hold', reason = 'rule_error', score = 0.25 } }\n";
constexpr const char* kScore =
    "return function(input, terms) terms.one = 0.5\n"
    "  return 0.5, 'single', 'weak', 'neutral', 'low' end\n";
constexpr const char* kJudge =
    "return function(input, score) return 'send', 'ok', '{2}', score.total end\n";

void must(bool holds) {
    if (!holds) {
        std::abort();
    }
}

bool is_plain(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text == clean_text(text, text.size());
}

RuleSources sources_of(std::uint8_t place, const std::string& text) {
    RuleSources sources;
    sources.directory = "fuzz";
    std::string manifest = kManifest;
    std::string score = kScore;
    std::string judge = kJudge;
    switch (place % 5) {
        case 0:
            score = text;
            break;
        case 1:
            score = "return function(input, terms)\n" + text +
                    "\nreturn 0.5, 'single', 'weak', 'neutral', 'low' end\n";
            break;
        case 2:
            judge = text;
            break;
        case 3:
            manifest = text;
            break;
        default:
            break;
    }
    sources.files = {{"appropriateness.lua", judge}, {"pack.lua", manifest}, {"score.lua", score}};
    if (place % 5 == 4) {
        sources.files.push_back({"tests/any.lua", text});
    }
    return sources;
}

void run(const RulePack& pack, const RuleBudget& budget) {
    const auto vm = pack.make_vm(budget);
    RuleInput input;
    input.symbol = "BTC-USDT-PERP";
    input.group = "MAJORS";
    input.type = "LIQ_STORM";
    input.now_s = 1'794'000'000;
    input.finding.present = true;
    input.finding.type = "LIQ_STORM";
    input.finding.side = "long";
    input.finding.volume_usd = 4.1e6;
    input.finding.threshold_usd = 2e6;
    input.storm = input.finding;
    for (int call = 0; call < 2; ++call) {
        RuleScore score;
        RuleVerdict verdict;
        vm->score(input, score);
        vm->judge(input, score, verdict);
        must(std::isfinite(score.total) && score.total >= 0 && score.total <= 100);
        must(!verdict.reasons.empty());
        must(is_plain(score.fault) && is_plain(verdict.fault) && is_plain(verdict.note));
        must(vm->figures().memory_bytes <= budget.memory_bytes);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    RuleBudget budget;
    budget.fuel = 20'000;
    budget.memory_bytes = 1U << 20;
    budget.allocation_bytes = 1U << 20;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const RuleSources sources = sources_of(data[0], text);
    const auto pack = RulePack::build(sources, {}, budget);
    if (!pack.ok()) {
        must(!pack.status().message().empty() && is_plain(pack.status().message()));
        return 0;
    }
    for (const LintFinding& finding : lint_rules(sources, (*pack)->manifest())) {
        must(is_plain(finding.sentence()));
    }
    run(**pack, budget);
    if (const auto report = run_pack_tests(**pack, budget); report.ok()) {
        for (const RuleTestCase& one : report->cases) {
            must(is_plain(one.name));
            for (const std::string& difference : one.differences) {
                must(is_plain(difference));
            }
        }
    }
    return 0;
}
