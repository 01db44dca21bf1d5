// One version of a rule pack: its sources, manifest and identity. Immutable.
//
// Made by load(), which proves that it works before anybody sees it: compiles, checks names and
// sizes, runs every function on sample inputs. Shared between the catalog, the shards and whoever
// explains a signal later; any thread may read it.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "petrel/result.hpp"
#include "script/rule_budget.hpp"
#include "script/rule_manifest.hpp"
#include "script/rule_source.hpp"
#include "script/rule_writes.hpp"

namespace petrel::core {

class RuleVm;

class RulePack : public std::enable_shared_from_this<RulePack> {
public:
    // Reads a folder. Shared, because a machine outlives the catalog's interest in its version.
    static Result<std::shared_ptr<const RulePack>> load(const std::string& directory,
                                                        const ParameterOverrides& overrides = {},
                                                        const RuleBudget& budget = {});
    // The same from sources at hand.
    static Result<std::shared_ptr<const RulePack>> build(RuleSources sources,
                                                         const ParameterOverrides& overrides = {},
                                                         const RuleBudget& budget = {});

    // A machine that runs this version; one a shard. Never null: one that cannot be built (a budget
    // below what the pack needs) answers with the fallback and says why.
    [[nodiscard]] std::unique_ptr<RuleVm> make_vm(const RuleBudget& budget) const;
    // The same with other parameters, for tests.
    [[nodiscard]] Result<std::unique_ptr<RuleVm>> make_vm(
        const RuleBudget& budget, const ParameterOverrides& overrides) const;

    // "default@9c41e2"
    [[nodiscard]] const std::string& id() const { return id_; }
    [[nodiscard]] const std::string& hash() const { return hash_; }
    [[nodiscard]] const RuleManifest& manifest() const { return manifest_; }
    [[nodiscard]] const RuleSources& sources() const { return sources_; }
    // Value of a declared parameter, or `otherwise`.
    [[nodiscard]] double parameter(std::string_view name, double otherwise) const;
    // Seconds for which a finding of a slot counts as active.
    [[nodiscard]] double active_for_s() const { return active_for_s_; }
    [[nodiscard]] RuleSlot slot_of(std::string_view finding_type) const;

    // Whether code of the pack may set a field of this name, in whatever table.
    [[nodiscard]] bool may_write(std::string_view field) const;
    [[nodiscard]] const RuleWrites& writes() const { return writes_; }
    // The most that one function cost on the sample inputs, in exact steps.
    [[nodiscard]] std::uint64_t sample_fuel_max() const { return sample_fuel_max_; }

protected:
    RulePack() = default;

private:
    Status audit();

    RuleSources sources_;
    RuleManifest manifest_;
    std::string hash_;
    std::string id_;
    RuleWrites writes_;
    double active_for_s_ = 0;
    std::uint64_t sample_fuel_max_ = 0;
};

// "default@9c41e2": the name, and the beginning of the hash.
std::string rule_version_id(std::string_view name, std::string_view hash);

// "score.lua:4: ... 'volme_usd'" to "score.lua:4:37: ...", when the quoted word stands in that
// line.
std::string with_column(const RuleSources& sources, const std::string& message);

}  // namespace petrel::core
