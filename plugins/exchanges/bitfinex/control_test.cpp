// Messages of control, foreign channels and bad frames: what is a notice, what is ignored, what is
// refused; and names of derivatives by table.
#include <gtest/gtest.h>

#include <fstream>

#include "contracts.hpp"
#include "petrel/testing/fake_exchange_host.hpp"
#include "symbols.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::bitfinex {
namespace {

using testing::FakeExchangeHost;

class BitfinexControl : public ::testing::Test {
protected:
    BitfinexControl() {
        std::ifstream file(std::string(PETREL_FIXTURES) + "/frames.jsonl");
        for (std::string line; std::getline(file, line);) {
            lines_.push_back(line);
        }
        for (std::size_t i = 0; i < 6; ++i) {
            EXPECT_EQ(host.frame(lines_.at(i)).code, PETREL_OK);
        }
        host.forget_output();
    }
    // Refused, with nothing written.
    void refused(const std::string& frame) {
        host.forget_output();
        const testing::FakeDecoded answer = host.frame(frame);
        EXPECT_EQ(answer.code, PETREL_E_REJECTED) << frame.substr(0, 300);
        EXPECT_FALSE(answer.reason.empty());
        EXPECT_TRUE(host.events().empty()) << frame.substr(0, 300);
    }
    // One notice of that type.
    void notice(const std::string& frame, std::uint32_t type, const std::string& text) {
        host.forget_output();
        EXPECT_EQ(host.frame(frame).code, PETREL_OK) << frame;
        ASSERT_EQ(host.notices().size(), 1U) << frame;
        EXPECT_EQ(host.notices()[0].type, type);
        EXPECT_EQ(host.notices()[0].text, text);
    }
    static std::string array(const std::string& channel, const std::string& payload) {
        return "[" + channel + "," + payload + ",1,1794000000460]";
    }
    static std::string trade(const std::string& time, const std::string& amount,
                             const std::string& price) {
        return array("1001", "\"te\",[5," + time + "," + amount + "," + price + "]");
    }

    const std::string kTime = "1794000000456";
    std::vector<std::string> lines_;
    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(BitfinexControl, confirmed_subscriptions_are_acknowledged_by_topic) {
    notice(lines_[1], PETREL_NOTICE_ACK, "trades tBTCF0:USTF0");
    notice(lines_[2], PETREL_NOTICE_ACK, "status liq:global");
    notice(lines_[3], PETREL_NOTICE_ACK, "status deriv:tBTCF0:USTF0");
}

TEST_F(BitfinexControl, errors_are_those_of_a_subscription_or_of_the_venue) {
    notice(R"({"event":"error","msg":"symbol: invalid","code":10300,"channel":"trades",)"
           R"("symbol":"tNOPE"})",
           PETREL_NOTICE_SUBSCRIBE_FAIL, "symbol: invalid: trades tNOPE");
    notice(R"({"event":"error","msg":"not ready","code":11000})", PETREL_NOTICE_VENUE_ERROR,
           "not ready");
    notice(R"({"event":"conf","status":"FAILED"})", PETREL_NOTICE_VENUE_ERROR,
           "the settings of the connection were refused");
}

TEST_F(BitfinexControl, news_of_the_platform_are_told) {
    notice(R"({"event":"info","code":20051,"msg":"Stopping"})", PETREL_NOTICE_RECONNECT,
           "Stopping");
    notice(R"({"event":"info","code":20061,"msg":"Resuming"})", PETREL_NOTICE_RECONNECT,
           "Resuming");
    notice(R"({"event":"info","code":20060,"msg":"Maintenance"})", PETREL_NOTICE_VENUE_ERROR,
           "Maintenance");
    notice(R"({"event":"info","version":2,"serverId":"x","platform":{"status":0}})",
           PETREL_NOTICE_VENUE_ERROR, "the platform is in maintenance");
    notice(R"({"event":"pong","ts":1794000000500,"cid":1})", PETREL_NOTICE_PONG, "");
}

TEST_F(BitfinexControl, greetings_foreign_events_and_channels_are_ignored) {
    for (const std::string& frame :
         {std::string(R"({"event":"info","version":2,"serverId":"x","platform":{"status":1}})"),
          std::string(R"({"event":"later"})"), std::string("{}"), array("99", "[1,2,3]"),
          array("99", "\"te\",[1]"), array("1001", "\"fte\",[1,2]")}) {
        host.open(0);
        EXPECT_EQ(host.frame(frame).code, PETREL_IGNORED) << frame;
        EXPECT_TRUE(host.events().empty());
        EXPECT_TRUE(host.notices().empty());
    }
}

TEST_F(BitfinexControl, channel_of_a_spot_pair_is_confirmed_and_then_ignored) {
    ASSERT_EQ(host.frame(R"({"event":"subscribed","channel":"trades","chanId":7,)"
                         R"("symbol":"tBTCUSD","pair":"BTCUSD"})")
                  .code,
              PETREL_OK);
    EXPECT_EQ(host.frame(array("7", "\"te\",[5,1794000000456,1,80000]")).code, PETREL_IGNORED);
}

TEST_F(BitfinexControl, channel_that_was_given_up_is_silent) {
    ASSERT_EQ(host.frame(trade(kTime, "1", "80000")).code, PETREL_OK);
    ASSERT_EQ(host.frame(R"({"event":"unsubscribed","status":"OK","chanId":1001})").code,
              PETREL_OK);
    EXPECT_EQ(host.frame(trade(kTime, "1", "80000")).code, PETREL_IGNORED);
}

TEST_F(BitfinexControl, what_is_neither_array_nor_object_is_refused) {
    for (const char* frame :
         {"", " ", "pong", "[]", "[1]", "null", "17", "\"text\"", "{", "[", "{\"a\":1}}", "[1,2]]",
          "[1,\"hb\",1,2] x", "[-1,\"hb\",1,2]", "[\"x\",\"hb\",1,2]", "[1001,\"hb\"]",
          "[1001,\"hb\",1]", "[1001,\"hb\",1,5]", "\xff\xfe[]"}) {
        refused(frame);
    }
    refused(std::string(4096, '['));
    refused("{\"event\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}");
}

TEST_F(BitfinexControl, broken_messages_of_control_are_refused) {
    for (const char* frame :
         {R"({"event":7})", R"({"event":"subscribed","channel":"trades","symbol":"tBTCF0:USTF0"})",
          R"({"event":"subscribed","chanId":"7"})", R"({"event":"info","platform":7})",
          R"({"event":"conf","status":"OK","flags":"x"})"}) {
        refused(frame);
    }
}

TEST_F(BitfinexControl, more_channels_than_a_connection_can_have_are_refused) {
    const auto subscribed = [](int id) {
        return R"({"event":"subscribed","channel":"book","symbol":"tBTCUSD","chanId":)" +
               std::to_string(id) + "}";
    };
    host.open(0);
    for (int i = 0; i < 64; ++i) {
        ASSERT_EQ(host.frame(subscribed(i)).code, PETREL_OK);
    }
    refused(subscribed(64));
    EXPECT_EQ(host.frame(subscribed(5)).code, PETREL_OK);
}

TEST_F(BitfinexControl, deep_nesting_does_no_harm) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    for (const char* channel : {"1001", "1002", "1003", "99"}) {
        const testing::FakeDecoded answer = host.frame(array(channel, deep));
        EXPECT_TRUE(answer.code == PETREL_IGNORED || answer.code == PETREL_E_REJECTED);
    }
    EXPECT_TRUE(host.events().empty());
}

TEST_F(BitfinexControl, frame_of_ten_mebibytes_is_refused_unread) {
    refused(trade(kTime, "1", "1") + std::string(10U << 20U, ' '));
}

TEST_F(BitfinexControl, every_truncation_is_refused) {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        ASSERT_GE(host.frame(lines_[i]).code, 0);
        for (std::size_t length = 0; length < lines_[i].size(); ++length) {
            refused(lines_[i].substr(0, length));
        }
    }
}

TEST_F(BitfinexControl, absurd_numbers_are_refused) {
    ASSERT_EQ(host.frame(trade(kTime, "-1", "80000")).code, PETREL_OK);
    for (const char* bad : {"0", "NaN", "inf", "\"1\"", "1e400", "1e16", "0x10", "1.", ".5", "+1",
                            "null", "true", "{}", "[1]"}) {
        refused(trade(kTime, bad, "80000"));
        refused(trade(kTime, "1", bad));
    }
    refused(trade(kTime, "1", "-80000"));
    refused(trade(kTime, "1", "1000000000001"));
    refused(trade(kTime, "100000000", "10001"));  // value above 1e12
}

TEST_F(BitfinexControl, time_in_another_unit_or_century_is_refused) {
    for (const char* bad : {"0", "1794000000", "1794000000865000", "1794000000865000000",
                            "1230767999999", "4102444800001", "-1794000000865", "1.794e12",
                            "\"1794000000865\"", "null", "99999999999999999999"}) {
        refused(trade(bad, "1", "80000"));
        if (std::string_view(bad) != "1.794e12") {  // the right time, written unusually
            refused(array("1003", "[" + std::string(bad) + ",null,1,2]"));
        }
        refused(array("1002", R"([["pos",7,)" + std::string(bad) +
                                  R"(,null,"tBTCF0:USTF0",0.5,93500,null,0,0,null,null]])"));
    }
}

TEST_F(BitfinexControl, broken_rows_take_the_whole_frame_with_them) {
    refused(array("1001", "\"te\",[5,1794000000456,1]"));
    refused(array("1001", "[[5,1794000000456,1,80000],[6,1794000000456,1]]"));
    refused(array("1001", "[[5,1794000000456,1,80000],7]"));
    refused(array("1001", "[5,1794000000456,1,80000]"));
    refused(array("1003", R"([1794000000456,null,"1"])"));
    refused(array("1003", "[null,null,1]"));
    refused(array("1004", "[1,2,[],3]"));
    refused(array("1004", "[-1,2,3,4]"));
    refused(array("1003", "[1794000000456],[1794000000456]"));
    const std::string good = R"(["pos",7,1794000000456,null,"tBTCF0:USTF0",0.5,93500,null,0])";
    ASSERT_EQ(host.frame(array("1002", "[" + good + "]")).code, PETREL_OK);
    for (const char* bad :
         {R"(["neg",7,1794000000456,null,"tBTCF0:USTF0",0.5,93500,null,0])",
          R"(["pos","7",1794000000456,null,"tBTCF0:USTF0",0.5,93500,null,0])",
          R"(["pos",7,1794000000456,null,7,0.5,93500,null,0])",
          R"(["pos",7,1794000000456,null,"tBTCF0:USTF0",0,93500,null,0])",
          R"(["pos",7,1794000000456,null,"tBTCF0:USTF0",0.5,-1,null,0])",
          R"(["pos",7,1794000000456,null,"tBTCF0:USTF0",0.5,93500,null,2])",
          R"(["pos",7,1794000000456,null,"tBTCF0:USTF0",0.5,93500,null,null])",
          R"(["pos",7,1794000000456,null,"tBTCF0:USTF0",0.5,93500])", "7", "[]"}) {
        refused(array("1002", "[" + good + "," + bad + "]"));
    }
}

TEST_F(BitfinexControl, connection_that_was_never_planned_is_refused) {
    EXPECT_EQ(host.frame(trade(kTime, "1", "1"), 5000).code, PETREL_E_REJECTED);
}

TEST(bitfinex_symbols, names_say_what_a_derivative_is) {
    struct Case {
        const char *native, *base, *quote;
    };
    for (const Case& c :
         {Case{"tBTCF0:USTF0", "BTC", "USDT"}, Case{"tETHF0:BTCF0", "ETH", "BTC"},
          Case{"tIOTF0:USTF0", "IOTA", "USDT"}, Case{"tEUROPE50IXF0:USTF0", "EUROPE50IX", "USDT"},
          Case{"tXAUTF0:UDCF0", "XAUT", "USDC"}}) {
        const std::optional<Instrument> i = instrument_of(c.native);
        ASSERT_TRUE(i.has_value()) << c.native;
        EXPECT_EQ(i->base, c.base);
        EXPECT_EQ(i->quote, c.quote);
        EXPECT_EQ(i->settle, c.quote);
        EXPECT_EQ(i->type, PETREL_INSTRUMENT_PERPETUAL);
    }
    for (const char* native :
         {"", "t", "tBTCUSD", "BTCF0:USTF0", "tF0:USTF0", "tBTCF0:", "tBTC:UST", "tbtcF0:USTF0",
          "tBTCF0:US:TF0", "tBTC\"F0:USTF0", "tAAAAAAAAAAAAAAAAAAAAAAAAAAAAF0:USTF0"}) {
        EXPECT_FALSE(instrument_of(native).has_value()) << native;
    }
    EXPECT_EQ(usd_per_quote("EUR"), 0.0);
}

}  // namespace
}  // namespace petrel::bitfinex
