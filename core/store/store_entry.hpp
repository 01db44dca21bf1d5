// One change of the store as a value, and as bytes for the spool.
//
// What the outbox wants written is said with this, so that it can be written now, or kept on disk
// and written later, in the same order. Pure; delivery thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "petrel/result.hpp"
#include "store/rows.hpp"

namespace petrel::core {

struct StoreEntry {
    // The numbers are those of the file.
    enum class Kind : std::uint8_t {
        Admission = 1,      // signal with its notifications
        Signal = 2,         // a later state, or a near miss
        Outcome = 3,        // what came of a signal
        Notifications = 4,  // of the system itself
        Settlement = 5,     // notifications[0] has a new state; attempt, where there was one
        Metrics = 6,
        NearMiss = 7,  // what came of one
        Change =
            8,  // notifications have new states, others are added; attempt, where there was one
        Silence = 20,          // one that was set, or ended
        Acknowledgement = 21,  // ends the signal's escalations; notifications tell the channels
        EscalationsEnd = 22    // of the signal `ack` names, at its time; its comment is the reason
    };
    Kind kind = Kind::Signal;
    SignalRow signal;
    std::vector<NotificationRow> notifications;
    std::vector<NotificationRow> added;
    OutcomeRow outcome;
    std::optional<AttemptRow> attempt;
    MetricsRow metrics;
    SilenceRow silence;
    AckRow ack;
};

std::string encode_entry(const StoreEntry& entry);

// Refuses what encode_entry did not write.
Result<StoreEntry> decode_entry(std::string_view bytes);

}  // namespace petrel::core
