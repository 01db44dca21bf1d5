// The heart-beat, and the figures of /state.
#include "world.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "binance_server.hpp"
#include "bybit_server.hpp"
#include "text.hpp"
#include "venues/venues.hpp"

namespace petrel::sim {
namespace {

using Json = nlohmann::ordered_json;

template <typename Server>
std::unique_ptr<VenueServer> make_server(Market& market, Hub& hub) {
    return std::make_unique<Server>(market, hub);
}
constexpr std::array<MakeVenue*, kVenueCount> kMakers{make_server<BinanceServer>,
                                                      make_server<BybitServer>,
                                                      make_okx,
                                                      make_bitget,
                                                      make_gate,
                                                      make_deribit,
                                                      make_bitfinex,
                                                      make_kraken,
                                                      make_bitmex,
                                                      make_hyperliquid,
                                                      make_coinbase};

MarketOptions market_options(const Options& options, std::int64_t start_ms) {
    const bool recorded = options.play.has_value();
    std::vector<Venue> venues;
    std::ranges::copy_if(kVenues, std::back_inserter(venues),
                         [&](Venue venue) { return options.takes_part(venue); });
    return {.seed = options.seed,
            .symbols = options.symbols,
            .venues = std::move(venues),
            .events_per_s = recorded ? 0.0 : options.events_per_s,
            .storm_after_s = recorded ? Market::kNever : options.storm_after_s,
            .start_ms = start_ms};
}

Json hub_json(const Hub& hub) {
    const auto& counters = hub.counters();
    Json streams = Json::object();
    for (const auto& stream : hub.streams()) {
        if (stream.sent > 0 || !stream.subscribers.empty()) {
            streams[stream.tag.name] = {{"subscribers", stream.subscribers.size()},
                                        {"sent", stream.sent}};
        }
    }
    Json connections = Json::array();
    for (const auto& connection : hub.connection_list()) {
        connections.push_back({{"number", connection.number},
                               {"path", connection.path},
                               {"streams", connection.streams}});
    }
    return {{"connections", hub.connections()},
            {"connection_list", std::move(connections)},
            {"connections_total", counters.connections_total},
            {"messages_received", counters.messages_received},
            {"frames_sent", counters.frames_sent},
            {"frames_swallowed", counters.frames_swallowed},
            {"slow_clients_cut", counters.slow_clients_cut},
            {"queued_bytes_max", hub.queued_bytes_max()},
            {"streams", std::move(streams)}};
}

}  // namespace

World::World(const Options& options, std::int64_t start_ms)
    : seed_(options.seed), market_(market_options(options, start_ms)), faults_(options.seed) {
    for (const Venue venue : kVenues) {
        if (!options.takes_part(venue)) {
            continue;
        }
        auto& hub = hubs_[index_of(venue)];
        hub = std::make_unique<Hub>(
            venue, faults_,
            venue == Venue::Binance
                ? BinanceServer::framing()
                : [](std::string_view, std::string_view data) { return std::string(data); });
        hub->keep_ledger(market_);
        servers_[index_of(venue)] = kMakers[index_of(venue)](market_, *hub);
        servers_[index_of(venue)]->set_source(options.play ? Source::Recording : Source::Market);
        servers_[index_of(venue)]->slow_states(
            static_cast<std::int64_t>(options.states_every_s * 1000.0));
    }
}

Outcome<Done> World::begin(const Options& options) {
    if (options.play) {
        auto player = Player::open(*options.play);
        if (!player.ok()) {
            return Failure{player.message()};
        }
        player_.emplace(std::move(player.value()));
    }
    for (const auto& rule : options.faults) {
        if (const auto added = add_fault(rule); !added.ok()) {
            return added;
        }
    }
    return Done{};
}

std::vector<std::string> World::advance(double elapsed_s) {
    now_s_ = elapsed_s;
    std::vector<std::string> told;
    const auto each_hub = [this](auto&& act) {
        for (auto& hub : hubs_) {
            if (hub) {
                act(*hub);
            }
        }
    };
    each_hub([&](Hub& hub) { hub.set_now(elapsed_s); });
    for (const auto& rule : faults_.connection_faults(elapsed_s)) {
        each_hub([&](Hub& hub) { hub.apply(rule); });
    }
    const auto reached = static_cast<std::uint64_t>(elapsed_s / Market::kStep_s);
    for (int taken = 0; taken < kStepsPerAdvanceMax && market_.counters().steps < reached;
         ++taken) {
        events_.clear();
        market_.step(events_);
        if (!player_) {
            dispatch(events_);
        }
        for (auto& server : servers_) {
            if (server) {
                server->on_tick(market_.now_ms());
            }
        }
        if (const auto storm = market_.take_storm()) {
            told.push_back(describe(*storm));
        }
    }
    if (player_ && !player_->finished()) {
        player_->advance(elapsed_s, hub(player_->options().venue));
        if (player_->finished()) {
            told.push_back(join("recording finished: ", player_->frames(), " frames played, ",
                                player_->skipped_lines(), " lines without a stream left out"));
        }
    }
    each_hub([](Hub& hub) { hub.tick(); });
    return told;
}

std::vector<MarketEvent> World::inject(const Burst& burst) {
    std::vector<MarketEvent> made;
    market_.inject(burst, made);
    dispatch(made);
    return made;
}

void World::dispatch(const std::vector<MarketEvent>& events) {
    for (const auto& event : events) {
        hub(event.venue).ledger()->made(event);
        server(event.venue).on_event(event);
    }
}

void World::close_all(std::uint16_t code, std::string_view reason) {
    for (auto& hub : hubs_) {
        if (hub) {
            hub->close_all(code, reason);
        }
    }
}

std::size_t World::connections() const {
    std::size_t count = 0;
    for (const auto& hub : hubs_) {
        count += hub ? hub->connections() : 0;
    }
    return count;
}

std::string World::ledger_json() const {
    std::string venues;
    for (const auto& hub : hubs_) {
        if (hub) {
            venues += join(venues.empty() ? "" : ",", '"', venue_name(hub->venue()),
                           "\":", hub->ledger()->json());
        }
    }
    return join(R"({"now_ns":)", market_.now_ms(), R"(000000,"venues":{)", venues, "}}");
}

std::string World::describe(const StormStart& storm) const {
    return join("storm begins: ", market_.symbols()[storm.symbol].name,
                storm.position == Position::Long ? " long" : " short", " at ", storm.at_s, " s");
}

std::string World::state_json() const {
    const auto& counters = market_.counters();
    Json venues;
    for (const auto& hub : hubs_) {
        if (hub) {
            venues[std::string(venue_name(hub->venue()))] = hub_json(*hub);
        }
    }
    Json applied;
    for (std::size_t kind = 0; kind < kFaultKinds; ++kind) {
        applied[std::string(fault_name(static_cast<FaultKind>(kind)))] = faults_.applied()[kind];
    }
    Json rules = Json::array();
    for (const auto& rule : faults_.rules()) {
        rules.push_back(Json::parse(fault_json(rule)));
    }
    Json state{{"uptime_s", now_s_},
               {"seed", seed_},
               {"market",
                {{"now_ms", market_.now_ms()},
                 {"symbols", market_.symbols().size()},
                 {"trades", counters.trades},
                 {"liquidations", counters.liquidations},
                 {"storms", counters.storms}}},
               {"venues", std::move(venues)},
               {"faults", std::move(rules)},
               {"faults_applied", std::move(applied)}};
    if (player_) {
        state["recording"] = {{"frames", player_->frames()},
                              {"skipped_lines", player_->skipped_lines()},
                              {"finished", player_->finished()}};
    }
    return state.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace petrel::sim
