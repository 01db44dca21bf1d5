// Several sockets carry the same streams: which copy of an event is the first, and which socket
// brings it.
//
// The first copy passes, later ones do not. Events with an id are the same when instrument, kind,
// id and time are; others when their content is, and then counted for each socket, so that two
// equal events that both sockets bring stay two. A state (price, book, interest) that is older than
// what another socket has already shown is late and does not pass either. The memory covers the
// latest half minute of one plan, many times the lag between two sockets: it begins small, since a
// process holds hundreds of these, and grows with what comes, up to a bound. Pure: reads the
// receive times of events and no clock. Owned by a connection group, on the feed thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "petrel/types.hpp"

namespace petrel::core {

// What one socket of several was worth.
struct FirstFigures {
    std::uint64_t firsts = 0;      // events that it brought first
    std::uint64_t copies = 0;      // events that another one had brought before
    std::uint64_t lead_count = 0;  // later copies of what it brought first
    std::int64_t lead_ns = 0;      // by how much it was first, summed over these
};

class FirstCopy {
public:
    static constexpr std::uint32_t kLanesMax = 8;
    static constexpr std::int64_t kKeptNs = 30 * kNsPerSecond;  // while the bound allows it

    FirstCopy();

    // Whether it passes. `lane` is the socket, below kLanesMax.
    bool passes(const MarketEvent& event, std::uint32_t lane);
    // Whether some socket has brought it already.
    [[nodiscard]] bool knows(const MarketEvent& event) const;
    [[nodiscard]] const FirstFigures& figures(std::uint32_t lane) const { return lanes_[lane]; }
    // What the events that are remembered take up.
    [[nodiscard]] std::size_t bytes() const { return sets_.size() * sizeof(Set); }

private:
    struct Entry {
        std::uint64_t key = 0;
        std::int64_t receive_ts_ns = 0;
        std::uint32_t lane = 0;
        std::uint8_t passed = 0;
        std::array<std::uint8_t, kLanesMax> seen{};
    };
    struct Latest {
        std::int64_t exchange_ts_ns = 0;
        std::uint32_t lane = 0;
    };
    static constexpr std::size_t kWays = 8;
    static constexpr std::size_t kSetsFirst = 32;  // powers of two
    static constexpr std::size_t kSetsMax = 4'096;
    static constexpr std::size_t kNowhere = kSetsMax * kWays;
    using Set = std::array<Entry, kWays>;

    [[nodiscard]] bool outdated(const MarketEvent& event, std::uint32_t lane);
    // Where a key stands, counted over all sets; kNowhere when it is not known.
    [[nodiscard]] std::size_t place_of(std::uint64_t key) const;
    [[nodiscard]] std::size_t set_of(std::uint64_t hash) const { return hash & (sets_.size() - 1); }
    // Where a new key goes; what stood there is forgotten.
    Entry& room_for(std::uint64_t key, std::int64_t receive_ts_ns);
    void grow();
    bool drop(const Entry& first, const MarketEvent& event, std::uint32_t lane);

    std::vector<Set> sets_;
    std::map<std::uint64_t, Latest> states_;  // by instrument and kind: as many as streams
    std::array<FirstFigures, kLanesMax> lanes_{};
};

}  // namespace petrel::core
