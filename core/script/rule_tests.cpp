// Compares field by field, so that a failing case shows what differs and nothing else.
#include "script/rule_tests.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>

#include "observe/clean_text.hpp"
#include "runtime/clock.hpp"
#include "script/rule_case.hpp"
#include "script/rule_pack.hpp"
#include "script/rule_vm.hpp"
#include "script/verdict_check.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kMachinesMax = 16;
// A case that breaks its budget may take a tenth of a second, and a reload waits for the tests.
constexpr int kFaultsMax = 20;
constexpr std::int64_t kTestsNsMax = 20'000'000'000;

std::string figure(double value) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.4g", value);
    return text.data();
}

std::string line(const std::string& field, const std::string& expected, const std::string& got) {
    const std::string padded = field + std::string(field.size() < 10 ? 10 - field.size() : 0, ' ');
    return padded + " expected " + expected + "   got " + got;
}

class Comparison {
public:
    Comparison(const RuleExpectation& expect, std::vector<std::string>& differences)
        : expect_(expect), differences_(differences) {}

    void number(const std::string& field, double expected, double got) {
        if (std::fabs(expected - got) <= expect_.tolerance) {
            return;
        }
        const double off = got - expected;
        differences_.push_back(line(field, figure(expected), figure(got)) + "   (" +
                               (off > 0 ? "+" : "") + figure(off) + ")");
    }
    void text(const std::string& field, const std::optional<std::string>& expected,
              const std::string& got) {
        if (expected.has_value() && *expected != got) {
            differences_.push_back(line(field, *expected, got));
        }
    }
    void state(const RuleStateSchema& schema, const RuleCells& got) {
        for (const auto& [name, expected] : expect_.state) {
            const auto at = schema.find(name);
            if (at.has_value()) {
                number("state." + name, expected, got[*at]);
            } else {
                differences_.push_back("state." + name + " is not declared in pack.lua");
            }
        }
    }
    // Votes, or parts of the health; `what` names them.
    void shares(const std::string& what, const std::map<std::string, double>& expected,
                const std::vector<RuleShare>& got) {
        for (const auto& [name, value] : expected) {
            const auto found = std::find_if(
                got.begin(), got.end(),
                [&, &sought = name](const RuleShare& share) { return share.name == sought; });
            if (found == got.end()) {
                differences_.push_back(what + "." + name + " is not declared in pack.lua");
            } else {
                number(what + "." + name, value, found->known ? found->value : -1);
            }
        }
    }
    void ensemble(const RuleEnsemble& got) {
        if (expect_.confidence) {
            number("confidence", *expect_.confidence, got.confidence);
        }
        if (expect_.health) {
            number("health", *expect_.health, got.health);
        }
        shares("votes", expect_.votes, got.votes);
        shares("parts", expect_.parts, got.parts);
    }
    void terms(const std::vector<RuleTerm>& got) {
        for (const auto& [name, expected] : expect_.terms) {
            double value = 0;
            for (const RuleTerm& term : got) {
                value = term.name == name ? term.value : value;
            }
            number("terms." + name, expected, value);
        }
    }

    void checks(const std::vector<VerdictCheck>& got) {
        for (const auto& [name, expected] : expect_.checks) {
            const auto made = std::find_if(got.begin(), got.end(), [&](const auto& check) {
                return check.name.view() == name;
            });
            if (made == got.end()) {
                differences_.push_back("checks." + name + " was not made");
            } else if (made->passed != expected) {
                differences_.push_back(
                    line("checks." + name, expected ? "passed" : "failed", check_text(*made)));
            }
        }
    }

private:
    const RuleExpectation& expect_;
    std::vector<std::string>& differences_;
};

// What the case gives of voters must be of voters that are declared.
void check_given(const RuleCase& given, const RuleManifest& manifest, RuleTestCase& result) {
    const auto declared = [&](const std::string& name) {
        return std::any_of(manifest.voters.begin(), manifest.voters.end(),
                           [&](const RuleVoter& voter) { return voter.name == name; });
    };
    for (const RuleTerm& value : given.state) {
        if (!manifest.state.find(value.name)) {
            result.differences.push_back("given.state." + value.name +
                                         " is not declared in pack.lua");
        }
    }
    for (const auto& [what, list] :
         {std::pair{"given.votes.", &given.votes}, {"given.accuracy.", &given.accuracy}}) {
        for (const RuleTerm& value : *list) {
            if (!declared(value.name)) {
                result.differences.push_back(what + value.name + " is no voter of pack.lua");
            }
        }
    }
}

// False when a rule failed in it.
bool run_case(RuleVm& vm, const RuleCase& given, RuleTestCase& result) {
    RuleScore score;
    RuleVerdict verdict;
    const RuleManifest& manifest = vm.pack().manifest();
    RuleInput input = given.input;
    input.window = &given.window;
    std::vector<RuleVote> votes;
    for (const RuleTerm& vote : given.votes) {
        votes.push_back({vote.name, vote.value, false});
    }
    input.votes = votes;
    input.accuracy = given.accuracy;
    vm.set_state(manifest.cells(given.state));
    check_given(given, manifest, result);
    vm.score(input, score);
    vm.judge(input, score, verdict);
    for (const std::string& fault : {score.fault, verdict.fault}) {
        if (!fault.empty()) {
            result.differences.push_back("fault      " + fault);
        }
    }
    const RuleExpectation& expect = given.expect;
    Comparison compare(expect, result.differences);
    if (expect.score.has_value()) {
        compare.number("score", *expect.score, score.total);
    }
    compare.terms(score.terms);
    compare.ensemble(score.ensemble);
    compare.state(manifest.state, vm.state());
    compare.text("pattern", expect.pattern, score.pattern);
    compare.text("strength", expect.strength, score.strength);
    compare.text("pressure", expect.pressure, score.pressure);
    compare.text("volatility", expect.volatility, score.volatility);
    compare.text("decision", expect.decision, std::string(decision_name(verdict.decision)));
    compare.text("reason", expect.reason, verdict.reasons.front());
    compare.text("note", expect.note, verdict.note);
    compare.checks(verdict.checks);
    for (std::string& difference : result.differences) {
        difference = clean_text(difference);  // with words of the test's own
    }
    return score.fault.empty() && verdict.fault.empty();
}

}  // namespace

std::string RuleTestReport::failures() const {
    std::string text;
    for (const RuleTestCase& test : cases) {
        if (test.passed()) {
            continue;
        }
        text += (text.empty() ? "" : "\n") + test.file + ":" + std::to_string(test.line) + ": " +
                test.name;
        for (const std::string& difference : test.differences) {
            text += "\n    " + difference;
        }
    }
    return text;
}

Result<RuleTestReport> run_pack_tests(const RulePack& pack, const RuleBudget& budget) {
    RuleTestReport report;
    const std::int64_t began_ns = steady_now_ns();
    int faults = 0;
    TextPool texts;
    std::map<ParameterOverrides, std::unique_ptr<RuleVm>> machines;
    for (const RuleFile& file : pack.sources().files) {
        if (!file.is_test()) {
            continue;
        }
        Result<std::vector<RuleCase>> cases = read_rule_cases(file, texts);
        if (!cases) {
            return cases.status();
        }
        for (const RuleCase& given : *cases) {
            if (machines.size() >= kMachinesMax && !machines.contains(given.params)) {
                machines.clear();  // a machine may hold megabytes, and cases bring many parameters
            }
            std::unique_ptr<RuleVm>& vm = machines[given.params];
            RuleTestCase result{file.name, given.line, clean_text(given.name), {}};
            if (vm == nullptr) {
                Result<std::unique_ptr<RuleVm>> made = pack.make_vm(budget, given.params);
                if (made) {
                    vm = std::move(*made);
                } else {
                    result.differences.push_back(made.status().message());
                }
            }
            if (faults >= kFaultsMax) {
                result.differences.emplace_back("not run    the rules failed in 20 cases before");
            } else if (vm != nullptr) {
                faults += run_case(*vm, given, result) ? 0 : 1;
            }
            if (steady_now_ns() - began_ns > kTestsNsMax) {
                return Status::rejected(file.name + ":" + std::to_string(given.line) +
                                        ": the tests ran for more than 20 s before this case; "
                                        "make them fewer or smaller");
            }
            ++(result.passed() ? report.passed : report.failed);
            report.cases.push_back(std::move(result));
        }
    }
    return report;
}

}  // namespace petrel::core
