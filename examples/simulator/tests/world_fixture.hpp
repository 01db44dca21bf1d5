// A World at a fixed time with a few symbols, driven by hand.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "control.hpp"
#include "fake_client.hpp"
#include "world.hpp"

namespace petrel::sim::testing {

inline constexpr std::int64_t kStart_ms = 1'900'000'000'000;

// Silent by default: nothing happens but what a test asks for.
inline Options silent_options(const std::string& symbols = "BTCUSDT,ETHUSDT") {
    Options options;
    options.symbols = choose_symbols(symbols).value();
    options.events_per_s = 0.0;
    options.storm_after_s = Market::kNever;
    return options;
}

class WorldTest : public ::testing::Test {
protected:
    void make(const Options& options) {
        world = std::make_unique<World>(options, kStart_ms);
        ASSERT_TRUE(world->begin(options).ok());
        control = std::make_unique<Control>(*world);
    }

    void pass(double seconds) {
        for (const double until = now_s + seconds; now_s + 0.004 < until;) {
            now_s += 0.01;
            world->advance(now_s);
        }
    }

    void open(Venue venue, FakeClient& client) { world->server(venue).on_open(client); }
    void say(Venue venue, FakeClient& client, std::string_view text) {
        world->server(venue).on_message(client, text);
    }
    HttpReply get(Venue venue, std::string_view target) {
        HttpRequest request{.method = "GET"};
        set_target(request, target);
        return world->server(venue).on_request(request);
    }
    nlohmann::json get_json(Venue venue, std::string_view target) {
        return nlohmann::json::parse(get(venue, target).body);
    }
    HttpReply post(std::string_view path, std::string body) {
        HttpRequest request{.method = "POST", .path = std::string(path), .body = std::move(body)};
        return control->on_request(request);
    }

    std::unique_ptr<World> world;
    std::unique_ptr<Control> control;
    double now_s = 0.0;
};

}  // namespace petrel::sim::testing
