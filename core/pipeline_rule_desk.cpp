// What fails is told three times: to whoever asked, as an alert, and in the audit.
#include "pipeline_rule_desk.hpp"

#include <algorithm>
#include <filesystem>

#include "observe/log.hpp"
#include "runtime/clock.hpp"
#include "script/rule_changes.hpp"
#include "script/rule_files.hpp"
#include "script/rule_vm.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kMinuteNs = 60 * kNsPerSecond;
constexpr std::size_t kMinutesKept = 60;
constexpr int kTimedRounds = 50;
constexpr const char* kFolder = "the rule folder";

// Mean time of one call into the rules, over the latest inputs; 0 without any.
double measured_ns_per_call(const RulePack& pack, const RuleBudget& budget,
                            std::span<const RuleInput> inputs) {
    if (inputs.empty()) {
        return 0;
    }
    const std::unique_ptr<RuleVm> vm = pack.make_vm(budget);
    RuleScore score;
    RuleVerdict verdict;
    const std::int64_t began_ns = steady_now_ns();
    for (int round = 0; round < kTimedRounds; ++round) {
        for (const RuleInput& input : inputs) {
            vm->score(input, score);
            vm->judge(input, score, verdict);
        }
    }
    const auto calls = static_cast<double>(vm->figures().calls);  // of an ensemble, too
    return calls > 0 ? static_cast<double>(steady_now_ns() - began_ns) / calls : 0;
}

}  // namespace

RuleDesk::RuleDesk(RuleDeskOptions options)
    : options_(std::move(options)),
      catalog_(options_.directory, options_.parameters, options_.budget, options_.shards),
      watch_(options_.directory), audit_(rule_audit_path(options_.state_dir)) {}

Status RuleDesk::start() {
    const Result<ReloadReport> loaded = catalog_.reload({}, wall_now_ns());
    if (!loaded.ok()) {
        return loaded.status();  // there is no version before: nothing to fall back on
    }
    log::info("rules", loaded->summary());
    record({wall_now_ns(), "start", "petrel run", "", loaded->to, "live", true, {}}, nullptr,
           nullptr);
    return {};
}

void RuleDesk::keep_live() {
    if (options_.journal.empty()) {
        return;
    }
    const std::shared_ptr<const RulePack> pack = live();
    const Status kept = RuleArchive(options_.journal).keep(*pack, options_.parameters);
    if (!kept.ok()) {
        log::warning("rules", "a replay will not find " + pack->id() + ": " + kept.message());
    }
}

void RuleDesk::record(RuleAction action, const RulePack* before, const RulePack* after) {
    if (before != nullptr && after != nullptr) {
        for (const RuleChange& change : rule_changes(*before, *after)) {
            action.changed.push_back(change.words());
        }
    }
    if (Status added = audit_.add(action); !added.ok()) {
        log::warning("rules", "not on record, " + action.what + ": " + added.message());
    }
}

// After the swap: what decides now is kept, and watched.
void RuleDesk::swapped(const RulePack* before, bool probation) {
    keep_live();
    probation_.end();
    if (probation && before != nullptr && options_.probation_ns > 0) {
        const RuleVitals now = vitals();
        const std::uint64_t hour_ago = admitted_.empty() ? now.admitted : admitted_.front().second;
        ProbationLimits limits;
        limits.length_ns = options_.probation_ns;
        limits.fuel_max = options_.budget.fuel / 2;
        probation_.begin(steady_now_ns(), now, static_cast<double>(now.admitted - hour_ago),
                         limits);
    }
}

Result<ReloadReport> RuleDesk::load(const std::string& what, const std::string& who) {
    const RecentInputs recent = latest_inputs();
    const std::shared_ptr<const RulePack> before = live();
    Result<ReloadReport> report = catalog_.reload(recent.inputs(), wall_now_ns());
    RuleAction action{wall_now_ns(), what, who, before->id(), live()->id(), "", report.ok(), {}};
    if (!report.ok()) {
        action.result = report.status().message();
        record(std::move(action), nullptr, nullptr);
        options_.alarm("rules were not reloaded, the version before decides",
                       report.status().message());
        return report;
    }
    log::info("rules", report->summary());
    if (report->outcome == ReloadReport::Outcome::Swapped) {
        swapped(before.get(), true);
        action.result = "live";
        record(std::move(action), before.get(), live().get());
    } else if (who != kFolder) {  // it is looked at again after each write of our own, too
        action.result = "unchanged";
        record(std::move(action), nullptr, nullptr);
    }
    return report;
}

Result<ReloadReport> RuleDesk::reload(const std::string& who) { return load("reload", who); }

Result<std::string> RuleDesk::shadow(const std::string& directory, const std::string& who) {
    const RecentInputs recent = latest_inputs();
    const std::vector<RuleInput> inputs = recent.inputs();
    Result<std::shared_ptr<const RulePack>> pack = catalog_.prove_folder(directory, inputs);
    const std::string live_id = live()->id();
    if (!pack.ok()) {
        record({wall_now_ns(), "shadow", who, live_id, live_id, pack.status().message(), false, {}},
               nullptr, nullptr);
        return pack.status();
    }
    shadow_begun_ = {};
    shadow_begun_.directory = directory;
    shadow_begun_.since_ns = wall_now_ns();
    shadow_begun_.ns_per_call = measured_ns_per_call(**pack, options_.budget, inputs);
    shadow_begun_.figures.version = (*pack)->id();
    shadow_.publish(*pack);
    log::info("rules", (*pack)->id() + " looks on");
    record({wall_now_ns(), "shadow", who, live_id, (*pack)->id(), "looks on", true, {}},
           live().get(), pack->get());
    return (*pack)->id();
}

Result<std::string> RuleDesk::drop_shadow(const std::string& who) {
    const std::shared_ptr<const RulePack> pack = onlooker();
    if (pack == nullptr) {
        return Status::invalid("no version looks on; petrel rules shadow DIR begins one");
    }
    shadow_.publish(nullptr);
    shadow_begun_ = {};
    log::info("rules", pack->id() + " looks on no more");
    record({wall_now_ns(), "drop", who, live()->id(), pack->id(), "dropped", true, {}}, nullptr,
           nullptr);
    return pack->id();
}

Result<ReloadReport> RuleDesk::put_in_place(const RuleSources& next, const std::string& what,
                                            const std::string& who) {
    if (!options_.own_folder) {
        const std::string why = "the pack that came with petrel is not written over: copy " +
                                options_.directory +
                                ", name the copy as rules.directory and start petrel again";
        record({wall_now_ns(), what, who, live()->id(), live()->id(), why, false, {}}, nullptr,
               nullptr);
        return Status::rejected(why);
    }
    Result<RuleSources> now = read_rule_sources(options_.directory);
    // A folder that cannot be read any more is replaced by what is known to have been in it.
    const RuleSources there = now.ok() ? std::move(*now) : live()->sources();
    if (Status placed = replace_rule_files(options_.directory, there, next); !placed.ok()) {
        record({wall_now_ns(), what, who, live()->id(), live()->id(), placed.message(), false, {}},
               nullptr, nullptr);
        return Status::io(placed.message() + ". The version before decides");
    }
    Result<ReloadReport> report = load(what, who);
    if (!report.ok()) {
        (void)replace_rule_files(options_.directory, next, there);
    }
    return report;
}

Result<ReloadReport> RuleDesk::promote(const std::string& who) {
    const std::shared_ptr<const RulePack> pack = onlooker();
    if (pack == nullptr) {
        return Status::invalid("no version looks on; petrel rules shadow DIR begins one");
    }
    Result<ReloadReport> report = put_in_place(pack->sources(), "promote", who);
    if (report.ok()) {
        (void)drop_shadow(who);
    }
    return report;
}

Result<ReloadReport> RuleDesk::restore(const std::string& version, const std::string& who) {
    if (options_.journal.empty()) {
        return Status::invalid("no versions are kept while [journal] is off");
    }
    const Result<KeptVersion> kept = RuleArchive(options_.journal).find(version);
    if (!kept.ok()) {
        return kept.status();
    }
    Result<RuleSources> sources = read_rule_sources(kept->path);
    if (!sources.ok()) {
        return sources.status();
    }
    return put_in_place(*sources, "restore", who);
}

std::vector<KeptVersion> RuleDesk::versions() const {
    return options_.journal.empty() ? std::vector<KeptVersion>{}
                                    : RuleArchive(options_.journal).list();
}

RecentInputs RuleDesk::latest_inputs() const {
    const std::vector<LaneSnapshot> lanes = options_.look();
    return lanes.empty() ? RecentInputs{} : lanes.front().recent;
}

RuleVitals RuleDesk::vitals() const {
    RuleVitals all;
    const std::string id = live()->id();
    for (const LaneSnapshot& lane : options_.look()) {
        all.admitted += lane.shard.admitted;
        if (lane.shard.rule_version != id) {
            continue;  // it has not taken the version yet
        }
        all.calls += lane.shard.rule_calls;
        all.errors += lane.shard.rule_errors;
        all.fuel_max = std::max(all.fuel_max, lane.shard.rule_fuel_max);
        all.last_fault = lane.shard.rule_fault.empty() ? all.last_fault : lane.shard.rule_fault;
    }
    return all;
}

void RuleDesk::note_rate(const RuleVitals& now) {
    const std::int64_t minute = steady_now_ns() / kMinuteNs;
    if (admitted_.empty() || admitted_.back().first != minute) {
        admitted_.emplace_back(minute, now.admitted);
        if (admitted_.size() > kMinutesKept) {
            admitted_.pop_front();
        }
    }
}

bool RuleDesk::on_probation() const { return probation_.on(steady_now_ns()); }

void RuleDesk::judge_probation() {
    const std::int64_t now_ns = steady_now_ns();
    if (now_ns < vitals_due_ns_) {
        return;  // shards tell of themselves once a second, and asking makes them wait
    }
    vitals_due_ns_ = now_ns + kNsPerSecond;
    const RuleVitals now = vitals();
    note_rate(now);
    const std::string why = probation_.judge(now_ns, now);
    if (why.empty()) {
        return;
    }
    const std::shared_ptr<const RulePack> bad = live();
    const Result<ReloadReport> report = catalog_.roll_back(why, wall_now_ns());
    probation_.end();
    RuleAction action{wall_now_ns(), "roll_back", "probation", bad->id(),
                      live()->id(),  why,         true,        {}};
    if (!report.ok()) {
        action.good = false;
        action.result = report.status().message();
        record(std::move(action), nullptr, nullptr);
        return;
    }
    swapped(bad.get(), false);
    record(std::move(action), bad.get(), live().get());
    options_.alarm("rules " + bad->id() + " were taken back, " + live()->id() + " decide", why);
}

void RuleDesk::look_after() {
    if (watch_.poll_changed()) {
        const Result<ReloadReport> report = reload(kFolder);
        if (!report.ok()) {
            log::error("rules",
                       "not reloaded, the version before decides: " + report.status().message());
        }
    }
    judge_probation();
    machines().sweep();
}

ShadowStatus RuleDesk::shadow_status() const {
    ShadowStatus status = shadow_begun_;
    for (const LaneSnapshot& lane : options_.look()) {
        if (lane.shadow.version == shadow_begun_.figures.version) {
            status.figures.add(lane.shadow);
        }
    }
    return status;
}

}  // namespace petrel::core
