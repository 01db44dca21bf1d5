// The heart-beat, and the figures of /state.
#include "world.hpp"

#include <nlohmann/json.hpp>

#include "text.hpp"

namespace petrel::sim {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::array kVenues{Venue::Binance, Venue::Bybit};

MarketOptions market_options(const Options& options, std::int64_t start_ms) {
    const bool recorded = options.play.has_value();
    return {.seed = options.seed,
            .symbols = options.symbols,
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
    return {{"connections", hub.connections()},
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
    hubs_[0] = std::make_unique<Hub>(Venue::Binance, faults_, BinanceServer::framing());
    hubs_[1] = std::make_unique<Hub>(
        Venue::Bybit, faults_,
        [](std::string_view, std::string_view data) { return std::string(data); });
    servers_[0] = std::make_unique<BinanceServer>(market_, *hubs_[0]);
    servers_[1] = std::make_unique<BybitServer>(market_, *hubs_[1]);
    for (auto& server : servers_) {
        server->set_source(options.play ? Source::Recording : Source::Market);
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
    for (auto& hub : hubs_) {
        hub->set_now(elapsed_s);
    }
    for (const auto& rule : faults_.connection_faults(elapsed_s)) {
        for (auto& hub : hubs_) {
            hub->apply(rule);
        }
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
            server->on_tick(market_.now_ms());
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
    for (auto& hub : hubs_) {
        hub->tick();
    }
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
        servers_[static_cast<std::size_t>(event.venue)]->on_event(event);
    }
}

std::string World::describe(const StormStart& storm) const {
    return join("storm begins: ", market_.symbols()[storm.symbol].name,
                storm.position == Position::Long ? " long" : " short", " at ", storm.at_s, " s");
}

std::string World::state_json() const {
    const auto& counters = market_.counters();
    Json venues;
    for (const auto venue : kVenues) {
        venues[std::string(venue_name(venue))] = hub_json(*hubs_[static_cast<std::size_t>(venue)]);
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
