// A detector's library is replaced while petrel runs: what the control side does, and where in the
// flow it happens.
#include "observe/log.hpp"
#include "pipeline.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

// Both together are shorter than what the command line waits for an answer.
constexpr std::int64_t kTrialPatienceMs = 3'000;
constexpr std::int64_t kSettlePatienceMs = 1'000;

}  // namespace

Result<PluginReload> Pipeline::reload_plugin(const std::string& name, const std::string& who) {
    Result<PluginReload> reload = replace_detector(name);
    put_on_record(name, who, reload);
    if (reload.ok()) {
        log::info("plugin", reload->summary());
    } else if (reload.status().code() != PETREL_E_UNSUPPORTED) {
        log::error("plugin", name + " was not reloaded, the one before goes on: " +
                                 reload.status().message());
        delivery_->system_alert("detector " + name + " was not reloaded, the one before goes on",
                                reload.status().message());
    }
    return reload;
}

// A refusal says which library goes on.
void Pipeline::put_on_record(const std::string& name, const std::string& who,
                             const Result<PluginReload>& reload) {
    RuleAction action{wall_now_ns(), "plugin_reload", who, name, name, "", reload.ok(), {}};
    if (reload.ok()) {
        action.from += " " + reload->from;
        action.to += " " + reload->to;
        action.result = reload->summary();
        if (reload->changed) {
            action.changed.push_back("library " + reload->from_hash + " -> " + reload->to_hash);
        }
    } else {
        for (const RunningLibrary& library : succession_.running()) {
            if (library.plugin->name == name) {
                action.from = action.to = name + " " + library_version(*library.plugin);
            }
        }
        action.result = reload.status().message();
    }
    rules_->put_on_record(std::move(action));
}

Result<PluginReload> Pipeline::replace_detector(const std::string& name) {
    if (takeover_ != nullptr && !takeover_->wait_until_settled(0)) {
        return Status::io("the reload before has not ended yet: a shard lags. Try again later");
    }
    const Result<Successor> successor = succession_.prepare(name);
    if (!successor.ok()) {
        return successor.status();
    }
    PluginReload reload;
    reload.name = name;
    reload.from = library_version(*successor->before);
    reload.to = library_version(*successor->plugin);
    reload.from_hash = successor->before->hash;
    reload.to_hash = successor->plugin->hash;
    reload.changed = successor->plugin != successor->before;
    reload.retired = succession_.retired();
    if (!reload.changed) {
        return reload;
    }
    std::vector<DetectorSuccessors> by_shard;
    for (const auto& lane : lanes_) {
        Result<DetectorSuccessors> made = make_successors(*successor, lane->window_limits());
        if (!made.ok()) {
            return made.status();
        }
        reload.instances += made->seats.size();
        by_shard.push_back(std::move(made).value());
    }
    const Result<TrialReport> report = take_over(*successor, std::move(by_shard));
    if (!report.ok()) {
        return report.status();
    }
    reload.state_bytes = report->state_bytes;
    reload.empty_because = report->empty_because;
    return reload;
}

Result<TrialReport> Pipeline::take_over(const Successor& successor,
                                        std::vector<DetectorSuccessors> by_shard) {
    auto takeover = std::make_shared<DetectorTakeover>(std::move(by_shard));
    takeover_ = takeover;
    loop_.post([this, takeover] {
        for (std::size_t shard = 0; shard < lanes_.size(); ++shard) {
            ShardLane& lane = *lanes_[shard];
            lane.drain_all();
            lane.at_mark([takeover, shard, &lane] { takeover->try_on(shard, lane); });
        }
    });
    Result<TrialReport> report = takeover->wait_for_trial(kTrialPatienceMs);
    const bool take = report.ok();
    if (take) {
        succession_.take_over(successor);
    }
    loop_.post([this, takeover, take, entry = detector_entry(successor)] {
        for (std::size_t shard = 0; shard < lanes_.size(); ++shard) {
            ShardLane& lane = *lanes_[shard];
            lane.drain_all();
            if (take && journal_ != nullptr) {
                journal_->control(static_cast<std::uint32_t>(shard), entry);
            }
            lane.at_mark([takeover, take, &lane] { takeover->settle_on(lane, take); });
        }
    });
    takeover->wait_until_settled(kSettlePatienceMs);  // one that lags gets to it later
    return report;
}

}  // namespace petrel::core
