// The adapter through the plugin boundary, as a host uses it: discovery, polls, control frames.
#include "binance.hpp"

#include <gtest/gtest.h>

#include "petrel/testing/fake_exchange_host.hpp"

namespace petrel::binance {
namespace {

using testing::entry_of;
using testing::FakeExchangeHost;
using testing::FakeRequest;

constexpr const char* kListing = R"({"timezone":"UTC","rateLimits":[{"limit":2400}],"symbols":[
{"symbol":"BTCUSDT","pair":"BTCUSDT","contractType":"PERPETUAL","deliveryDate":4133404800000,
 "status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT","marginAsset":"USDT",
 "filters":[{"filterType":"PRICE_FILTER","tickSize":"0.10"}],"orderTypes":["LIMIT"]},
{"symbol":"1000PEPEUSDC","contractType":"PERPETUAL","deliveryDate":4133404800000,
 "status":"TRADING","baseAsset":"1000PEPE","quoteAsset":"USDC","marginAsset":"USDC"},
{"symbol":"ETHUSDT_261225","contractType":"CURRENT_QUARTER","deliveryDate":1798185600000,
 "status":"TRADING","baseAsset":"ETH","quoteAsset":"USDT","marginAsset":"USDT"},
{"symbol":"TSLAUSDT","contractType":"TRADIFI_PERPETUAL","deliveryDate":4133404800000,
 "status":"TRADING","baseAsset":"TSLA","quoteAsset":"USDT","marginAsset":"USDT"},
{"symbol":"ETHBTC","contractType":"PERPETUAL","deliveryDate":4133404800000,
 "status":"TRADING","baseAsset":"ETH","quoteAsset":"BTC","marginAsset":"BTC"},
{"symbol":"OLDUSDT","contractType":"PERPETUAL","deliveryDate":4133404800000,
 "status":"SETTLING","baseAsset":"OLD","quoteAsset":"USDT","marginAsset":"USDT"},
{"symbol":"NEWUSDT","contractType":"","deliveryDate":4133404800000,
 "status":"PENDING_TRADING","baseAsset":"NEW","quoteAsset":"USDT","marginAsset":"USDT"},
{"symbol":"币USDT","contractType":"PERPETUAL","deliveryDate":4133404800000,
 "status":"TRADING","baseAsset":"币","quoteAsset":"USDT","marginAsset":"USDT"}]})";

class BinanceAdapter : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(host_.status().ok()) << host_.status().message();
        ASSERT_TRUE(host_.discover().ok());
        ASSERT_EQ(host_.requests().size(), 1U);
        discovery_ = host_.requests().front();
    }
    void list() {
        const auto answer = host_.reply(discovery_, 200, kListing);
        ASSERT_EQ(answer.code, PETREL_OK) << answer.reason;
    }
    const petrel_instrument& figures(std::string_view native) {
        return host_.instruments().at(host_.handle_of(native)).figures;
    }

    FakeExchangeHost host_{entry_of<Binance>()};
    FakeRequest discovery_;
};

TEST_F(BinanceAdapter, discovery_announces_what_trades_with_size_and_expiry) {
    EXPECT_EQ(discovery_.target, "/fapi/v1/exchangeInfo");
    list();
    ASSERT_EQ(host_.instruments().size(), 5U);
    EXPECT_EQ(host_.instruments()[0].base, "BTC");
    EXPECT_EQ(host_.instruments()[1].native, "1000PEPEUSDC");
    EXPECT_EQ(host_.instruments()[1].base, "PEPE");
    EXPECT_EQ(host_.instruments()[1].settle, "USDC");
    EXPECT_EQ(figures("1000PEPEUSDC").base_per_unit, 1000);
    EXPECT_EQ(figures("1000PEPEUSDC").price_divisor, 1000);
    EXPECT_EQ(figures("ETHUSDT_261225").type, PETREL_INSTRUMENT_FUTURE);
    EXPECT_EQ(figures("ETHUSDT_261225").expiry_ns, 1'798'185'600'000'000'000);
    EXPECT_EQ(figures("TSLAUSDT").type, PETREL_INSTRUMENT_PERPETUAL);
    EXPECT_EQ(figures("TSLAUSDT").expiry_ns, 0);
    EXPECT_EQ(host_.handle_of("OLDUSDT"), PETREL_NO_INSTRUMENT);
    ASSERT_FALSE(host_.host().lines.empty());
    EXPECT_NE(host_.host().lines[0].text.find("1 contracts"), std::string::npos);
}

TEST_F(BinanceAdapter, answers_that_are_no_listing_are_refused) {
    for (const char* body :
         {"", "[]", "{", "{}", R"({"symbols":7})", R"({"symbols":[]})",
          R"({"symbols":[{"symbol":"BTCUSDT"}]})", R"({"symbols":[{"symbol":)"}) {
        EXPECT_EQ(host_.reply(discovery_, 200, body).code, PETREL_E_REJECTED) << body;
    }
    EXPECT_TRUE(host_.instruments().empty());
    EXPECT_EQ(host_.reply(discovery_, 418, R"({"code":-1003,"msg":"Way too many requests"})").code,
              PETREL_E_REJECTED);
    ASSERT_EQ(host_.notices().size(), 1U);
    EXPECT_EQ(host_.notices()[0].type, PETREL_NOTICE_VENUE_ERROR);
    EXPECT_EQ(host_.notices()[0].text, "exchangeInfo: code -1003: Way too many requests");
}

TEST_F(BinanceAdapter, open_interest_is_polled_and_valued_at_the_last_price) {
    list();
    ASSERT_TRUE(host_.plan({"BTCUSDT", "1000PEPEUSDC"}, kind_bit(EventKind::OpenInterest)).ok());
    ASSERT_EQ(host_.polls().size(), 2U);
    const FakeRequest& poll = host_.polls()[1];
    EXPECT_EQ(poll.target, "/fapi/v1/openInterest?symbol=1000PEPEUSDC");
    EXPECT_EQ(poll.figures.instrument, host_.handle_of("1000PEPEUSDC"));
    const char* body = R"({"openInterest":"2000000","symbol":"1000PEPEUSDC","time":1794000000000})";
    ASSERT_EQ(host_.reply(poll, 200, body).code, PETREL_OK);
    ASSERT_EQ(host_.events().size(), 1U);
    EXPECT_EQ(host_.events()[0].kind, PETREL_EVENT_OPEN_INTEREST);
    EXPECT_EQ(host_.events()[0].quantity, 2e9);
    EXPECT_EQ(host_.events()[0].price, 0);
    EXPECT_EQ(host_.events()[0].notional_usd, 0);
    ASSERT_EQ(host_
                  .frame(R"({"e":"markPriceUpdate","E":1794000000000,"s":"1000PEPEUSDC",)"
                         R"("p":"0.02","i":"0.02","P":"0.02","r":"","T":0})")
                  .code,
              PETREL_OK);
    host_.forget_output();
    ASSERT_EQ(host_.reply(poll, 200, body).code, PETREL_OK);
    EXPECT_DOUBLE_EQ(host_.events()[0].price, 0.00002);
    EXPECT_DOUBLE_EQ(host_.events()[0].notional_usd, 40'000);
    EXPECT_EQ(host_.events()[0].exchange_ts_ns, 1'794'000'000'000'000'000);
}

TEST_F(BinanceAdapter, a_bad_answer_to_a_poll_is_refused) {
    list();
    ASSERT_TRUE(host_.plan({"BTCUSDT"}, kind_bit(EventKind::OpenInterest)).ok());
    const FakeRequest poll = host_.polls()[0];
    for (const char* body :
         {"", "[]", "{", "{}", R"({"openInterest":"-1","symbol":"BTCUSDT","time":1794000000000})",
          R"({"openInterest":"1","symbol":"BTCUSDT","time":1794000000})",
          R"({"openInterest":1,"symbol":"BTCUSDT","time":1794000000000})",
          R"({"openInterest":"1","symbol":"TSLAUSDT","time":1794000000000})"}) {
        EXPECT_EQ(host_.reply(poll, 200, body).code, PETREL_E_REJECTED) << body;
    }
    EXPECT_EQ(host_.reply(poll, 400, R"({"code":-1121,"msg":"Invalid symbol."})").code,
              PETREL_E_REJECTED);
    EXPECT_TRUE(host_.events().empty());
    ASSERT_FALSE(host_.notices().empty());
    EXPECT_EQ(host_.notices().back().text, "openInterest: code -1121: Invalid symbol.");
}

TEST_F(BinanceAdapter, acknowledgements_and_errors_become_notices) {
    EXPECT_EQ(host_.frame(R"({"result":null,"id":12})").code, PETREL_OK);
    EXPECT_EQ(host_.frame(R"({"error":{"code":2,"msg":"Invalid request"},"id":4})").code,
              PETREL_OK);
    EXPECT_EQ(host_.frame(R"({"code":2,"msg":"Bad\u0007thing"})").code, PETREL_OK);
    EXPECT_EQ(host_.frame(R"({"result":["btcusdt@forceOrder"],"id":3})").code, PETREL_IGNORED);
    ASSERT_EQ(host_.notices().size(), 3U);
    EXPECT_EQ(host_.notices()[0].type, PETREL_NOTICE_ACK);
    EXPECT_EQ(host_.notices()[0].reference, 12U);
    EXPECT_EQ(host_.notices()[1].type, PETREL_NOTICE_SUBSCRIBE_FAIL);
    EXPECT_EQ(host_.notices()[1].text, "code 2: Invalid request");
    EXPECT_EQ(host_.notices()[1].reference, 4U);
    EXPECT_EQ(host_.notices()[2].type, PETREL_NOTICE_VENUE_ERROR);
    EXPECT_EQ(host_.notices()[2].text, "code 2: Bad?thing");
    EXPECT_TRUE(host_.events().empty());
}

TEST_F(BinanceAdapter, says_which_kinds_are_samples_and_which_are_polled) {
    const petrel_exchange_info& info = host_.info();
    EXPECT_EQ(info.completeness[PETREL_EVENT_TRADE], PETREL_COMPLETE);
    EXPECT_EQ(info.completeness[PETREL_EVENT_LIQUIDATION], PETREL_SAMPLED);
    EXPECT_EQ(info.completeness[PETREL_EVENT_OPEN_INTEREST], PETREL_POLLED);
    for (std::uint32_t kind = 1; kind < PETREL_EVENT_SENTIMENT; ++kind) {
        EXPECT_NE(info.channels & PETREL_KIND_BIT(kind), 0U) << kind;
        EXPECT_NE(info.completeness[kind], 0) << kind;
    }
    EXPECT_EQ(view_of(info.aliases[0]), "binance_usdm");
    EXPECT_EQ(view_of(info.ws_endpoints[0]), "wss://fstream.binance.com");
    EXPECT_EQ(view_of(info.rest_endpoints[0]), "https://fapi.binance.com");
    EXPECT_EQ(info.message_bytes_max, 1U << 20U);
}

}  // namespace
}  // namespace petrel::binance
