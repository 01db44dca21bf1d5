// `petrel plugin decode`: frames through one adapter, event by event, nothing else.
//
// The adapter is given the instrument reply first when there is one, as it would get it from the
// venue. Reads captured lines ({"recv_ts","venue","raw"}) and bare frames, one a line. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "petrel/result.hpp"
#include "petrel/types.hpp"
#include "plugin/plugin_setup.hpp"

namespace petrel::core {

struct DecodedEvent {
    const MarketEvent* event = nullptr;
    std::string_view venue;
    std::string_view instrument;  // the venue's own name
    std::string_view symbol;
};

struct DecodeOptions {
    const LoadedPlugin* plugin = nullptr;
    ResolvedConfig values;
    std::string frames;       // path
    std::string instruments;  // path of the venue's instrument reply, or ""
    std::function<void(const DecodedEvent&)> on_event;
};

struct DecodeSummary {
    std::uint64_t frames = 0;
    std::uint64_t events = 0;
    std::uint64_t notices = 0;  // acks, pongs, errors of the venue
    std::uint64_t ignored = 0;  // understood, nothing for us
    std::uint64_t other_venue = 0;
    std::uint64_t instruments = 0;
    std::map<std::string, std::uint64_t> rejected;  // by reason
    std::map<std::string, std::string> first_case;
};

Result<DecodeSummary> run_decode(const DecodeOptions& options);

}  // namespace petrel::core
