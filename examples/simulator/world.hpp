// Everything of the simulator but its sockets: market, venues, faults, recording, in one object.
//
// advance() is the heart-beat: given the elapsed time it takes the market's steps, hands events to
// the venues, plays the recording and lets faults act. It reads no clock and opens nothing, so
// tests drive it with clients of their own. Owned by the simulator, on its one thread.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faults.hpp"
#include "market.hpp"
#include "options.hpp"
#include "player.hpp"
#include "venue_server.hpp"

namespace petrel::sim {

class World {
public:
    // After a pause (a stopped process) no more steps than these are taken at once.
    static constexpr int kStepsPerAdvanceMax = 200;

    World(const Options& options, std::int64_t start_ms);

    Outcome<Done> begin(const Options& options);  // opens the recording, sets the first faults
    // Returns what there is to tell people, one sentence each.
    std::vector<std::string> advance(double elapsed_s);
    // The events made, already sent.
    std::vector<MarketEvent> inject(const Burst& burst);
    Outcome<Done> add_fault(const FaultRule& rule) { return faults_.add(rule, now_s_); }

    [[nodiscard]] Market& market() { return market_; }
    [[nodiscard]] FaultPlan& faults() { return faults_; }
    // Only of a venue that takes part.
    [[nodiscard]] bool takes_part(Venue venue) const { return hubs_[index_of(venue)] != nullptr; }
    [[nodiscard]] Hub& hub(Venue venue) { return *hubs_[index_of(venue)]; }
    [[nodiscard]] VenueServer& server(Venue venue) { return *servers_[index_of(venue)]; }
    void close_all(std::uint16_t code, std::string_view reason);
    [[nodiscard]] std::size_t connections() const;
    // What each venue made, told, sent and withheld, as JSON.
    [[nodiscard]] std::string ledger_json() const;
    // Figures of everything, as JSON.
    [[nodiscard]] std::string state_json() const;

private:
    void dispatch(const std::vector<MarketEvent>& events);
    [[nodiscard]] std::string describe(const StormStart& storm) const;

    std::uint64_t seed_;
    Market market_;
    FaultPlan faults_;
    std::array<std::unique_ptr<Hub>, kVenueCount> hubs_;
    std::array<std::unique_ptr<VenueServer>, kVenueCount> servers_;
    std::optional<Player> player_;
    std::vector<MarketEvent> events_;
    double now_s_ = 0.0;
};

}  // namespace petrel::sim
