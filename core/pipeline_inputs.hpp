// What people and programs feed in over the control socket: the mood of a symbol, and how much the
// news weigh. It goes the way of a venue's events, as those of a venue of the host's own, so that
// the journal has it and a replay agrees.
//
// check() belongs to the control thread, events() to the feed thread; they share nothing that
// changes.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "normaliser/instrument_registry.hpp"
#include "notifier/rate_limit.hpp"
#include "petrel/result.hpp"
#include "petrel/types.hpp"

namespace petrel::core {

// Names every symbol that is followed.
inline constexpr std::string_view kEverySymbol = "*";

struct SentimentInput {
    std::string symbol;  // as people write it; canonical after check()
    double value = 0;    // -1 (bearish) to 1 (bullish)
    double impact = 0;   // of the news, 0 to 1
    std::string source;  // who says so; may be empty
};

class InputDesk {
public:
    // Inputs at once, and a second in the long run.
    static constexpr double kBurst = 50;
    static constexpr double kPerSecond = 10;

    // The registry outlives the desk.
    InputDesk(const Config& config, InstrumentRegistry& registry);

    // Makes the symbol canonical and returns how many symbols are meant; refused with a sentence
    // when the symbol is not followed or a figure is out of bounds (PETREL_E_INVALID), or when
    // there are too many inputs (PETREL_E_FULL). `now_ns` is of a clock that never goes back.
    Result<std::size_t> check(SentimentInput& input, std::int64_t now_ns);

    // The events that it stands for, one a symbol, as received at that time. Valid until the next
    // call.
    std::span<MarketEvent> events(const SentimentInput& input, std::int64_t now_ns);
    [[nodiscard]] VenueId venue() const { return venue_; }

private:
    const std::set<std::string> symbols_;                           // followed, canonical
    RateLimit turns_{{.per_second = kPerSecond, .burst = kBurst}};  // control thread

    InstrumentRegistry& registry_;
    VenueId venue_;
    std::vector<MarketEvent> events_;  // feed thread
};

}  // namespace petrel::core
