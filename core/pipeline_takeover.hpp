// How instances of a new library take the place of those of the one before, on all shards or none.
//
// Two steps in the sequence of every shard, each at its own place: in the first the successors take
// over the state and see all that comes beside those that still decide; once every shard has said
// that it went well, the second lets them decide and destroys those before. If one shard says no,
// the second step removes the successors, and nothing has happened. No shard waits for another.
//
// Made on the control thread, told by the shards, shared by all that hold it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "pipeline_lane.hpp"
#include "plugin/plugin_succession.hpp"

namespace petrel::core {

// What a reload did; for the answer and the log.
struct PluginReload {
    bool changed = false;
    std::string name;
    std::string from;  // "1.0.0 (9c41e2d0)"
    std::string to;
    std::string from_hash;  // of the whole library
    std::string to_hash;
    std::size_t instances = 0;
    std::uint64_t state_bytes = 0;                     // over all instances
    std::map<std::string, std::string> empty_because;  // instances that began empty
    std::size_t retired = 0;                           // libraries, with this one's predecessor

    // "liquidation_storm is now 1.0.1 (04be77aa), was 1.0.0 (9c41e2d0) · state of 2 instances ..."
    [[nodiscard]] std::string summary() const;
};

// "1.0.0 (9c41e2d0)", what people tell versions of a library by.
std::string library_version(const LoadedPlugin& plugin);

// The control entry of the journal: {"detector.<name>":"<version>","hash":...,"was":...}.
std::string detector_entry(const Successor& successor);
[[nodiscard]] bool is_detector_entry(std::string_view text);
// "the detector x was 1.0.0 (9c41e2d0) and became 1.0.1 (04be77aa) ..."
std::string detector_change(std::string_view entry);

// The instances for one shard, made and asked what they want; refused when its windows cannot serve
// them. Control thread.
Result<DetectorSuccessors> make_successors(const Successor& successor, const WindowLimits& limits);

class DetectorTakeover {
public:
    explicit DetectorTakeover(std::vector<DetectorSuccessors> by_shard)
        : successors_(std::move(by_shard)), open_(successors_.size()), tried_(0) {}

    // Steps of one shard, on its thread.
    void try_on(std::size_t shard, ShardLane& lane);
    void settle_on(ShardLane& lane, bool take);

    // Control thread. Whether all shards took over, waited for at most so long.
    Result<TrialReport> wait_for_trial(std::int64_t patience_ms);
    // Whether all shards have settled; waits at most so long for it.
    bool wait_until_settled(std::int64_t patience_ms);

private:
    std::vector<DetectorSuccessors> successors_;  // each used by its shard alone

    std::mutex destroying_;  // the plugin's destroy is called by one thread at a time
    std::mutex mutex_;
    std::condition_variable moved_;
    // Guarded by mutex_.
    std::size_t open_;  // shards that have not settled
    std::size_t tried_;
    TrialReport report_;
    Status failed_;
};

}  // namespace petrel::core
