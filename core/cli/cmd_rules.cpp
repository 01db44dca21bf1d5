// Loading proves a pack; its tests prove what it means; findings say what looks odd.
#include "cli/cmd_rules.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/junit_text.hpp"
#include "runtime/clock.hpp"
#include "runtime/human.hpp"
#include "script/rule_cost.hpp"
#include "script/rule_coverage.hpp"
#include "script/rule_lint.hpp"
#include "script/rule_pack.hpp"
#include "script/rule_tests.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

// Names and texts of a pack may hold any bytes.
std::string json_line(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

int refuse(const Status& status, const OutputArguments& output, Terminal& terminal) {
    if (output.json) {
        Json json;
        json["ok"] = false;
        json["error"] = status.message();
        terminal.out << json_line(json);
    } else {
        terminal.err << "error: " << status.message() << "\n";
    }
    return kExitNo;
}

std::string cost_line(const std::string& name, const RuleFunctionCost& cost) {
    std::string line = name;
    line.resize(17, ' ');
    return line + human_count(cost.steps) + " steps, " +
           (cost.proved ? "proved to end, runs uncounted" : "not proved to end, runs counted") +
           ", about " + human_fixed(cost.ns / 1e3, 2) + " µs\n";
}

// It runs with the score, whose time is of both.
std::string ensemble_line(const RuleFunctionCost& cost) {
    return "ensemble         " + human_count(cost.steps) + " steps, " +
           (cost.proved ? "proved to end, runs uncounted" : "not proved to end, runs counted") +
           ", within the score's time\n";
}

std::string cost_text(const RuleCost& cost) {
    return "  cost of the dearest sample (the time is an estimate, measured here)\n    " +
           cost_line("score", cost.score) + "    " +
           (cost.ensemble.steps == 0 ? "" : ensemble_line(cost.ensemble) + "    ") +
           cost_line("appropriateness", cost.appropriateness);
}

// What Lua alone does of a function; "" when all of its calls are host steps.
std::string in_lua(const RuleWay& way) {
    if (!way.by_steps) {
        return way.in_lua;
    }
    const std::string calls =
        way.left == 0 ? ""
                      : std::to_string(way.left) + " of " + std::to_string(way.runs) + " samples";
    const std::string what = !way.in_lua.empty()
                                 ? "calls that reach " + way.in_lua
                                 : "calls that meet a value of a kind that the steps do not know";
    return way.in_lua.empty() && calls.empty() ? ""
           : calls.empty()                     ? what + "; no sample does"
                                               : what + "; " + calls;
}

// "runs as host steps: score, ensemble with 6 voters; in Lua: appropriateness (a loop in ...)".
std::string ways_line(const RuleCost& cost, const RuleManifest& manifest) {
    const std::size_t voters = manifest.voters.size();
    const std::string with =
        voters == 0 ? "" : " with " + std::to_string(voters) + (voters == 1 ? " voter" : " voters");
    std::string steps;
    std::string lua;
    const auto add = [&](const std::string& name, const RuleFunctionCost& one) {
        const std::string why = in_lua(one.way);
        if (one.way.by_steps) {
            steps += (steps.empty() ? "" : ", ") + name;
        }
        if (!why.empty()) {
            lua += (lua.empty() ? "" : ", ") + name + " (" + why + ")";
        }
    };
    add("score", cost.score);
    if (cost.ensemble.steps > 0) {
        add("ensemble" + with, cost.ensemble);
    }
    add("appropriateness", cost.appropriateness);
    return "  runs as host steps: " + (steps.empty() ? "nothing" : steps) +
           (lua.empty() ? "" : "; in Lua: " + lua) + "\n";
}

Json cost_json(const RuleFunctionCost& cost) {
    return {{"steps", cost.steps},
            {"proved", cost.proved},
            {"host_steps", cost.way.by_steps},
            {"in_lua", in_lua(cost.way)}};
}

void print_check(const RulePack& pack, const std::vector<LintFinding>& findings,
                 const RulesArguments& arguments, Terminal& terminal) {
    const bool good = findings.empty() || !arguments.strict;
    const RuleCost cost = measure_rules(pack);
    if (arguments.output.json) {
        Json json;
        json["ok"] = good;
        json["id"] = pack.id();
        json["fuel_max"] = pack.sample_fuel_max();
        json["cost"] = {{"score", cost_json(cost.score)},
                        {"ensemble", cost_json(cost.ensemble)},
                        {"appropriateness", cost_json(cost.appropriateness)}};
        json["findings"] = Json::array();
        for (const LintFinding& finding : findings) {
            json["findings"].push_back({{"file", finding.file},
                                        {"line", finding.line},
                                        {"column", finding.column},
                                        {"text", finding.text}});
        }
        terminal.out << json_line(json);
        return;
    }
    for (const LintFinding& finding : findings) {
        terminal.out << finding.sentence() << "\n";
    }
    terminal.out << (good ? "✓ " : "✗ ") << pack.id() << " compiles and runs on sample inputs; "
                 << (findings.empty() ? "nothing looks odd"
                                      : std::to_string(findings.size()) +
                                            (findings.size() == 1 ? " finding" : " findings"))
                 << "\n"
                 << cost_text(cost) << ways_line(cost, pack.manifest())
                 << "next: petrel rules test " << arguments.directory << "\n";
}

void print_coverage(const std::vector<FileCoverage>& files, Terminal& terminal) {
    std::size_t lines = 0;
    std::size_t run = 0;
    for (const FileCoverage& file : files) {
        lines += file.lines;
        run += file.run();
        std::string row = "  " + file.file;
        row.resize(std::max<std::size_t>(row.size() + 2, 26), ' ');
        row += std::to_string(coverage_percent(file.run(), file.lines)) + " %  " +
               std::to_string(file.run()) + " of " + std::to_string(file.lines) + " lines";
        terminal.out << row << (file.missed.empty() ? "" : "; not run: " + file.missed_text())
                     << "\n";
    }
    terminal.out << "  coverage " << coverage_percent(run, lines) << " % of " << lines
                 << " lines\n";
}

Json coverage_json(const std::vector<FileCoverage>& files) {
    Json rows = Json::array();
    for (const FileCoverage& file : files) {
        rows.push_back({{"file", file.file},
                        {"lines", file.lines},
                        {"run", file.run()},
                        {"missed", file.missed}});
    }
    return rows;
}

Json tests_json(const RulePack& pack, const RuleTestReport& report) {
    Json json;
    json["id"] = pack.id();
    json["passed"] = report.passed;
    json["failed"] = report.failed;
    json["cases"] = Json::array();
    for (const RuleTestCase& test : report.cases) {
        json["cases"].push_back({{"name", test.name},
                                 {"file", test.file},
                                 {"line", test.line},
                                 {"passed", test.passed()},
                                 {"differences", test.differences}});
    }
    return json;
}

// False when it was asked for and cannot be written.
bool write_junit(const std::string& path, const std::string& xml, Terminal& terminal) {
    if (path.empty()) {
        return true;
    }
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << xml << std::flush;
    if (!out.good()) {
        terminal.err << "error: cannot write the results to " << path
                     << ". Name a file in a folder that you may write to\n";
    }
    return out.good();
}

int refuse_tests(const Status& status, const RulesTestArguments& arguments, Terminal& terminal) {
    const std::string xml = junit_refusal(status.message(), arguments.directory);
    const bool written = write_junit(arguments.junit, xml, terminal);
    const int code = refuse(status, arguments.output, terminal);
    return written ? code : kExitBroken;
}

}  // namespace

int cmd_rules_check(const RulesArguments& arguments, Terminal& terminal) {
    const Result<std::shared_ptr<const RulePack>> pack = RulePack::load(arguments.directory);
    if (!pack.ok()) {
        return refuse(pack.status(), arguments.output, terminal);
    }
    const std::vector<LintFinding> findings = lint_rules((*pack)->sources(), (*pack)->manifest());
    print_check(**pack, findings, arguments, terminal);
    return arguments.strict && !findings.empty() ? kExitNo : kExitDone;
}

int cmd_rules_test(const RulesTestArguments& arguments, Terminal& terminal) {
    const std::int64_t started_ns = steady_now_ns();
    const Result<std::shared_ptr<const RulePack>> pack = RulePack::load(arguments.directory);
    if (!pack.ok()) {
        return refuse_tests(pack.status(), arguments, terminal);
    }
    RuleCoverage coverage;
    RuleBudget budget;
    budget.lines = arguments.coverage ? &coverage : nullptr;
    const Result<RuleTestReport> report = run_pack_tests(**pack, budget);
    if (!report.ok()) {
        return refuse_tests(report.status(), arguments, terminal);
    }
    const double seconds = static_cast<double>(steady_now_ns() - started_ns) / 1e9;
    const std::string xml = junit_report(*report, (*pack)->id(), seconds);
    const bool written = write_junit(arguments.junit, xml, terminal);
    const auto covered =
        arguments.coverage ? coverage.files((*pack)->sources()) : std::vector<FileCoverage>{};
    if (arguments.output.json) {
        Json json = tests_json(**pack, *report);
        if (arguments.coverage) {
            json["coverage"] = coverage_json(covered);
        }
        terminal.out << json_line(json);
    } else {
        terminal.out << report->failures() << (report->failed == 0 ? "" : "\n")
                     << (report->failed == 0 ? "✓ " : "✗ ") << (*pack)->id() << "  "
                     << report->passed << " passed, " << report->failed << " failed, "
                     << human_fixed(seconds, 2) << " s\n";
        arguments.coverage ? print_coverage(covered, terminal) : void();
    }
    return !written ? kExitBroken : report->failed == 0 ? kExitDone : kExitNo;
}

}  // namespace petrel::core
