// The order of the steps is the order of their cost: cheap refusals first.
#include "script/rule_catalog.hpp"

#include <algorithm>
#include <utility>

#include "script/rule_check.hpp"
#include "script/rule_migration.hpp"
#include "script/rule_pack.hpp"
#include "script/rule_tests.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kVersionsMax = 100;

bool same_state(const RulePack& a, const RulePack& b) {
    return a.manifest().name == b.manifest().name && a.manifest().state.same(b.manifest().state);
}

}  // namespace

std::string ReloadReport::summary() const {
    if (outcome == Outcome::Unchanged) {
        return "unchanged: " + to;
    }
    std::string text = "now " + to + " · " + std::to_string(tests) + " tests";
    if (inputs != 0) {
        text += " · dry run on " + std::to_string(inputs) + " inputs";
    }
    return from.empty() ? text : text + " · was " + from;
}

RuleCatalog::RuleCatalog(std::string directory, ParameterOverrides overrides,
                         const RuleBudget& budget, std::size_t shards)
    : directory_(std::move(directory)), overrides_(std::move(overrides)), budget_(budget),
      machines_(budget, shards) {}

RuleCatalog::~RuleCatalog() = default;

void RuleCatalog::remember(RuleVersion version) {
    versions_.push_back(std::move(version));
    if (versions_.size() > kVersionsMax) {
        versions_.pop_front();
    }
}

Status RuleCatalog::refuse(RuleVersion version, const Status& why) {
    const auto current = live();
    folder_trouble_ = why.message();
    version.result = why.message();
    remember(std::move(version));
    const std::string stays =
        current == nullptr ? "no rules are live" : "live version stays " + current->id();
    return Status::failure(why.code(), why.message() + "\n" + stays,
                           why.retryable() ? Retry::Worthwhile : Retry::Useless);
}

// Going back to the state before a migration needs none: the shards still have it.
Status RuleCatalog::check_state(const RulePack& pack, std::span<const RuleInput> recent) const {
    const bool goes_back = state_before_ != nullptr && same_state(*state_before_, pack);
    if (state_ == nullptr || goes_back) {
        return {};
    }
    return check_state_change(*state_, pack, recent);
}

void RuleCatalog::follow_state(const std::shared_ptr<const RulePack>& pack) {
    if (!pack->manifest().state.declared()) {
        return;
    }
    if (state_ != nullptr && !same_state(*state_, *pack)) {
        state_before_ = state_;
    }
    state_ = pack;
}

Result<ReloadReport> RuleCatalog::prove(const std::shared_ptr<const RulePack>& pack,
                                        std::span<const RuleInput> recent) const {
    ReloadReport report;
    if (Status status = check_state(*pack, recent); !status) {
        return Status::rejected(with_column(pack->sources(), status.message()));
    }
    Result<RuleTestReport> tests = run_pack_tests(*pack, budget_);
    if (!tests) {
        return Status::rejected(with_column(pack->sources(), tests.status().message()));
    }
    if (tests->failed != 0) {
        return Status::rejected("rule pack " + pack->id() + ": " + std::to_string(tests->failed) +
                                " of " + std::to_string(tests->cases.size()) + " tests failed\n" +
                                tests->failures());
    }
    Result<RuleCheck> dry_run = check_rules(*pack, budget_, recent);
    if (!dry_run) {
        return Status::rejected("dry run on the latest inputs: " +
                                with_column(pack->sources(), dry_run.status().message()));
    }
    report.tests = tests->passed;
    report.inputs = recent.size();
    report.fuel_max = std::max(pack->sample_fuel_max(), dry_run->fuel_max);
    return report;
}

Result<ReloadReport> RuleCatalog::reload(std::span<const RuleInput> recent, std::int64_t now_ns) {
    RuleVersion version;
    version.at_ns = now_ns;
    Result<RuleSources> sources = read_rule_sources(directory_);
    if (!sources) {
        return refuse(std::move(version), sources.status());
    }
    version.hash = sources->hash();
    const auto current = live();
    if (version.hash == set_aside_hash_) {
        return refuse(std::move(version),
                      Status::rejected("these files were live and were taken back: " +
                                       set_aside_why_ + ". Change them, then reload"));
    }
    folder_trouble_.clear();
    if (current != nullptr && current->sources().hash() == version.hash) {
        ReloadReport report;
        report.from = current->id();
        report.to = current->id();
        return report;
    }
    auto pack = RulePack::build(std::move(*sources), overrides_, budget_);
    if (!pack) {
        return refuse(std::move(version), pack.status());
    }
    version.id = (*pack)->id();
    version.hash = (*pack)->hash();
    Result<ReloadReport> report = prove(*pack, recent);
    if (!report) {
        return refuse(std::move(version), report.status());
    }
    report->outcome = ReloadReport::Outcome::Swapped;
    report->from = current == nullptr ? "" : current->id();
    report->to = (*pack)->id();
    version.result = "live";
    remember(std::move(version));
    before_ = current;
    set_aside_hash_.clear();
    follow_state(*pack);
    machines_.stock(**pack);
    live_.publish(*pack);
    return report;
}

Result<std::shared_ptr<const RulePack>> RuleCatalog::prove_folder(
    const std::string& directory, std::span<const RuleInput> recent) const {
    Result<std::shared_ptr<const RulePack>> pack = RulePack::load(directory, overrides_, budget_);
    if (!pack) {
        return pack;
    }
    if (Result<ReloadReport> report = prove(*pack, recent); !report) {
        return report.status();
    }
    return pack;
}

Result<ReloadReport> RuleCatalog::roll_back(const std::string& why, std::int64_t now_ns) {
    const auto bad = live();
    if (before_ == nullptr) {
        return Status::invalid("there is no version before " + bad->id() + " to go back to");
    }
    ReloadReport report;
    report.outcome = ReloadReport::Outcome::Swapped;
    report.from = bad->id();
    report.to = before_->id();
    set_aside_hash_ = bad->sources().hash();
    set_aside_why_ = why;
    folder_trouble_ = bad->id() + " was taken back: " + why;
    remember({bad->id(), bad->hash(), now_ns, "taken back: " + why});
    remember({before_->id(), before_->hash(), now_ns, "live"});
    follow_state(before_);
    machines_.stock(*before_);
    live_.publish(std::exchange(before_, nullptr));
    return report;
}

}  // namespace petrel::core
