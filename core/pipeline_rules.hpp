// Which rules decided when: the journal's entries about them, and the packs kept beside it.
//
// Every version that was live is kept in <journal>/rules/<hash>/, so that a replay, or the start of
// the next run, can judge each event by the rules that judged it then. Cold path; one thread.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "petrel/result.hpp"
#include "script/rule_budget.hpp"
#include "script/rule_pack.hpp"

namespace petrel::core {

// A control entry that says which pack decides from here on: {"rules":"mine@04be77","hash":"..."}.
std::string rules_entry(const RulePack& pack);
[[nodiscard]] bool is_rules_entry(std::string_view text);

// A version that is kept.
struct KeptVersion {
    std::string id;
    std::string hash;
    std::string path;
    std::int64_t live_ns = 0;  // when it last went live; wall clock
};

// A folder of packs under their hashes. What is in it is never changed; the versions that were
// longest not live are removed when there are more than kKept.
class RuleArchive {
public:
    static constexpr std::size_t kKept = 64;

    // `journal` is the journal's folder; nothing is made before the first keep().
    explicit RuleArchive(const std::string& journal) : directory_(journal + "/rules") {}

    // Keeps the pack with its parameters, whole or not at all. One that is there counts as used.
    [[nodiscard]] Status keep(const RulePack& pack, const ParameterOverrides& parameters) const;

    // The pack of this hash: an error when it is not there, or is not what its name says any more.
    [[nodiscard]] Result<std::shared_ptr<const RulePack>> load(std::string_view hash,
                                                               const RuleBudget& budget) const;

    // What is kept, the latest first.
    [[nodiscard]] std::vector<KeptVersion> list() const;
    // By id, or by the beginning of its hash; an error lists what there is.
    [[nodiscard]] Result<KeptVersion> find(std::string_view version) const;

private:
    [[nodiscard]] Status write(const std::string& path, const RulePack& pack,
                               const ParameterOverrides& parameters) const;
    void remove_oldest() const;

    std::string directory_;
};

// Finds the pack for each entry; the current one where that is not to be had, saying so once.
class RecordedRules {
public:
    RecordedRules(std::shared_ptr<const RulePack> current, const RuleBudget& budget)
        : current_(std::move(current)), budget_(budget) {}

    // `entry` is empty where the journal does not say.
    std::shared_ptr<const RulePack> at(const std::string& journal, const std::string& entry);

    // Sentences, one for each version that could not be had, and ids of those that judged instead
    // or by right, in the order of their first use.
    [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }
    [[nodiscard]] const std::vector<std::string>& used() const { return used_; }

private:
    std::shared_ptr<const RulePack> find(const std::string& journal, const std::string& entry);

    std::shared_ptr<const RulePack> current_;
    RuleBudget budget_;
    std::map<std::string, std::shared_ptr<const RulePack>> by_entry_;
    std::vector<std::string> warnings_;
    std::vector<std::string> used_;
};

}  // namespace petrel::core
