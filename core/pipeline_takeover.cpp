// Making successors on the control thread, and the meeting of the shards.
#include "pipeline_takeover.hpp"

#include <algorithm>
#include <chrono>

#include "plugin/plugin_guard.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

constexpr std::string_view kDetectorKey = R"({"detector.)";

// A version is the author's text; in an entry it holds what needs no escape.
std::string plain_version(const LoadedPlugin& plugin) {
    std::string text = library_version(plugin).substr(0, 80);
    std::replace_if(
        text.begin(), text.end(),
        [](unsigned char c) { return c < 0x20 || c > 0x7e || c == '"' || c == '\\'; }, '_');
    return text;
}

// The text between the quotes that follow `key`.
std::string quoted_after(std::string_view text, std::string_view key) {
    const std::size_t at = text.find(key);
    if (at == std::string_view::npos) {
        return {};
    }
    text.remove_prefix(at + key.size());
    return std::string(text.substr(0, text.find('"')));
}

}  // namespace

std::string library_version(const LoadedPlugin& plugin) {
    return plugin.version + " (" + plugin.hash.substr(0, 8) + ")";
}

std::string PluginReload::summary() const {
    if (!changed) {
        return name + " is " + to + " already: the file has not changed";
    }
    std::string text = name + " is now " + to + ", was " + from + " · ";
    for (const auto& [instance, why] : empty_because) {
        text += instance + " begins empty: " + why + " · ";
    }
    if (empty_because.size() < instances) {
        text += "state handed over, " + human_count(state_bytes) + " bytes · ";
    }
    return text + human_count(retired) + " of " + human_count(PluginSuccession::kRetiredMax) +
           " libraries retired";
}

std::string detector_entry(const Successor& successor) {
    return std::string(kDetectorKey) + successor.plugin->name + R"(":")" +
           plain_version(*successor.plugin) + R"(","was":")" + plain_version(*successor.before) +
           R"(","hash":")" + successor.plugin->hash + R"("})";
}

bool is_detector_entry(std::string_view text) { return text.starts_with(kDetectorKey); }

std::string detector_change(std::string_view entry) {
    const std::string name = quoted_after(entry, kDetectorKey);
    return "the detector " + name + " was " + quoted_after(entry, R"("was":")") + " and became " +
           quoted_after(entry, name + R"(":")") + " while this was recorded";
}

Result<DetectorSuccessors> make_successors(const Successor& successor, const WindowLimits& limits) {
    DetectorSuccessors made;
    std::vector<DetectorHandle> handles;
    const std::vector<std::string> types = finding_types_of(successor.before->detector());
    for (const SuccessionSeat& seat : successor.seats) {
        const PlannedPlugin& planned = seat.planned;
        Result<DetectorInstance> next =
            DetectorInstance::create(*planned.plugin, planned.name, planned.values);
        if (!next.ok()) {
            return next.status();
        }
        handles.push_back({planned.name, &next->table(), next->handle()});
        DetectorWants wants;
        const Status asked = guarded("asked for its interests", [&]() -> Status {
            wants = ask_wants(handles.back());
            return check_wants(wants, types, limits);
        });
        if (!asked.ok()) {
            return Status::rejected(planned.name +
                                    " cannot follow the one before: " + asked.message() +
                                    ". Restart petrel to let it begin with windows of its own");
        }
        made.seats.push_back({seat.number, std::move(next).value(), std::move(wants)});
    }
    made.stage = std::make_unique<DetectorStage>(
        std::move(handles), static_cast<std::uint32_t>(limits.keep_trades_from_usd.size()));
    return made;
}

void DetectorTakeover::try_on(std::size_t shard, ShardLane& lane) {
    Result<TrialReport> tried = lane.try_successors(successors_[shard]);
    if (!tried.ok()) {
        const std::lock_guard one_at_a_time(destroying_);
        successors_[shard] = {};
    }
    const std::lock_guard lock(mutex_);
    ++tried_;
    if (tried.ok()) {
        report_.state_bytes += tried->state_bytes;
        report_.empty_because.merge(tried->empty_because);
    } else if (failed_.ok()) {
        failed_ = tried.status();
    }
    moved_.notify_all();
}

void DetectorTakeover::settle_on(ShardLane& lane, bool take) {
    {
        const std::lock_guard one_at_a_time(destroying_);
        lane.settle_successors(take);
    }
    const std::lock_guard lock(mutex_);
    --open_;
    moved_.notify_all();
}

Result<TrialReport> DetectorTakeover::wait_for_trial(std::int64_t patience_ms) {
    std::unique_lock lock(mutex_);
    const bool all = moved_.wait_for(lock, std::chrono::milliseconds(patience_ms), [this] {
        return tried_ == successors_.size() || !failed_.ok();
    });
    if (!failed_.ok()) {
        return failed_;
    }
    if (!all) {
        return Status::io("only " + std::to_string(tried_) + " of " +
                          std::to_string(successors_.size()) + " shards got to it within " +
                          human_duration_ms(static_cast<std::uint64_t>(patience_ms)) +
                          "; petrel status shows what waits for them");
    }
    return report_;
}

bool DetectorTakeover::wait_until_settled(std::int64_t patience_ms) {
    std::unique_lock lock(mutex_);
    return moved_.wait_for(lock, std::chrono::milliseconds(patience_ms),
                           [this] { return open_ == 0; });
}

}  // namespace petrel::core
