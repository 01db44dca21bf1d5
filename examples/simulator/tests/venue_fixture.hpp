// The venues of venues/ for tests: contracts of each with figures computed by hand, and the adapter
// of the product that reads the venue's frames and replies through the plugin boundary.
#pragma once

#include <dlfcn.h>
#include <gmock/gmock.h>

#include <cmath>

#include "petrel/testing/fake_exchange_host.hpp"
#include "world_fixture.hpp"

namespace petrel::sim {

using petrel::testing::FakeConnection;
using petrel::testing::FakeExchangeHost;
using petrel::testing::FakeRequest;
using testing::FakeClient;
using testing::silent_options;

inline constexpr double kWithin = 5e-5;  // relative: a tick, a step of sizes

// Computed by hand from the market's beginning: BTC at 91250, ETH at 3010, 1000PEPE at 0.004831,
// times one and 0.00002 for each place in the order of venues; open interest of a thousand storms.
struct Known {
    Venue venue;
    const char* symbol;
    const char* native;
    const char* unknown;  // looks like one of the venue's names, and is none
    double usd;           // asked of the market
    double price;
    double quantity;
    double liquidation_usd;  // 0: the venue tells none
    double mark;             // 0: none, as of spot
    double interest_usd;
    double funding;
    double funding_hours;
};

inline void PrintTo(const Known& known, std::ostream* out) {
    *out << venue_name(known.venue) << ' ' << known.native;
}

// clang-format off
inline const std::array<Known, 16> kKnown{{
    // 100 contracts of 0.01 BTC; 1,000 contracts of 100 USD.
    {Venue::Okx, "BTCUSDT", "BTC-USDT-SWAP", "NOPE-USDT-SWAP",
     91'253, 91'253.65, 1.0, 91'253.6, 91'250, 2e9, 1e-4, 8},
    {Venue::Okx, "BTCUSD", "BTC-USD-SWAP", "NOPE-USD-SWAP",
     100'000, 91'253.65, 1.095847, 100'000, 91'250, 2e9, 1e-4, 8},
    // Base units; the coin-settled one, too.
    {Venue::Bitget, "BTCUSDT", "BTCUSDT", "NOPEUSDT",
     91'255, 91'255.45, 1.0, 91'255.4, 91'250, 2e9, 1e-4, 8},
    {Venue::Bitget, "BTCUSD", "BTCUSD", "NOPEUSD",
     91'255, 91'255.45, 1.0, 91'255.4, 91'250, 2e9, 1e-4, 8},
    // 10,000 contracts of 0.0001 BTC; 100,000 of one dollar.
    {Venue::Gate, "BTCUSDT", "BTC_USDT", "NOPE_USDT",
     91'257, 91'257.3, 1.0, 91'257.3, 91'250, 2e9, 1e-4, 8},
    {Venue::Gate, "BTCUSD", "BTC_USD", "NOPE_USD",
     100'000, 91'257.3, 1.095803, 100'000, 91'250, 2e9, 1e-4, 8},
    // Dollars in steps of ten; base units.
    {Venue::Deribit, "BTCUSD", "BTC-PERPETUAL", "NOPE-PERPETUAL",
     100'004, 91'259.15, 1.095781, 100'000, 91'250, 2e9, 1e-4, 8},
    {Venue::Deribit, "BTCUSDC", "BTC_USDC-PERPETUAL", "NOPE_USDC-PERPETUAL",
     91'259, 91'259.15, 1.0, 91'259.1, 91'250, 2e9, 1e-4, 8},
    // A liquidation is valued at the mark price: the trigger tells no other.
    {Venue::Bitfinex, "BTCUSDT", "tBTCF0:USTF0", "tNOPEF0:USTF0",
     91'261, 91'260.95, 1.0, 91'250, 91'250, 2e9, 1e-4, 8},
    // One dollar a contract; base units. Funding is told for an hour.
    {Venue::Kraken, "BTCUSD", "PI_XBTUSD", "PI_NOPEUSD",
     100'000, 91'262.75, 1.095737, 100'000, 91'250, 2e9, 1.25e-5, 1},
    {Venue::Kraken, "ETHUSD", "PF_ETHUSD", "PF_NOPEUSD",
     3'010.4, 3'010.42, 1.0, 3'010.42, 3'010, 2e9, 1.25e-5, 1},
    // A millionth of a BTC; one dollar; 100 quanto contracts of 0.09125 ETH.
    {Venue::Bitmex, "BTCUSDT", "XBTUSDT", "NOPEUSDT",
     91'264.5, 91'264.55, 1.0, 91'264.5, 91'250, 2e9, 1e-4, 8},
    {Venue::Bitmex, "BTCUSD", "XBTUSD", "NOPEUSD",
     100'000, 91'264.55, 1.095715, 100'000, 91'250, 2e9, 1e-4, 8},
    {Venue::Bitmex, "ETHUSD", "ETHUSD", "NOPEUSD",
     27'470, 3'010.48, 9.125, 27'470.6, 3'010, 2e9, 1e-4, 8},
    // 999,814 units of a thousand PEPE.
    {Venue::Hyperliquid, "1000PEPEUSDC", "kPEPE", "NOPE",
     4'831, 4.83187e-6, 999'814'000, 0, 4.831e-6, 5e8, 1.25e-5, 1},
    {Venue::Coinbase, "BTCUSD", "BTC-USD", "NOPE-USD", 91'268, 91'268.2, 1.0, 0, 0, 0, 0, 0},
}};
// clang-format on

inline const petrel_plugin_entry& entry_of(Venue venue) {
    const std::string path = join(PETREL_PLUGIN_FOLDER, "/lib", venue_name(venue), ".so");
    void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        throw std::runtime_error(::dlerror());
    }
    using Entry = const petrel_plugin_entry*();
    return *reinterpret_cast<Entry*>(::dlsym(library, "petrel_plugin_entry_v1"))();
}

class VenueTest : public testing::WorldTest, public ::testing::WithParamInterface<Known> {
protected:
    void begin(Options options) {
        options.ports[index_of(known.venue)] = 0;
        make(options);
        ASSERT_TRUE(host.status().ok()) << host.status().message();
        const Status discovered = host.discover();
        ASSERT_TRUE(discovered.ok()) << discovered.message();
        answer_requests();
        ASSERT_NE(host.handle_of(known.native), PETREL_NO_INSTRUMENT);
    }
    // All requests, and those that their answers lead to.
    void answer_requests() {
        for (std::size_t next = 0; next < host.requests().size(); ++next) {
            const FakeRequest asked = host.requests()[next];
            HttpRequest request{.method = asked.method, .body = asked.body};
            set_target(request, asked.target);
            const HttpReply reply = world->server(known.venue).on_request(request);
            const auto decoded = host.reply(asked, reply.status, reply.body);
            // A list of contracts may be empty: the symbols of a product are not in this market.
            EXPECT_TRUE(decoded.code >= 0 || asked.figures.purpose == PETREL_REQUEST_DISCOVERY)
                << asked.target << ": " << decoded.reason << "\n"
                << reply.body.substr(0, 500);
        }
    }
    void subscribe(const std::string& native) {
        ASSERT_TRUE(host.plan({native}, host.info().channels).ok());
        for (const FakeConnection& planned : host.connections()) {
            clients.push_back(std::make_unique<FakeClient>(planned.path));
            const auto connection = static_cast<std::uint32_t>(clients.size() - 1);
            HttpRequest upgrade{.method = "GET"};
            set_target(upgrade, planned.path);
            ASSERT_FALSE(world->server(known.venue).refuse_upgrade(upgrade)) << planned.path;
            host.open(connection);
            open(known.venue, *clients.back());
            for (const std::string& frame : planned.frames) {
                say(known.venue, *clients.back(), frame);
            }
            if (!planned.keepalive.empty()) {
                say(known.venue, *clients.back(), planned.keepalive);
            }
        }
        drain();
    }
    void drain() {
        for (std::size_t connection = 0; connection < clients.size(); ++connection) {
            for (const std::string& frame : clients[connection]->frames) {
                const auto decoded = host.frame(frame, static_cast<std::uint32_t>(connection));
                EXPECT_GE(decoded.code, 0) << decoded.reason << "\n" << frame.substr(0, 800);
            }
            clients[connection]->frames.clear();
        }
    }
    void lose_frames() {
        for (auto& client : clients) {
            client->frames.clear();
        }
    }
    std::vector<petrel::MarketEvent> live(int kind) const {
        std::vector<petrel::MarketEvent> found;
        for (const auto& event : host.events()) {
            if (event.kind == kind && (event.flags & PETREL_FLAG_LATE) == 0) {
                found.push_back(event);
            }
        }
        return found;
    }
    std::size_t notices(std::uint32_t type) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            host.notices(), [type](const auto& notice) { return notice.type == type; }));
    }
    const std::deque<MarketEvent>& trades() {
        return world->market().trades(known.venue, *world->market().find(known.symbol));
    }
    void burst(std::string_view kind, std::string_view side) {
        const auto made =
            post("/burst", join(R"({"kind":")", kind, R"(","venue":")", venue_name(known.venue),
                                R"(","symbol":")", known.symbol, R"(","side":")", side,
                                R"(","usd":)", decimal(known.usd, 4), '}'));
        ASSERT_EQ(made.status, 200U) << made.body;
    }
    static void expect_close(double value, double expected, const char* what) {
        EXPECT_NEAR(value, expected, std::abs(expected) * kWithin) << what;
    }
    static void expect_same(const petrel::MarketEvent& seen, const MarketEvent& made, double unit) {
        EXPECT_EQ(seen.side, made.side == Side::Buy ? PETREL_SIDE_BUY : PETREL_SIDE_SELL);
        EXPECT_NEAR(seen.quantity, made.quantity * unit, made.quantity * unit * 1e-8);
        EXPECT_NEAR(seen.notional_usd, made.price * made.quantity,
                    made.price * made.quantity * 1e-8);
        EXPECT_EQ(seen.exchange_ts_ns, made.ts_ms * 1'000'000);
    }
    [[nodiscard]] double unit() const {
        return std::string_view(known.symbol).starts_with("1000") ? 1000.0 : 1.0;
    }

    const Known known = GetParam();
    FakeExchangeHost host{entry_of(known.venue)};
    std::vector<std::unique_ptr<FakeClient>> clients;
};

}  // namespace petrel::sim
