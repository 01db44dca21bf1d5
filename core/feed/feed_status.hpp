// What is known of one connection or one venue, for status, metrics and alerts. Plain values.
//
// Made by stage 1 on the feed thread, copied to whoever shows it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "feed/stream_watch.hpp"
#include "petrel/abi/market_event.h"

namespace petrel::core {

// Connecting: no open socket. Pending: open and subscribed, not one event yet. Healthy: events
// come. Quiet: none for a while. Suspect: acknowledged and silent beyond what the channels allow.
// Unusable: cannot work as it is configured; the trouble says what to change.
enum class FeedState : std::uint8_t { Connecting, Pending, Healthy, Quiet, Suspect, Unusable };

constexpr std::string_view feed_state_name(FeedState state) {
    constexpr std::string_view names[] = {"connecting", "pending", "healthy",
                                          "quiet",      "suspect", "unusable"};
    return names[static_cast<std::size_t>(state)];
}

// Somebody should look at it.
constexpr bool is_trouble(FeedState state) {
    return state == FeedState::Connecting || state == FeedState::Suspect ||
           state == FeedState::Unusable;
}

// A stream that is suspect or dead, and why.
struct StreamTroubleStatus {
    std::uint32_t socket = 0;  // which of several
    StreamTrouble trouble;
};

// One of several sockets that carry the same streams.
struct SocketStatus {
    std::string endpoint;
    FeedState state = FeedState::Connecting;
    std::uint64_t reconnects = 0;
    std::int64_t round_trip_ns = 0;
    std::uint64_t firsts = 0;    // events that it brought first
    std::uint64_t copies = 0;    // events that another one had brought before
    double share_of_firsts = 0;  // 0 to 1
    double lead_ms = 0;          // mean, over later copies of what it brought first
    std::string last_trouble;
};

// Counts are since the start, over all sockets that one connection had.
struct FeedStatus {
    std::string venue;
    // "market-1"; "discovery" while instruments are looked up; "polls" for what is asked over REST
    std::string connection;
    std::string endpoint;
    FeedState state = FeedState::Connecting;
    std::uint64_t frames = 0;
    std::uint64_t bytes = 0;
    std::uint64_t events = 0;
    std::uint64_t rejected = 0;
    std::map<std::string, std::uint64_t> rejected_by_reason;
    std::uint64_t reconnects = 0;
    std::uint64_t streams = 0;
    std::uint64_t streams_pending = 0;  // without one event since it opened
    std::uint64_t acks = 0;
    std::uint64_t notices_lost = 0;        // what an adapter said beyond the room for it
    std::uint64_t answers_dropped = 0;     // that the venue wanted beyond the limit of a minute
    std::uint64_t successions = 0;         // sockets replaced before the venue's age limit
    std::uint64_t successions_failed = 0;  // successors given up: silent while the old one spoke
    std::uint64_t polls_skipped = 0;       // for want of weight, or while the venue made us wait
    std::uint64_t holds = 0;               // times the venue made us wait (HTTP 418, 429)
    std::int64_t last_data_ns = 0;         // wall time, 0: never
    std::int64_t round_trip_ns = 0;
    std::string last_trouble;
    std::uint64_t streams_quiet = 0;
    std::uint64_t streams_suspect = 0;
    std::uint64_t streams_dead = 0;
    std::vector<StreamTroubleStatus> worst_streams;  // a few
    std::vector<SocketStatus> sockets;               // by leg; empty when there is one only
};

// Counts a rejection; reasons beyond a bound share one entry.
void count_rejection(FeedStatus& status, std::string_view reason);

// Adds the counts of `part`, an earlier or a parallel socket of the same connection.
void add_counts(FeedStatus& to, const FeedStatus& part);

}  // namespace petrel::core
