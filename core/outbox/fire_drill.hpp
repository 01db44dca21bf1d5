// Fire drills: a canary that goes the way of a real alert to one channel, and whether it arrived.
//
// Stage 8. Covered is everything from the words on: the store, the hand-out, the channel's pace,
// its plugin, the provider's answer and the record of it. Not covered are feeds, detectors, rules
// and routes. A drill is no signal: no list, scorecard, cooldown or throttle knows of it. Owned by
// the delivery thread; times are of the wall clock and passed in.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "outbox/outbox.hpp"

namespace petrel::core {

struct DrillOptions {
    std::vector<std::string> channels;  // that allow it
    std::int64_t every_ns = 86'400 * kNsPerSecond;
    std::int64_t limit_ns = 60 * kNsPerSecond;  // by then it must have been delivered
};

// The latest drill of one channel.
struct DrillResult {
    std::string channel{};
    std::string id{};            // "drill-..."; empty: there was none yet
    std::string state = "none";  // none, running, passed, failed
    std::string why{};           // of a failure
    std::int64_t started_ns = 0;
    std::int64_t finished_ns = 0;
    std::string provider_id{};
};

// The canary for a channel: a storm of a symbol that does not exist, marked as a test everywhere.
AlertText compose_drill(const std::string& channel, std::int64_t at_ns,
                        const MessageBook& messages = shipped_messages());

class FireDrill {
public:
    explicit FireDrill(DrillOptions options);

    // Takes the latest drills from the store, so that a restart neither repeats nor forgets one.
    Status remember(Database& store);

    // Begins a drill now; on every channel that allows it when none is named. Refused for a channel
    // that does not, and while the store is behind.
    Result<std::vector<DrillResult>> start(Outbox& outbox, const std::string& channel,
                                           std::int64_t now_ns);

    // Begins what is due and looks at what runs; what has just failed.
    std::vector<DrillResult> look(Outbox& outbox, std::int64_t now_ns);

    [[nodiscard]] const std::vector<DrillResult>& latest() const { return latest_; }

private:
    Status begin(Outbox& outbox, DrillResult& drill, std::int64_t now_ns);
    bool has_ended(Outbox& outbox, DrillResult& drill, std::int64_t now_ns) const;

    DrillOptions options_;
    std::vector<DrillResult> latest_;  // by channel, in the order of the options
};

}  // namespace petrel::core
