// Control entries of the journal: taken in on any thread, written by the journal's own in their
// place of each shard's sequence, and said again at the beginning of every segment.
#include <algorithm>
#include <utility>

#include "journal/journal_writer.hpp"

namespace petrel::core::journal {
namespace {

constexpr std::size_t kControlsWaitingMax = 1'024;  // the disk has been gone for long then
constexpr std::size_t kControlBytesMax = 4U << 20;

}  // namespace

void JournalWriter::control(std::uint32_t shard, std::string text) {
    const std::lock_guard lock(mutex_);
    JournalLane& lane = *lanes_[shard];
    if (controls_.size() == kControlsWaitingMax || text.size() > kControlBytesMax) {
        ++lane.controls_refused;
        return;
    }
    controls_.push_back({shard, lane.accepted(), std::move(text)});
}

void JournalWriter::write_controls() {
    std::vector<Control> controls;
    {
        const std::lock_guard lock(mutex_);
        controls.swap(controls_);
        for (const auto& lane : lanes_) {
            if (lane->controls_refused > 0) {
                lane->miss_controls(std::exchange(lane->controls_refused, 0),
                                    "too many waited, or one was too large");
            }
        }
    }
    for (const Control& control : controls) {
        write_control(control);
    }
}

void JournalWriter::write_control(const Control& control) {
    const auto shard = static_cast<std::uint16_t>(control.shard);
    JournalLane& lane = *lanes_[shard];
    // What was pushed before comes before it on disk, what was pushed after comes after.
    while (lane.position() < control.after) {
        lane.take();
        const auto wanted = static_cast<std::size_t>(control.after - lane.position());
        write_lane(shard, lane, std::min(wanted, lane.open().size()));
    }
    BlockFacts facts;
    facts.kind = BlockKind::Control;
    facts.shard = shard;
    facts.count = 1;
    facts.first_sequence = lane.sequence;
    Status status = ensure_segment();
    if (status.ok()) {
        status = write_gap(shard, lane);
    }
    if (status.ok()) {
        status = append(facts, control.text);
    }
    if (!status.ok()) {
        lane.miss_controls(1, status.message());
        fail(status);
    }
    const std::size_t colon = control.text.find(':');
    lane.in_force[colon == std::string::npos ? "" : control.text.substr(0, colon)] = control.text;
}

// So that a segment tells by itself what decided about its events, whatever retention removes.
Status JournalWriter::restate_controls() {
    Status status;
    for (std::size_t i = 0; i < lanes_.size() && status.ok(); ++i) {
        BlockFacts facts;
        facts.kind = BlockKind::Control;
        facts.shard = static_cast<std::uint16_t>(i);
        facts.count = 1;
        facts.first_sequence = lanes_[i]->sequence;
        for (const auto& [sort, text] : lanes_[i]->in_force) {
            status = status.ok() ? append(facts, text) : status;
        }
    }
    restated_ = status.ok();
    return status;
}

}  // namespace petrel::core::journal
