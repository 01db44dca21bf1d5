// Every check over every file, and the one that needs all files: parameters that nobody reads.
#include "script/rule_lint.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "script/lint_checks.hpp"
#include "script/lint_parse.hpp"
#include "script/lint_token.hpp"

namespace petrel::core {
namespace {

// The engine reads these itself.
constexpr std::array<std::string_view, 1> kEngineParameters{"active_for_s"};

// Where pack.lua names the parameter.
LintPlace place_of(const RuleSources& sources, const std::string& parameter) {
    const RuleFile* pack = sources.find("pack.lua");
    if (pack != nullptr) {
        for (const LintToken& token : lint_tokens(pack->text)) {
            if (token.kind == LintToken::Kind::Text && token.text == parameter) {
                return {token.line, token.column};
            }
        }
    }
    return {};
}

// Voters of no declaration, and weights that are parameters: the engine reads those.
void lint_voters(const RuleSources& sources, const RuleManifest& manifest, LintParameterUse& use,
                 std::vector<LintFinding>& findings) {
    constexpr std::string_view folder = "voters/";
    for (const RuleFile& file : sources.files) {
        const std::string module = file.module();
        const bool declared = std::any_of(
            manifest.voters.begin(), manifest.voters.end(),
            [&](const RuleVoter& voter) { return std::string(folder) + voter.name == module; });
        if (module.starts_with(folder) && !declared) {
            findings.push_back({file.name, 1, 1,
                                "pack.lua declares no voter '" + module.substr(folder.size()) +
                                    "'; declare it in voters = { ... }, or remove the file"});
        }
    }
    for (const auto* list : {&manifest.voters, &manifest.health}) {
        for (const RuleVoter& voter : *list) {
            use.names.insert(voter.weight_parameter);
        }
    }
}

}  // namespace

std::string LintFinding::sentence() const {
    return file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + text;
}

std::vector<LintFinding> lint_rules(const RuleSources& sources, const RuleManifest& manifest) {
    std::vector<LintFinding> findings;
    LintParameterUse use;
    lint_voters(sources, manifest, use, findings);
    for (const RuleFile& file : sources.files) {
        const std::unique_ptr<LintTree> tree = lint_parse(file.name, file.text);
        if (!tree->whole) {
            findings.push_back(
                {file.name, 1, 1,
                 "the file is nested too deeply to be looked at; move inner parts into "
                 "functions of their own"});
            use.all = true;
            continue;
        }
        lint_names(*tree, findings);
        lint_reach(*tree, findings);
        if (!file.is_test() && file.name != "pack.lua") {
            lint_fields(*tree, manifest, use, findings);
        }
    }
    for (const RuleParameter& parameter : manifest.parameters) {
        const bool read = use.all || use.names.contains(parameter.name) ||
                          std::find(kEngineParameters.begin(), kEngineParameters.end(),
                                    parameter.name) != kEngineParameters.end();
        if (!read) {
            const LintPlace place = place_of(sources, parameter.name);
            findings.push_back({"pack.lua", place.line, place.column,
                                "no file reads the parameter '" + parameter.name +
                                    "'; use it as params." + parameter.name + ", or remove it"});
        }
    }
    std::stable_sort(
        findings.begin(), findings.end(), [](const LintFinding& a, const LintFinding& b) {
            return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
        });
    return findings;
}

}  // namespace petrel::core
