// What operators do to the rules of a running engine: reload, look at a second version, promote it,
// go back; the probation of what has just gone live; the audit of it all.
//
// Every action is a transaction: it is done whole or leaves things as they were, and is on record
// either way. Control thread, except where a method says otherwise; the feed thread looks at the
// generations between two batches.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pipeline_audit.hpp"
#include "pipeline_lane.hpp"
#include "pipeline_rules.hpp"
#include "runtime/published.hpp"
#include "script/directory_watch.hpp"
#include "script/rule_catalog.hpp"
#include "script/rule_probation.hpp"

namespace petrel::core {

struct RuleDeskOptions {
    std::string directory;   // of the pack that decides
    bool own_folder = true;  // else it is the pack that came with the program
    ParameterOverrides parameters;
    RuleBudget budget;
    std::string journal;            // folder beside which versions are kept; "": none are
    std::string state_dir;          // of the audit
    std::int64_t probation_ns = 0;  // 0: none
    std::size_t shards = 1;         // for which machines are made before a version goes live
    std::function<void(std::string headline, std::string detail)> alarm;
    std::function<std::vector<LaneSnapshot>()> look;  // at the shards
};

struct ShadowStatus {
    ShadowFigures figures;  // of all shards; version is empty when no shadow runs
    std::string directory;
    std::int64_t since_ns = 0;
    double ns_per_call = 0;  // measured when it began, on the latest inputs; 0: there were none
};

class RuleDesk {
public:
    explicit RuleDesk(RuleDeskOptions options);

    // The first load, before anything runs.
    Status start();

    Result<ReloadReport> reload(const std::string& who);
    // A pack looks on from here on, in the place of the one before. Its id.
    Result<std::string> shadow(const std::string& directory, const std::string& who);
    Result<std::string> drop_shadow(const std::string& who);
    // The shadow's files take the place of those of the folder, and decide.
    Result<ReloadReport> promote(const std::string& who);
    // The same with a version that is kept: its id, or the beginning of its hash.
    Result<ReloadReport> restore(const std::string& version, const std::string& who);

    // What was done to something else that decides, beside what was done to the rules.
    void put_on_record(RuleAction action) { record(std::move(action), nullptr, nullptr); }

    // Each 200 ms: a change of the folder, and whether a version on probation may stay.
    void look_after();

    [[nodiscard]] ShadowStatus shadow_status() const;
    [[nodiscard]] std::vector<KeptVersion> versions() const;
    // What keeps the folder's files from being live; empty when they are. Control thread.
    [[nodiscard]] const std::string& trouble() const { return catalog_.folder_trouble(); }
    [[nodiscard]] bool on_probation() const;

    // Any thread.
    [[nodiscard]] std::shared_ptr<const RulePack> live() const { return catalog_.live(); }
    [[nodiscard]] std::uint64_t generation() const { return catalog_.generation(); }
    [[nodiscard]] RuleMachines& machines() { return catalog_.machines(); }
    [[nodiscard]] std::shared_ptr<const RulePack> onlooker() const { return shadow_.get(); }
    [[nodiscard]] std::uint64_t shadow_generation() const { return shadow_.generation(); }
    // Keeps the live version beside the journal. Once the journal is there.
    void keep_live();

private:
    Result<ReloadReport> load(const std::string& what, const std::string& who);
    Result<ReloadReport> put_in_place(const RuleSources& next, const std::string& what,
                                      const std::string& who);
    void swapped(const RulePack* before, bool probation);
    void record(RuleAction action, const RulePack* before, const RulePack* after);
    [[nodiscard]] RecentInputs latest_inputs() const;
    [[nodiscard]] RuleVitals vitals() const;
    void note_rate(const RuleVitals& now);
    void judge_probation();

    RuleDeskOptions options_;
    RuleCatalog catalog_;
    DirectoryWatch watch_;
    RuleAudit audit_;
    Published<RulePack> shadow_;
    ShadowStatus shadow_begun_;  // without the figures
    RuleProbation probation_;
    std::int64_t vitals_due_ns_ = 0;  // when the shards are looked at again; steady clock
    std::deque<std::pair<std::int64_t, std::uint64_t>> admitted_;  // by minute, an hour of them
};

}  // namespace petrel::core
