// What a venue made, what it told, and what it withheld: the truth that a client's own account of
// its blindness can be compared with.
//
// One a venue, inside its hub, on the simulator's thread. An event is told when the venue's
// protocol shows it (a sampled feed shows few of what was made) and sent when at least one client
// was handed it. A run of events that were told and not sent is a hole: it lies between the times
// of the sent events on either side. Before a stream's first sent event nothing is withheld.
// Bounded: the oldest holes go first, and are counted.
#pragma once

#include <array>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "market.hpp"
#include "market_event.hpp"

namespace petrel::sim {

// What became of one frame, at best.
struct Fate {
    bool sent = false;
    std::string_view reason = "nobody is subscribed";  // of what was not sent
};

struct Hole {
    EventKind kind = EventKind::Trade;
    std::uint16_t symbol = 0;
    std::uint64_t events = 0;
    std::uint64_t first_id = 0;  // of trades
    std::uint64_t last_id = 0;
    std::int64_t from_ms = 0;  // of the last sent event before
    std::int64_t to_ms = 0;    // of the first sent after; 0 while it lasts
    std::string_view reason;   // of its first event
};

class Ledger {
public:
    static constexpr std::size_t kHolesMax = 4096;

    Ledger(Venue venue, const Market& market);

    void made(const MarketEvent& event) { ++line(event).made; }
    void told(std::span<const MarketEvent> events, const Fate& fate);
    // Were handed to a client that never got them: held back when its connection ended.
    void lost(std::span<const MarketEvent> events);

    [[nodiscard]] const std::deque<Hole>& holes() const { return holes_; }
    // {"streams":[...],"withheld":[...],"forgotten":n}
    [[nodiscard]] std::string json() const;

private:
    struct Line {
        std::uint64_t made = 0;
        std::uint64_t told = 0;
        std::uint64_t sent = 0;
        std::int64_t sent_ms = 0;     // time of the latest that was sent
        std::uint64_t open_hole = 0;  // its number, from 1; 0: none
    };
    Line& line(const MarketEvent& event) {
        return lines_[static_cast<std::size_t>(event.kind)][event.symbol];
    }
    Hole& add(const MarketEvent& event, std::int64_t from_ms, std::string_view reason);
    [[nodiscard]] Hole* numbered(std::uint64_t number);
    [[nodiscard]] std::string_view native(std::size_t symbol) const;

    Venue venue_;
    const Market& market_;
    std::array<std::vector<Line>, kEventKinds> lines_;
    std::deque<Hole> holes_;
    std::uint64_t forgotten_ = 0;  // holes; the number of the first in the queue, less one
};

}  // namespace petrel::sim
