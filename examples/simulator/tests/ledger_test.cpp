// What was withheld: holes begin and end with sent events, and nothing is owed before the first.
#include "ledger.hpp"

#include <gmock/gmock.h>

#include "world_fixture.hpp"

namespace petrel::sim {
namespace {

using testing::FakeClient;
using ::testing::IsEmpty;
using testing::silent_options;
using ::testing::SizeIs;

class LedgerTest : public testing::WorldTest {
protected:
    void SetUp() override {
        Options options = silent_options();
        options.ports[index_of(Venue::Okx)] = 0;
        make(options);
    }
    void subscribe(FakeClient& to, std::string_view symbol) {
        open(Venue::Okx, to);
        say(Venue::Okx, to,
            join(R"({"op":"subscribe","args":[{"channel":"trades","instId":")", symbol,
                 R"(-USDT-SWAP"}]})"));
    }
    // The id of the last trade made, and its time.
    MarketEvent trade(std::string_view symbol = "BTCUSDT") {
        EXPECT_EQ(post("/burst", join(R"({"kind":"trade","venue":"okx","symbol":")", symbol,
                                      R"(","side":"buy","usd":5000})"))
                      .status,
                  200U);
        pass(0.1);
        return world->market().trades(Venue::Okx, *world->market().find(symbol)).back();
    }
    void fault(std::string_view text) {
        ASSERT_TRUE(world->add_fault(parse_fault(text).value()).ok());
    }
    const std::deque<Hole>& holes() { return world->hub(Venue::Okx).ledger()->holes(); }

    FakeClient client{"/ws/v5/public"};
    FakeClient other{"/ws/v5/public"};
};

TEST_F(LedgerTest, nothing_is_withheld_before_the_first_that_was_sent) {
    trade();
    EXPECT_THAT(holes(), IsEmpty());
    subscribe(client, "BTC");
    trade();
    EXPECT_THAT(holes(), IsEmpty());
}

TEST_F(LedgerTest, hole_lies_between_the_sent_events_on_either_side) {
    subscribe(client, "BTC");
    const auto before = trade();
    fault("kind=ack_only,venue=okx,channel=trades,symbol=BTC-USDT-SWAP");
    const auto first = trade();
    const auto last = trade();
    ASSERT_THAT(holes(), SizeIs(1));
    EXPECT_EQ(holes()[0].to_ms, 0);
    world->faults().clear();
    const auto after = trade();
    EXPECT_EQ(holes()[0].from_ms, before.ts_ms);
    EXPECT_EQ(holes()[0].to_ms, after.ts_ms);
    EXPECT_EQ(holes()[0].first_id, first.id);
    EXPECT_EQ(holes()[0].last_id, last.id);
    EXPECT_EQ(holes()[0].events, 2U);
    EXPECT_EQ(holes()[0].reason, "ack_only");
}

TEST_F(LedgerTest, fault_of_one_symbol_makes_no_hole_in_another) {
    subscribe(client, "BTC");
    subscribe(other, "ETH");
    trade("BTCUSDT");
    trade("ETHUSDT");
    fault("kind=ack_only,venue=okx,symbol=ETHUSDT");
    trade("BTCUSDT");
    trade("ETHUSDT");
    ASSERT_THAT(holes(), SizeIs(1));
    EXPECT_EQ(holes()[0].symbol, *world->market().find("ETHUSDT"));
}

TEST_F(LedgerTest, one_of_two_connections_is_enough) {
    subscribe(client, "BTC");
    subscribe(other, "BTC");
    trade();
    fault("kind=stall,venue=okx,connection=1");
    trade();
    EXPECT_THAT(holes(), IsEmpty());
    EXPECT_EQ(client.holding("tradeId").size(), 1U);
    EXPECT_EQ(other.holding("tradeId").size(), 2U);
}

TEST_F(LedgerTest, nobody_there_is_a_reason_of_its_own) {
    subscribe(client, "BTC");
    trade();
    world->server(Venue::Okx).on_close(client);
    trade();
    ASSERT_THAT(holes(), SizeIs(1));
    EXPECT_EQ(holes()[0].reason, "nobody is subscribed");
}

TEST_F(LedgerTest, held_back_until_the_connection_ends_is_lost) {
    subscribe(client, "BTC");
    trade();
    fault("kind=slow,venue=okx,delay_ms=60000");
    const auto held = trade();
    EXPECT_THAT(holes(), IsEmpty());
    world->server(Venue::Okx).on_close(client);
    ASSERT_THAT(holes(), SizeIs(1));
    EXPECT_EQ(holes()[0].first_id, held.id);
}

TEST_F(LedgerTest, figures_are_shown_with_times_in_nanoseconds) {
    subscribe(client, "BTC");
    const auto before = trade();
    fault("kind=ack_only,venue=okx");
    trade();
    const auto ledger = nlohmann::json::parse(
        control->on_request({.method = "GET", .path = "/ledger"}).body)["venues"]["okx"];
    EXPECT_EQ(ledger["streams"][0]["made"], 2);
    EXPECT_EQ(ledger["streams"][0]["told"], 2);
    EXPECT_EQ(ledger["streams"][0]["sent"], 1);
    EXPECT_EQ(ledger["withheld"][0]["native"], "BTC-USDT-SWAP");
    EXPECT_EQ(ledger["withheld"][0]["from_ns"], before.ts_ms * 1'000'000);
    EXPECT_EQ(ledger["withheld"][0]["to_ns"], 0);
}

}  // namespace
}  // namespace petrel::sim
