// What is known of one connection or one venue, for status, metrics and alerts. Plain values.
//
// Made by stage 1 on the feed thread, copied to whoever shows it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "petrel/abi/market_event.h"

namespace petrel::core {

// Connecting: no open socket. Pending: open and subscribed, not one event yet. Healthy: events
// come. Quiet: none for a while. Suspect: acknowledged and silent beyond what the channels allow.
enum class FeedState : std::uint8_t { Connecting, Pending, Healthy, Quiet, Suspect };

constexpr std::string_view feed_state_name(FeedState state) {
    constexpr std::string_view names[] = {"connecting", "pending", "healthy", "quiet", "suspect"};
    return names[static_cast<std::size_t>(state)];
}

struct FeedStatus {
    std::string venue;
    std::string connection;  // "market-1"; "discovery" while instruments are looked up
    std::string endpoint;
    FeedState state = FeedState::Connecting;
    std::uint64_t frames = 0;
    std::uint64_t bytes = 0;
    std::uint64_t events = 0;
    std::uint64_t rejected = 0;
    std::map<std::string, std::uint64_t> rejected_by_reason;
    std::uint64_t reconnects = 0;
    std::uint64_t streams = 0;
    std::uint64_t acks = 0;
    std::int64_t last_data_ns = 0;  // wall time, 0: never
    std::int64_t round_trip_ns = 0;
    std::string last_trouble;
};

}  // namespace petrel::core
