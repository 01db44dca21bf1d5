// Messages of control, foreign channels and bad frames: what is a notice, what is ignored, what is
// refused; and names of perpetuals by table.
#include <gtest/gtest.h>

#include <fstream>

#include "petrel/testing/fake_exchange_host.hpp"
#include "symbols.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::hyperliquid {
namespace {

using testing::FakeExchangeHost;

class HyperliquidControl : public ::testing::Test {
protected:
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
    static std::string message(const std::string& channel, const std::string& data) {
        return R"({"channel":")" + channel + R"(","data":)" + data + "}";
    }
    static std::string trade(const std::string& time, const std::string& price,
                             const std::string& size) {
        return message("trades", R"([{"coin":"BTC","side":"B","px":)" + price + R"(,"sz":)" + size +
                                     R"(,"time":)" + time + R"(,"hash":"0x0","tid":5}])");
    }

    const std::string kTime = "1794000000865";
    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(HyperliquidControl, answers_are_acknowledgements_errors_and_pongs) {
    notice(message("subscriptionResponse",
                   R"({"method":"subscribe","subscription":{"type":"trades","coin":"BTC"}})"),
           PETREL_NOTICE_ACK, "trades BTC");
    notice(message("error", R"("Already subscribed: {\"type\":\"trades\"}")"),
           PETREL_NOTICE_SUBSCRIBE_FAIL, R"(Already subscribed: {\"type\":\"trades\"})");
    notice(message("error", R"("Too many messages")"), PETREL_NOTICE_VENUE_ERROR,
           "Too many messages");
    notice(R"({"channel":"pong"})", PETREL_NOTICE_PONG, "");
}

TEST_F(HyperliquidControl, greeting_foreign_channels_and_spot_pairs_are_ignored) {
    const std::string spot =
        R"([{"coin":"@107","side":"B","px":"1","sz":"1","time":1794000000865,"tid":5}])";
    for (const std::string& frame :
         {std::string("Websocket connection established."), std::string("{}"),
          message("allMids", R"({"mids":{"BTC":"1"}})"), message("l2Book", "[]"),
          message("trades", "[]"), message("trades", spot),
          message("bbo", R"({"coin":"PURR/USDC","time":1794000000865,"bbo":[null,null]})"),
          message("activeSpotAssetCtx", R"({"coin":"@107","ctx":{}})")}) {
        EXPECT_EQ(host.frame(frame).code, PETREL_IGNORED) << frame;
    }
    EXPECT_TRUE(host.events().empty());
    EXPECT_TRUE(host.notices().empty());
    EXPECT_TRUE(host.instruments().empty());
}

TEST_F(HyperliquidControl, what_is_no_json_object_is_refused) {
    for (const char* frame :
         {"", " ", "pong", "[]", "null", "17", "\"text\"", "{", "{\"a\":1}}", "{\"a\":1} x",
          R"({"channel":"trades"})", R"({"channel":7,"data":[]})",
          R"({"data":[],"channel":"trades"})", R"({"channel":"trades","data":[],"data":[]})",
          R"({"channel":"trades","channel":"bbo"})", R"({"channel":"error","data":7})",
          R"({"channel":"subscriptionResponse","data":{}})", "\xff\xfe{}"}) {
        refused(frame);
    }
    refused(std::string(4096, '['));
    refused("{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}{");
}

TEST_F(HyperliquidControl, deep_nesting_does_no_harm) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    for (const char* channel : {"trades", "bbo", "activeAssetCtx", "later"}) {
        const testing::FakeDecoded answer = host.frame(message(channel, deep));
        EXPECT_TRUE(answer.code == PETREL_IGNORED || answer.code == PETREL_E_REJECTED);
    }
    EXPECT_TRUE(host.events().empty());
}

TEST_F(HyperliquidControl, frame_of_ten_mebibytes_is_refused_unread) {
    refused(trade(kTime, R"("1")", R"("1")") + std::string(10U << 20U, ' '));
}

TEST_F(HyperliquidControl, every_truncation_is_refused) {
    std::ifstream file(std::string(PETREL_FIXTURES) + "/frames.jsonl");
    for (std::string frame; std::getline(file, frame);) {
        ASSERT_EQ(host.frame(frame).code, PETREL_OK);
        for (std::size_t length = 0; length < frame.size(); ++length) {
            refused(frame.substr(0, length));
        }
    }
}

TEST_F(HyperliquidControl, absurd_numbers_are_refused) {
    ASSERT_EQ(host.frame(trade(kTime, R"("80000")", R"("1")")).code, PETREL_OK);
    for (const char* bad :
         {R"("0")", R"("-1")", R"("NaN")", R"("inf")", R"("")", R"("1e400")", R"("1e16")",
          R"("0x10")", R"(" 1")", R"("1.")", R"(".5")", R"("1,5")", "1", "null", "true", "{}"}) {
        refused(trade(kTime, bad, R"("1")"));
        refused(trade(kTime, R"("80000")", bad));
    }
    refused(trade(kTime, R"("1000000000001")", R"("1")"));
    refused(trade(kTime, R"("10001")", R"("100000000")"));  // value above 1e12
}

TEST_F(HyperliquidControl, time_in_another_unit_or_century_is_refused) {
    for (const char* bad : {"0", "1794000000", "1794000000865000", "1794000000865000000",
                            "1230767999999", "4102444800001", "-1794000000865", "1.794e12",
                            "\"1794000000865\"", "null", "99999999999999999999"}) {
        refused(trade(bad, R"("80000")", R"("1")"));
        refused(message("bbo", R"({"coin":"BTC","time":)" + std::string(bad) +
                                   R"(,"bbo":[{"px":"1","sz":"1"},null]})"));
    }
}

TEST_F(HyperliquidControl, rows_and_states_with_bad_fields_are_refused) {
    for (const char* bad :
         {R"({"side":"B","px":"1","sz":"1","time":1794000000865,"tid":5})",
          R"({"coin":7,"side":"B","px":"1","sz":"1","time":1794000000865,"tid":5})",
          R"({"coin":"BTC","side":"X","px":"1","sz":"1","time":1794000000865,"tid":5})",
          R"({"coin":"BTC","side":"B","px":"1","sz":"1","time":1794000000865})",
          R"({"coin":"BTC","side":"B","px":"1","sz":"1","time":1794000000865,"tid":"5"})", "[]",
          "7"}) {
        const std::string good =
            R"({"coin":"BTC","side":"B","px":"1","sz":"1","time":1794000000865,"tid":5})";
        refused(message("trades", "[" + good + "," + bad + "]"));
    }
    refused(message("trades", "{}"));
    for (const char* bad :
         {"[null]", "[null,null,null]", "null", "[1,null]", R"([{"px":"1"},null])",
          R"([{"px":1,"sz":"1"},null])", R"([{"px":"-1","sz":"1"},null])"}) {
        refused(message("bbo",
                        R"({"coin":"BTC","time":1794000000865,"bbo":)" + std::string(bad) + "}"));
    }
    for (const char* bad :
         {R"({"markPx":"-1"})", R"({"markPx":1})", R"({"funding":"2"})", R"({"openInterest":"-1"})",
          R"({"oraclePx":"1e13"})", R"({"markPx":"1e9","openInterest":"1e9"})", "[]"}) {
        refused(message("activeAssetCtx", R"({"coin":"BTC","ctx":)" + std::string(bad) + "}"));
    }
}

TEST(hyperliquid_symbols, names_say_coin_and_size) {
    struct Case {
        const char *native, *base;
        double units;
    };
    for (const Case& c :
         {Case{"BTC", "BTC", 1}, Case{"kPEPE", "PEPE", 1000}, Case{"xyz:TSLA", "TSLA", 1},
          Case{"flx:kBONK", "BONK", 1000}, Case{"0G", "0G", 1}, Case{"KAS", "KAS", 1}}) {
        const std::optional<Instrument> i = instrument_of(c.native);
        ASSERT_TRUE(i.has_value()) << c.native;
        EXPECT_EQ(i->base, c.base);
        EXPECT_EQ(i->quote, "USDC");
        EXPECT_EQ(i->settle, "USDC");
        EXPECT_EQ(i->base_per_unit, c.units);
        EXPECT_EQ(i->price_divisor, c.units);
    }
    for (const char* native : {"", "@107", "PURR/USDC", "btc", "k", "kpepe", ":BTC", "xyz:",
                               "a:b:C", "BTC\"", "B C", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
        EXPECT_FALSE(instrument_of(native).has_value()) << native;
    }
}

}  // namespace
}  // namespace petrel::hyperliquid
