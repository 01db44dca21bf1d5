// What the tests of the rule engine share: packs made from texts, folders that clean up after
// themselves, inputs of the usual shapes.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "petrel/result.hpp"
#include "script/rule_budget.hpp"
#include "script/rule_io.hpp"
#include "script/rule_pack.hpp"
#include "script/rule_source.hpp"
#include "script/rule_vm.hpp"

namespace petrel::core::script_test {

using Files = std::map<std::string, std::string>;

// A pack of three files that passes every check: score 0.5, decision send.
Files good_files();
// The same with `body` run by score.lua when the symbol is ATTACK, so that loading passes and the
// call fails.
Files attacked_files(const std::string& body);

RuleSources sources_of(const Files& files);
Result<std::shared_ptr<const RulePack>> build(const Files& files, const RuleBudget& budget = {});
// The message with which the files are refused; "" when they are not.
std::string refusal(const Files& files, const RuleBudget& budget = {});

// A folder below the test's temporary directory, removed at the end.
class Folder {
public:
    explicit Folder(const Files& files);
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    void write(const std::string& name, std::string_view text) const;
    void remove(const std::string& name) const;
    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

// An input with a storm of 4.10 M on 2 M, or what `symbol` says.
RuleInput storm_input(std::string_view symbol = "BTC-USDT-PERP");
RuleFinding finding(std::string_view type, std::string_view side, double volume, double threshold);

// Scores an ATTACK input with the given body and returns the fault.
std::string fault_of(const std::string& body, const RuleBudget& budget = {});

// Runs text in a bare sandbox and returns what tostring makes of its result, or "fault: ...".
std::string run(const std::string& text, const RuleBudget& budget = {});

}  // namespace petrel::core::script_test
