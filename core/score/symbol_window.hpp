// A symbol's windows as rules ask them: names of venues, seconds, plain numbers.
//
// Stage 5, made for one evaluation and borrowed by the rules' input. As of the window's event time;
// no clock.
#pragma once

#include <cstdint>
#include <string_view>

#include "script/rule_window.hpp"
#include "window/window.hpp"

namespace petrel::core {

// Names of venues by the host's number, as the configuration has them.
class VenueNames {
public:
    virtual ~VenueNames() = default;
    // Only of a venue that an event came from.
    [[nodiscard]] virtual std::string_view venue(std::uint16_t venue) const = 0;
};

class SymbolWindow final : public RuleWindow {
public:
    SymbolWindow() = default;
    // Both outlive it; without names no venue is known by itself.
    SymbolWindow(const Window& window, const VenueNames* names) : window_(&window), names_(names) {}
    [[nodiscard]] RuleNumbers answer(const RuleQuestion& question) const noexcept override;

private:
    // A number of a venue that nothing came from, when none of the name is known here.
    [[nodiscard]] std::uint32_t venue_of(const RuleVenue& venue) const;
    [[nodiscard]] RuleNumbers correlation(const RuleQuestion& question,
                                          std::int64_t horizon_ns) const;

    const Window* window_ = nullptr;
    const VenueNames* names_ = nullptr;
};

}  // namespace petrel::core
