// What the configuration says of a venue becomes the options of its feed.
#include "pipeline_venues.hpp"

#include <algorithm>

#include "config/channel_names.hpp"
#include "feed/network_choice.hpp"
#include "observe/log.hpp"
#include "pipeline_parts.hpp"

namespace petrel::core {
namespace {

Result<FeedOptions> feed_options(const ExchangeConfig& config, const petrel_exchange_info& info) {
    FeedOptions options;
    options.ws_endpoints = config.ws_endpoints;
    options.rest_endpoints = config.rest_endpoints;
    for (std::uint32_t i = 0; config.ws_endpoints.empty() && i < info.ws_endpoint_count; ++i) {
        options.ws_endpoints.push_back(string_of(info.ws_endpoints[i]));
    }
    for (std::uint32_t i = 0; config.rest_endpoints.empty() && i < info.rest_endpoint_count; ++i) {
        options.rest_endpoints.push_back(string_of(info.rest_endpoints[i]));
    }
    options.ca_file = config.ca_file;
    Result<NetworkPath> path = network_path_of(config);
    if (!path.ok()) {
        return path.status();
    }
    options.path = std::move(path).value();
    options.compress = config.compress;
    Result<std::vector<ApiKey>> keys = api_keys_of(config);
    if (!keys.ok()) {
        return keys.status();
    }
    options.keys = std::move(keys).value();
    options.redundancy = config.redundancy;
    options.relist_ms = config.relist_ms;
    options.ws_weights = config.ws_weights;
    options.strategy = endpoint_strategy_of(config.endpoint_strategy);
    options.circuit = {config.circuit_failures, config.circuit_open_ms};
    options.channels = channels_mask(config.channels) & info.channels;
    return options;
}

}  // namespace

Status VenueDesk::add_feed(const PlannedPlugin& planned, const ExchangeConfig& config,
                           FeedSupervisor& feeds,
                           const std::function<void(VenueId, FeedOptions&)>& finish) {
    Result<ExchangeInstance> made =
        ExchangeInstance::create(*planned.plugin, planned.name, planned.values);
    if (!made.ok()) {
        return made.status();
    }
    exchanges_.push_back(std::move(made).value());
    const ExchangeInstance& exchange = exchanges_.back();
    const VenueId venue = registry_.add_venue(venue_entry(planned.name, exchange.table()));
    const std::vector<std::string> symbols = wanted_symbols(setup_.config, config);
    wanted_symbols_.resize(std::max<std::size_t>(wanted_symbols_.size(), venue + 1U));
    wanted_symbols_[venue] = {symbols.begin(), symbols.end()};
    Result<FeedOptions> options = feed_options(config, *exchange.table().info());
    if (!options.ok()) {
        return options.status();
    }
    finish(venue, *options);
    feeds.add({planned.name, &exchange.table(), exchange.handle()}, venue,
              std::move(options).value());
    return {};
}

Status VenueDesk::add_feeds(FeedSupervisor& feeds,
                            const std::function<void(VenueId, FeedOptions&)>& finish) {
    exchanges_.reserve(setup_.exchanges.size());
    for (const PlannedPlugin& planned : setup_.exchanges) {
        const auto config =
            std::find_if(setup_.config.exchanges.begin(), setup_.config.exchanges.end(),
                         [&](const ExchangeConfig& c) { return c.plugin.name == planned.name; });
        if (Status added = add_feed(planned, *config, feeds, finish); !added.ok()) {
            return added;
        }
    }
    if (setup_.exchanges.empty()) {
        log::warning("feed",
                     "no exchange is configured: nothing comes in. Add [exchanges.<name>] "
                     "to the configuration; petrel plugin list shows the names");
    }
    return {};
}

std::uint32_t VenueDesk::add(VenueId venue, const petrel_instrument& instrument) {
    const std::uint32_t id = registry_.add(venue, instrument);
    if (id != PETREL_NO_INSTRUMENT) {
        announced_.resize(std::max<std::size_t>(announced_.size(), id + 1U));
        announced_[id] = true;
    }
    return id;
}

// An instrument that is known from the journal alone may not be listed any more.
bool VenueDesk::wanted(VenueId venue, std::uint32_t instrument) const {
    if (instrument >= announced_.size() || !announced_[instrument]) {
        return false;
    }
    const InstrumentEntry& entry = registry_.instrument(instrument);
    return wanted_symbols_[venue].contains(registry_.symbol(entry.symbol).name);
}

std::string_view VenueDesk::native(std::uint32_t instrument) const {
    return registry_.instrument(instrument).native;
}

std::uint32_t VenueDesk::symbol_of(std::uint32_t instrument) const {
    return registry_.instrument(instrument).symbol;
}

VenueId VenueDesk::venue_of(std::uint32_t instrument) const {
    return registry_.instrument(instrument).venue;
}

}  // namespace petrel::core
