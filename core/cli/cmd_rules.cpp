// Loading proves a pack; its tests prove what it means.
#include "cli/cmd_rules.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

#include "runtime/clock.hpp"
#include "runtime/human.hpp"
#include "script/rule_pack.hpp"
#include "script/rule_tests.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

int refuse(const Status& status, const RulesArguments& arguments, Terminal& terminal) {
    if (arguments.output.json) {
        Json json;
        json["ok"] = false;
        json["error"] = status.message();
        terminal.out << json.dump() << "\n";
    } else {
        terminal.err << "error: " << status.message() << "\n";
    }
    return kExitNo;
}

}  // namespace

int cmd_rules_check(const RulesArguments& arguments, Terminal& terminal) {
    const Result<std::shared_ptr<const RulePack>> pack = RulePack::load(arguments.directory);
    if (!pack.ok()) {
        return refuse(pack.status(), arguments, terminal);
    }
    if (arguments.output.json) {
        Json json;
        json["ok"] = true;
        json["id"] = (*pack)->id();
        json["fuel_max"] = (*pack)->sample_fuel_max();
        terminal.out << json.dump() << "\n";
        return kExitDone;
    }
    terminal.out << "✓ " << (*pack)->id() << " compiles and runs on sample inputs; dearest call "
                 << human_count((*pack)->sample_fuel_max()) << " steps\n"
                 << "next: petrel rules test " << arguments.directory << "\n";
    return kExitDone;
}

int cmd_rules_test(const RulesArguments& arguments, Terminal& terminal) {
    const std::int64_t started_ns = steady_now_ns();
    const Result<std::shared_ptr<const RulePack>> pack = RulePack::load(arguments.directory);
    if (!pack.ok()) {
        return refuse(pack.status(), arguments, terminal);
    }
    const Result<RuleTestReport> report = run_pack_tests(**pack);
    if (!report.ok()) {
        return refuse(report.status(), arguments, terminal);
    }
    const double seconds = static_cast<double>(steady_now_ns() - started_ns) / 1e9;
    if (arguments.output.json) {
        Json json;
        json["id"] = (*pack)->id();
        json["passed"] = report->passed;
        json["failed"] = report->failed;
        json["cases"] = Json::array();
        for (const RuleTestCase& test : report->cases) {
            json["cases"].push_back({{"name", test.name},
                                     {"file", test.file},
                                     {"line", test.line},
                                     {"passed", test.passed()},
                                     {"differences", test.differences}});
        }
        terminal.out << json.dump() << "\n";
    } else {
        terminal.out << report->failures() << (report->failed == 0 ? "✓ " : "✗ ") << (*pack)->id()
                     << "  " << report->passed << " passed, " << report->failed << " failed, "
                     << human_fixed(seconds, 2) << " s\n";
    }
    return report->failed == 0 ? kExitDone : kExitNo;
}

}  // namespace petrel::core
