// Messages of control, foreign topics and bad frames: what is a notice, what is ignored, what is
// refused, and that a refused frame leaves neither events nor state behind.
#include <gtest/gtest.h>

#include <fstream>

#include "petrel/testing/fake_exchange_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::bybit {
namespace {

using testing::FakeExchangeHost;

class BybitControl : public ::testing::Test {
protected:
    testing::FakeDecoded line(int number) {
        std::ifstream file(std::string(PETREL_FIXTURES) + "/frames.jsonl");
        std::string text;
        for (int i = 0; i < number; ++i) {
            std::getline(file, text);
        }
        return host.frame(text);
    }
    // Refused, with nothing written.
    void refused(const std::string& frame) {
        host.forget_output();
        const testing::FakeDecoded answer = host.frame(frame);
        EXPECT_EQ(answer.code, PETREL_E_REJECTED) << frame.substr(0, 300);
        EXPECT_FALSE(answer.reason.empty());
        EXPECT_TRUE(host.events().empty()) << frame.substr(0, 300);
    }
    static std::string trade(const std::string& entry) {
        return R"({"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1794000000868,"data":[)" +
               entry + "]}";
    }
    static std::string entry(const std::string& time, const std::string& size,
                             const std::string& price) {
        return R"({"T":)" + time + R"(,"s":"BTCUSDT","S":"Buy","v":)" + size + R"(,"p":)" + price +
               R"(,"L":"PlusTick","i":"1b2c3d4e-0000-5000-8000-0123456789ab","BT":false,"seq":1})";
    }
    static std::string good_entry() { return entry("1794000000865", R"("1")", R"("90000")"); }

    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(BybitControl, accepted_subscription_is_acknowledged_with_its_request) {
    ASSERT_EQ(line(21).code, PETREL_OK);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_ACK);
    EXPECT_EQ(host.notices()[0].reference, 12U);
}

TEST_F(BybitControl, refused_subscription_says_why) {
    ASSERT_EQ(line(22).code, PETREL_OK);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_SUBSCRIBE_FAIL);
    EXPECT_EQ(host.notices()[0].text, "Invalid topic :[publicTrade.NOPE]");
    EXPECT_EQ(host.notices()[0].reference, 2U);
}

TEST_F(BybitControl, both_forms_of_a_pong_are_known) {
    ASSERT_EQ(line(23).code, PETREL_OK);
    ASSERT_EQ(line(24).code, PETREL_OK);
    ASSERT_EQ(host.notices().size(), 2U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_PONG);
    EXPECT_EQ(host.notices()[1].type, PETREL_NOTICE_PONG);
}

TEST_F(BybitControl, failure_of_anything_else_is_an_error_of_the_venue) {
    ASSERT_EQ(host.frame(R"({"success":false,"ret_msg":"too many","op":"auth"})").code, PETREL_OK);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_VENUE_ERROR);
    EXPECT_EQ(host.notices()[0].text, "too many");
}

TEST_F(BybitControl, foreign_topics_and_the_dead_second_api_are_ignored) {
    for (const int number : {25, 26, 27, 28}) {
        EXPECT_EQ(line(number).code, PETREL_IGNORED) << number;
    }
    EXPECT_EQ(host.frame("{}").code, PETREL_IGNORED);
    EXPECT_TRUE(host.events().empty());
    EXPECT_TRUE(host.notices().empty());
    EXPECT_TRUE(host.instruments().empty());
}

TEST_F(BybitControl, what_is_no_json_object_is_refused) {
    for (const char* frame : {"", " ", "pong", "[]", "null", "17", "\"text\"", "{", "{\"a\":1}}",
                              "{\"a\":1} x", "{\"topic\":\"publicTrade.BTCUSDT\"", "\xff\xfe{}"}) {
        refused(frame);
    }
    refused(std::string(4096, '['));
    refused("{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}{");
}

TEST_F(BybitControl, deep_nesting_beside_our_fields_does_no_harm) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    const std::string frame = trade(good_entry());
    const testing::FakeDecoded answer =
        host.frame(frame.substr(0, frame.size() - 1) + ",\"extra\":" + deep + "}");
    EXPECT_TRUE(answer.code == PETREL_OK || answer.code == PETREL_E_REJECTED);
}

TEST_F(BybitControl, frame_of_ten_mebibytes_is_refused_unread) {
    refused(trade(good_entry()) + std::string(10U << 20U, ' '));
}

TEST_F(BybitControl, every_truncation_of_a_trade_is_refused) {
    const std::string frame = trade(good_entry() + "," + good_entry());
    ASSERT_EQ(host.frame(frame).code, PETREL_OK);
    for (std::size_t length = 0; length < frame.size(); ++length) {
        refused(frame.substr(0, length));
    }
}

TEST_F(BybitControl, absurd_numbers_are_refused) {
    const std::string t = "1794000000865";
    for (const char* bad :
         {R"("0")", R"("-1")", R"("NaN")", R"("inf")", R"("")", R"("1e400")", R"("1e16")",
          R"("0x10")", R"(" 1")", R"("1.")", R"(".5")", R"("1,5")", "1", "null", "true", "{}"}) {
        refused(trade(entry(t, bad, R"("90000")")));
        refused(trade(entry(t, R"("1")", bad)));
    }
    refused(trade(entry(t, R"("1")", R"("1000000000001")")));       // price above 1e12
    refused(trade(entry(t, R"("100000000")", R"("10001")")));       // value above 1e12
    refused(trade(entry(t, R"("1000000000000001")", R"("0.1")")));  // size above 1e15
}

TEST_F(BybitControl, time_in_another_unit_or_century_is_refused) {
    for (const char* bad : {"0", "1794000000", "1794000000865000", "1794000000865000000",
                            "1230767999999", "4102444800001", "-1794000000865", "1.794e12",
                            "\"1794000000865\"", "null", "99999999999999999999"}) {
        refused(trade(entry(bad, R"("1")", R"("90000")")));
    }
}

TEST_F(BybitControl, absurd_time_of_the_frame_does_not_touch_the_times_of_its_trades) {
    for (const char* ts : {"9794000001110", "18446744073709551615"}) {
        host.forget_output();
        ASSERT_EQ(host.frame(R"({"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":)" +
                             std::string(ts) + R"(,"data":[)" + good_entry() + "]}")
                      .code,
                  PETREL_OK);
        EXPECT_EQ(host.events().at(0).exchange_ts_ns, 1'794'000'000'865 * kNsPerMs);
    }
    refused(R"({"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT",)"
            R"("markPrice":"5"},"cs":1,"ts":9794000005000})");
}

TEST_F(BybitControl, one_bad_entry_takes_the_whole_frame_with_it) {
    std::string entries = good_entry();
    for (int i = 0; i < 20; ++i) {
        entries += "," + good_entry();
    }
    refused(trade(entries + "," + entry("1794000000865", R"("-1")", R"("90000")")));
}

TEST_F(BybitControl, entries_that_lack_or_mix_up_fields_are_refused) {
    for (const char* bad :
         {R"({"T":1794000000865,"s":"BTCUSDT","S":"Buy","v":"1","p":"2"})",  // no id
          R"({"s":"BTCUSDT","S":"Buy","v":"1","p":"2","i":"x"})",
          R"({"T":1794000000865,"s":"BTCUSDT","S":"Hold","v":"1","p":"2","i":"x"})",
          R"({"T":1794000000865,"s":"BTCUSDT","S":"Buy","v":"1","p":"2","i":7})",
          R"({"T":1794000000865,"s":"ETHUSDT","S":"Buy","v":"1","p":"2","i":"x"})", "[]", "1"}) {
        refused(trade(bad));
    }
    refused(R"({"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1,"data":{}})");
    refused(R"({"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1794000000868})");
    refused(R"({"topic":"publicTrade.BTCUSDT","topic":"tickers.BTCUSDT","data":[]})");
}

TEST_F(BybitControl, symbol_of_no_linear_contract_is_refused) {
    for (const char* symbol : {"BTCUSD", "btcusdt", "", "USDT", "BTC<b>USDT", "BTC-26XXX26",
                               "BTC-32DEC26", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAUSDT"}) {
        refused(R"({"topic":"allLiquidation.)" + std::string(symbol) +
                R"(","type":"snapshot","ts":1794000003204,"data":[]})");
    }
    EXPECT_TRUE(host.instruments().empty());
}

TEST_F(BybitControl, refused_ticker_leaves_the_state_as_it_was) {
    ASSERT_EQ(line(10).code, PETREL_OK);
    refused(R"({"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT",)"
            R"("indexPrice":"5","fundingRate":"2"},"cs":1,"ts":1794000005000})");
    refused(R"({"topic":"tickers.BTCUSDT","type":"later","data":{"symbol":"BTCUSDT"},)"
            R"("cs":1,"ts":1794000005000})");
    host.forget_output();
    ASSERT_EQ(line(11).code, PETREL_OK);
    EXPECT_EQ(host.events().at(0).quantity, 91260.00);
}

TEST_F(BybitControl, quote_that_is_no_dollar_has_no_value_in_dollars) {
    testing::FakeRequest request;
    request.figures.purpose = PETREL_REQUEST_DISCOVERY;
    ASSERT_EQ(host.reply(request, 200,
                         R"({"retCode":0,"result":{"list":[{"symbol":"BTCEUR","status":"Trading",)"
                         R"("contractType":"LinearPerpetual","baseCoin":"BTC","quoteCoin":"EUR",)"
                         R"("settleCoin":"EUR","deliveryTime":"0"}],"nextPageCursor":""}})")
                  .code,
              PETREL_OK);
    ASSERT_EQ(host.frame(R"({"topic":"allLiquidation.BTCEUR","type":"snapshot","ts":1794000003204,)"
                         R"("data":[{"T":1794000002929,"s":"BTCEUR","S":"Buy","v":"2","p":"50"}]})")
                  .code,
              PETREL_OK);
    EXPECT_EQ(host.events().at(0).quantity, 2.0);
    EXPECT_EQ(host.events().at(0).notional_usd, 0.0);
}

}  // namespace
}  // namespace petrel::bybit
