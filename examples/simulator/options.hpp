// What the command line asks for, as plain values.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "faults.hpp"
#include "market.hpp"
#include "outcome.hpp"
#include "player.hpp"

namespace petrel::sim {

struct Options {
    std::uint64_t seed = 1;
    // By venue: none = not served, 0 = any free port.
    std::array<std::optional<std::uint16_t>, kVenueCount> ports{0, 0};
    bool tls = false;
    std::string certificate;
    std::string key;
    std::string self_signed_folder;
    std::vector<SymbolSpec> symbols;
    double events_per_s = 400.0;
    double storm_after_s = 6.0;   // infinity = no storms
    double states_every_s = 0.0;  // the least between two tickers of a symbol; 0 = the venue's
    std::optional<PlayOptions> play;
    std::optional<double> duration_s;
    std::string ready_file;
    std::string control;  // empty = none, a port number, or the path of a Unix socket
    std::vector<FaultRule> faults;
    bool json = false;

    [[nodiscard]] const std::optional<std::uint16_t>& port(Venue venue) const {
        return ports[index_of(venue)];
    }
    // Binance and Bybit always take part in the market, so that a seed gives the same events
    // whether they are served or not; the others only where they are served.
    [[nodiscard]] bool takes_part(Venue venue) const {
        return venue == Venue::Binance || venue == Venue::Bybit || port(venue).has_value();
    }
};

// Parsed, or what to print and the code to leave with (0 after --help).
struct Leave {
    int exit_code = 0;
    std::string text;
};
std::variant<Options, Leave> parse_options(int argc, const char* const* argv);

}  // namespace petrel::sim
