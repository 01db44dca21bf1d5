// The nine venues of venues/, read back by the adapters of the product through the plugin boundary:
// what an adapter makes of a venue's frames and replies is what the market made.
#include <dlfcn.h>
#include <gmock/gmock.h>

#include <cmath>

#include "petrel/testing/fake_exchange_host.hpp"
#include "world_fixture.hpp"

namespace petrel::sim {
namespace {

using petrel::testing::FakeConnection;
using petrel::testing::FakeExchangeHost;
using petrel::testing::FakeRequest;
using testing::FakeClient;
using testing::silent_options;

constexpr double kWithin = 5e-5;  // relative: a tick, a step of sizes

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

void PrintTo(const Known& known, std::ostream* out) {
    *out << venue_name(known.venue) << ' ' << known.native;
}

// clang-format off
const std::array<Known, 16> kKnown{{
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

const petrel_plugin_entry& entry_of(Venue venue) {
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

TEST_P(VenueTest, subscriptions_are_granted_and_pings_answered) {
    ASSERT_NO_FATAL_FAILURE(begin(silent_options(known.symbol)));
    ASSERT_NO_FATAL_FAILURE(subscribe(known.native));
    pass(1.1);
    drain();
    EXPECT_GE(notices(PETREL_NOTICE_ACK), host.connections()[0].streams.size() > 1 ? 2U : 1U);
    EXPECT_EQ(notices(PETREL_NOTICE_SUBSCRIBE_FAIL), 0U);
    if (!host.connections()[0].keepalive.empty()) {
        EXPECT_GE(notices(PETREL_NOTICE_PONG), 1U);
    }
}

TEST_P(VenueTest, unknown_contract_is_refused_as_the_venue_refuses) {
    ASSERT_NO_FATAL_FAILURE(begin(silent_options(known.symbol)));
    const Status planned = host.plan({known.unknown}, host.info().channels);
    ASSERT_TRUE(planned.ok()) << planned.message();
    FakeClient client(host.connections().back().path);
    open(known.venue, client);
    for (const std::string& frame : host.connections().back().frames) {
        say(known.venue, client, frame);
    }
    for (const std::string& frame : client.frames) {
        (void)host.frame(frame);
    }
    EXPECT_GE(notices(PETREL_NOTICE_SUBSCRIBE_FAIL), 1U);
}

TEST_P(VenueTest, known_trade_is_decoded_to_the_figures_computed_by_hand) {
    ASSERT_NO_FATAL_FAILURE(begin(silent_options(known.symbol)));
    ASSERT_NO_FATAL_FAILURE(subscribe(known.native));
    burst("trade", "buy");
    pass(1.5);
    drain();
    const auto seen = live(PETREL_EVENT_TRADE);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].side, PETREL_SIDE_BUY);
    expect_close(seen[0].price, known.price, "price");
    expect_close(seen[0].quantity, known.quantity, "quantity");
    expect_close(seen[0].notional_usd, known.price * known.quantity, "notional");
    EXPECT_EQ(seen[0].exchange_ts_ns, trades().back().ts_ms * 1'000'000);
}

TEST_P(VenueTest, known_liquidation_is_decoded_to_the_side_of_its_position) {
    ASSERT_NO_FATAL_FAILURE(begin(silent_options(known.symbol)));
    ASSERT_NO_FATAL_FAILURE(subscribe(known.native));
    if (known.liquidation_usd == 0.0) {
        EXPECT_EQ(
            post("/burst", join(R"({"kind":"liquidation","venue":")", venue_name(known.venue),
                                R"(","symbol":")", known.symbol, R"(","side":"long","usd":5000})"))
                .status,
            400U);
        return;
    }
    for (const auto& [side, expected] :
         {std::pair{"long", PETREL_SIDE_LONG}, std::pair{"short", PETREL_SIDE_SHORT}}) {
        host.forget_output();
        burst("liquidation", side);
        pass(1.5);
        drain();
        const auto seen = live(PETREL_EVENT_LIQUIDATION);
        ASSERT_EQ(seen.size(), 1U) << side;
        EXPECT_EQ(seen[0].side, expected);
        expect_close(seen[0].quantity, known.quantity, "quantity");
        expect_close(seen[0].notional_usd, known.liquidation_usd, "notional");
        EXPECT_EQ(live(PETREL_EVENT_TRADE).size(), marks_trades(known.venue) ? 1U : 0U);
    }
}

TEST_P(VenueTest, states_are_those_that_the_market_begins_with) {
    ASSERT_NO_FATAL_FAILURE(begin(silent_options(known.symbol)));
    ASSERT_NO_FATAL_FAILURE(subscribe(known.native));
    if (known.mark == 0.0) {
        EXPECT_TRUE(live(PETREL_EVENT_MARK_PRICE).empty());
        return;
    }
    const auto marks = live(PETREL_EVENT_MARK_PRICE);
    const auto funding = live(PETREL_EVENT_FUNDING);
    const auto interest = live(PETREL_EVENT_OPEN_INTEREST);
    const auto bids = live(PETREL_EVENT_BEST_BID);
    ASSERT_FALSE(marks.empty() || funding.empty() || interest.empty() || bids.empty());
    expect_close(marks[0].price, known.mark, "mark price");
    EXPECT_DOUBLE_EQ(funding[0].price, known.funding);
    EXPECT_DOUBLE_EQ(funding[0].quantity, known.funding_hours);
    expect_close(interest[0].notional_usd, known.interest_usd, "open interest");
    expect_close(interest[0].quantity, known.interest_usd / known.mark, "open interest, base");
    expect_close(bids[0].price, known.price, "best bid");
    EXPECT_GT(bids[0].notional_usd, 0.0);
}

TEST_P(VenueTest, every_event_of_a_storm_is_decoded_to_what_was_made) {
    Options options = silent_options(known.symbol);
    options.events_per_s = 300.0;
    options.storm_after_s = 0.5;
    ASSERT_NO_FATAL_FAILURE(begin(options));
    ASSERT_NO_FATAL_FAILURE(subscribe(known.native));
    const auto before = trades().size();
    pass(6.0);
    drain();
    const auto seen = live(PETREL_EVENT_TRADE);
    ASSERT_GT(seen.size(), 100U);
    ASSERT_GE(trades().size(), before + seen.size());
    for (std::size_t index = 0; index < seen.size(); ++index) {
        expect_same(seen[index], trades()[before + index], unit());
    }
    if (known.liquidation_usd > 0.0) {
        const auto killed = live(PETREL_EVENT_LIQUIDATION);
        EXPECT_GE(killed.size(), 5U);
        EXPECT_TRUE(std::ranges::any_of(
            killed, [](const auto& event) { return event.side == PETREL_SIDE_LONG; }));
    }
    EXPECT_FALSE(live(PETREL_EVENT_BEST_ASK).empty());
}

TEST_P(VenueTest, hole_is_filled_from_the_history_that_the_adapter_asks_for) {
    Options options = silent_options(known.symbol);
    options.events_per_s = 100.0;
    ASSERT_NO_FATAL_FAILURE(begin(options));
    ASSERT_NO_FATAL_FAILURE(subscribe(known.native));
    pass(2.0);
    drain();
    const MarketEvent last_seen = trades().back();
    const auto seen_before = trades().size();
    pass(2.0);
    lose_frames();
    const auto lost_end = trades().size();
    pass(1.0);
    drain();
    ASSERT_GT(trades().size(), lost_end);
    const MarketEvent next_seen = trades()[lost_end];
    petrel_gap gap{};
    gap.instrument = host.handle_of(known.native);
    gap.kind = PETREL_EVENT_TRADE;
    gap.native = text_of(known.native);
    const bool counted = (live(PETREL_EVENT_TRADE).back().flags & PETREL_FLAG_ID_SEQUENCE) != 0;
    gap.first_id = counted ? last_seen.id + 1 : 0;
    gap.last_id = counted ? next_seen.id - 1 : 0;
    gap.from_ns = last_seen.ts_ms * 1'000'000;
    gap.to_ns = next_seen.ts_ms * 1'000'000;
    host.forget_output();
    ASSERT_TRUE(host.backfill(gap).ok());
    answer_requests();
    // By time the trades on either side come again; without a cursor there may be more.
    std::map<std::int64_t, double> told;
    for (const auto& event : host.events()) {
        EXPECT_NE(event.flags & PETREL_FLAG_LATE, 0);
        if (event.kind == PETREL_EVENT_TRADE) {
            told[event.exchange_ts_ns] += event.quantity;
        }
    }
    std::map<std::int64_t, double> lost;
    for (auto index = seen_before; index < lost_end; ++index) {
        const MarketEvent& trade = trades()[index];
        if (trade.ts_ms != last_seen.ts_ms && trade.ts_ms != next_seen.ts_ms) {
            lost[trade.ts_ms * 1'000'000] += trade.quantity * unit();
        }
    }
    ASSERT_GT(lost.size(), 20U);
    for (const auto& [at_ns, quantity] : lost) {
        EXPECT_NEAR(told[at_ns], quantity, quantity * 1e-8) << at_ns;
    }
}

TEST_P(VenueTest, ledger_tells_what_a_fault_of_one_channel_withheld) {
    Options options = silent_options(known.symbol);
    options.events_per_s = 100.0;
    ASSERT_NO_FATAL_FAILURE(begin(options));
    ASSERT_NO_FATAL_FAILURE(subscribe(known.native));
    pass(1.0);
    const std::string channel = known.venue == Venue::Bitget     ? "trade"
                                : known.venue == Venue::Gate     ? "futures.trades"
                                : known.venue == Venue::Kraken   ? "trade"
                                : known.venue == Venue::Bitmex   ? "trade"
                                : known.venue == Venue::Coinbase ? "matches"
                                                                 : "trades";
    ASSERT_EQ(post("/fault", join(R"({"kind":"ack_only","venue":")", venue_name(known.venue),
                                  R"(","channel":")", channel, R"(","symbol":")", known.native,
                                  R"(","for_s":1})"))
                  .status,
              200U);
    const auto before = trades().back();
    pass(3.0);
    const auto& holes = world->hub(known.venue).ledger()->holes();
    ASSERT_FALSE(holes.empty());
    const Hole& hole = holes.front();
    EXPECT_EQ(hole.kind, EventKind::Trade);
    EXPECT_EQ(hole.reason, "ack_only");
    EXPECT_EQ(hole.last_id - hole.first_id + 1, hole.events);
    EXPECT_GT(hole.events, 5U);
    EXPECT_GE(hole.from_ms, before.ts_ms - 200);
    EXPECT_NEAR(static_cast<double>(hole.to_ms - hole.from_ms), 1000.0, 400.0);
    EXPECT_TRUE(
        std::ranges::all_of(holes, [](const Hole& any) { return any.kind != EventKind::Book; }));
}

INSTANTIATE_TEST_SUITE_P(AllContracts, VenueTest, ::testing::ValuesIn(kKnown), [](const auto& row) {
    return join(venue_name(row.param.venue), '_', row.param.symbol);
});

}  // namespace
}  // namespace petrel::sim
