// The rule pack that decides now, and how another version takes its place.
//
// A reload is a transaction: read, compile, check on samples, run the pack's own tests, dry-run on
// the latest inputs, publish. Whatever fails, the version before stays and the answer says why,
// with file and line. Owned by the control side, which calls load() and reload() on one thread;
// shards look at generation() between two batches and take live() when it has moved.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>

#include "petrel/result.hpp"
#include "runtime/published.hpp"
#include "script/rule_budget.hpp"
#include "script/rule_io.hpp"
#include "script/rule_machines.hpp"
#include "script/rule_manifest.hpp"

namespace petrel::core {

class RulePack;

struct ReloadReport {
    enum class Outcome : std::uint8_t { Swapped, Unchanged };
    Outcome outcome = Outcome::Unchanged;
    std::string from;  // id of the version before, empty for the first
    std::string to;    // id of the version that is live now
    std::uint64_t tests = 0;
    std::size_t inputs = 0;      // of the dry run
    std::uint64_t fuel_max = 0;  // most that one call cost in checks and dry run

    // "now mine@04be77 · 15 tests · dry run on 64 inputs · was default@9c41e2"
    [[nodiscard]] std::string summary() const;
};

// One try to load, good or not.
struct RuleVersion {
    std::string id;  // empty when the sources had no readable pack.lua
    std::string hash;
    std::int64_t at_ns = 0;
    std::string result;  // "live", "unchanged" or why it was refused
};

class RuleCatalog {
public:
    // `shards` says how many machines are made of a version before it goes live.
    RuleCatalog(std::string directory, ParameterOverrides overrides, const RuleBudget& budget,
                std::size_t shards = 0);
    ~RuleCatalog();

    // Loads the folder and makes it live when it is good; also the first load. `recent` are the
    // latest inputs (may be empty), `now_ns` stamps the list of versions.
    Result<ReloadReport> reload(std::span<const RuleInput> recent, std::int64_t now_ns);

    // Proves the pack of another folder as a reload would, and leaves what is live alone.
    [[nodiscard]] Result<std::shared_ptr<const RulePack>> prove_folder(
        const std::string& directory, std::span<const RuleInput> recent) const;

    // Makes the version before the live one live again; the one that was live is not loaded again
    // before its files change. Fails when there was none before.
    Result<ReloadReport> roll_back(const std::string& why, std::int64_t now_ns);

    // Why what the folder holds is not live; empty when it is.
    [[nodiscard]] const std::string& folder_trouble() const { return folder_trouble_; }

    // Any thread. Null until the first reload was good.
    [[nodiscard]] std::shared_ptr<const RulePack> live() const { return live_.get(); }
    [[nodiscard]] std::uint64_t generation() const { return live_.generation(); }

    // Machines of the live version, as long as they last. Any thread, as it says.
    [[nodiscard]] RuleMachines& machines() { return machines_; }

    // Latest last, at most 100.
    [[nodiscard]] const std::deque<RuleVersion>& versions() const { return versions_; }
    [[nodiscard]] const std::string& directory() const { return directory_; }

private:
    Result<ReloadReport> prove(const std::shared_ptr<const RulePack>& pack,
                               std::span<const RuleInput> recent) const;
    [[nodiscard]] Status check_state(const RulePack& pack, std::span<const RuleInput> recent) const;
    void follow_state(const std::shared_ptr<const RulePack>& pack);
    Status refuse(RuleVersion version, const Status& why);
    void remember(RuleVersion version);

    std::string directory_;
    ParameterOverrides overrides_;
    RuleBudget budget_;
    std::deque<RuleVersion> versions_;
    RuleMachines machines_;
    Published<RulePack> live_;
    std::shared_ptr<const RulePack> before_;  // the one before the live one; null: none
    std::string set_aside_hash_;              // sources that were rolled back
    std::string set_aside_why_;
    std::string folder_trouble_;
    // Latest versions whose state the shards keep: the one in use, and the one it was migrated
    // from.
    std::shared_ptr<const RulePack> state_;
    std::shared_ptr<const RulePack> state_before_;
};

}  // namespace petrel::core
