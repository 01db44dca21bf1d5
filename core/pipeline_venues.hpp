// The configured venues: their adapters, the symbols wanted of each, and the book in which adapters
// write the instruments they list. Shared by `run` and `record`.
//
// Made by the control thread before the feed thread runs, used by that afterwards.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "feed/feed_supervisor.hpp"
#include "normaliser/instrument_registry.hpp"
#include "plugin/plugin_instance.hpp"
#include "plugin/plugin_setup.hpp"

namespace petrel::core {

class VenueDesk final : public InstrumentBook {
public:
    // Both outlive the desk; the desk outlives the feeds.
    VenueDesk(const PluginSetup& setup, InstrumentRegistry& registry)
        : setup_(setup), registry_(registry) {}

    // Makes the adapters and adds a feed for each. `finish` may change the options of a venue's
    // feed before.
    Status add_feeds(FeedSupervisor& feeds,
                     const std::function<void(VenueId, FeedOptions&)>& finish);

    std::uint32_t add(VenueId venue, const petrel_instrument& instrument) override;
    [[nodiscard]] bool wanted(VenueId venue, std::uint32_t instrument) const override;
    [[nodiscard]] std::string_view native(std::uint32_t instrument) const override;
    [[nodiscard]] std::size_t count() const override { return registry_.instrument_count(); }
    [[nodiscard]] VenueId venue_of(std::uint32_t instrument) const override;
    [[nodiscard]] std::uint32_t symbol_of(std::uint32_t instrument) const override;

private:
    Status add_feed(const PlannedPlugin& planned, const ExchangeConfig& config,
                    FeedSupervisor& feeds,
                    const std::function<void(VenueId, FeedOptions&)>& finish);

    const PluginSetup& setup_;
    InstrumentRegistry& registry_;
    std::vector<ExchangeInstance> exchanges_;
    std::vector<std::set<std::string>> wanted_symbols_;  // by venue
    std::vector<bool> announced_;                        // by instrument: its venue listed it
};

}  // namespace petrel::core
