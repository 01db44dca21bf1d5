// Messages of control, foreign feeds and bad frames: what is a notice, what is ignored, what is
// refused, that a refused frame leaves no event behind, and that the settled decoder allocates
// nothing.
#include <gtest/gtest.h>

#include <random>

#include "kit/testing/counted_new.hpp"
#include "petrel/testing/fake_exchange_host.hpp"
#include "test_support.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::kraken {
namespace {

using testing::FakeExchangeHost;

class KrakenControl : public ::testing::Test {
protected:
    testing::FakeDecoded line(std::size_t number) {
        host.forget_output();
        return host.frame(frames.at(number - 1));
    }
    // Refused, with nothing written.
    void refused(const std::string& frame) {
        host.forget_output();
        const testing::FakeDecoded answer = host.frame(frame);
        EXPECT_EQ(answer.code, PETREL_E_REJECTED) << frame.substr(0, 300);
        EXPECT_FALSE(answer.reason.empty());
        EXPECT_TRUE(host.events().empty()) << frame.substr(0, 300);
    }
    static std::string replaced(std::string text, const std::string& from, const std::string& to) {
        const std::size_t at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        return text.replace(at, from.size(), to);
    }
    const std::string& trade() { return frames.at(0); }

    std::vector<std::string> frames = fixture_frames();
    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(KrakenControl, accepted_subscription_is_acknowledged_product_by_product) {
    ASSERT_EQ(line(11).code, PETREL_OK);
    ASSERT_EQ(host.notices().size(), 2U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_ACK);
    EXPECT_EQ(host.notices()[0].text, "trade:PF_XBTUSD");
    EXPECT_EQ(host.notices()[1].text, "trade:PI_XBTUSD");
    ASSERT_EQ(line(17).code, PETREL_OK);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].text, "heartbeat");
}

TEST_F(KrakenControl, refusals_and_errors_are_told) {
    ASSERT_EQ(line(12).code, PETREL_OK);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_SUBSCRIBE_FAIL);
    EXPECT_EQ(host.notices()[0].text, "trade:PF_NOPE");
    ASSERT_EQ(line(13).code, PETREL_OK);
    EXPECT_EQ(host.notices().at(0).type, PETREL_NOTICE_VENUE_ERROR);
    EXPECT_EQ(host.notices().at(0).text, "Invalid product id");
    ASSERT_EQ(line(14).code, PETREL_OK);
    EXPECT_EQ(host.notices().at(0).text, "Bad websocket message");
}

TEST_F(KrakenControl, heartbeat_is_a_sign_of_life) {
    ASSERT_EQ(line(16).code, PETREL_OK);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_PONG);
}

TEST_F(KrakenControl, greeting_and_foreign_feeds_are_ignored) {
    for (const std::size_t number : {15U, 18U, 19U}) {
        EXPECT_EQ(line(number).code, PETREL_IGNORED) << number;
    }
    EXPECT_EQ(host.frame("{}").code, PETREL_IGNORED);
    EXPECT_EQ(host.frame(R"({"event":"unsubscribed","feed":"trade"})").code, PETREL_IGNORED);
    EXPECT_TRUE(host.events().empty());
    EXPECT_TRUE(host.notices().empty());
    EXPECT_TRUE(host.instruments().empty());
}

TEST_F(KrakenControl, what_is_no_json_object_is_refused) {
    for (const char* frame : {"", " ", "pong", "[]", "null", "17", "\"text\"", "{", "{\"a\":1}}",
                              "{\"a\":1} x", "{\"feed\":\"trade\"", "\xff\xfe{}"}) {
        refused(frame);
    }
    refused(std::string(4096, '['));
    refused(trade() + std::string(2U << 20U, ' '));
}

TEST_F(KrakenControl, every_truncation_is_refused) {
    for (const std::size_t number : {0U, 6U, 7U}) {
        const std::string& frame = frames.at(number);
        ASSERT_EQ(host.frame(frame).code, PETREL_OK);
        for (std::size_t length = 0; length < frame.size(); ++length) {
            refused(frame.substr(0, length));
        }
    }
}

TEST_F(KrakenControl, wrong_types_and_absurd_numbers_are_refused) {
    for (const char* bad : {"0", "-1", "NaN", "1e400", "1e19", "\"1\"", "null", "true", "{}", "1x",
                            "[1]", "inf", "0x10"}) {
        refused(replaced(trade(), "\"qty\":0.5", std::string("\"qty\":") + bad));
        refused(replaced(trade(), "\"price\":91250.5", std::string("\"price\":") + bad));
    }
    for (const char* bad : {"0", "-1", "1.5", "\"7\"", "null", "99999999999999999999"}) {
        refused(replaced(trade(), "\"seq\":653356", std::string("\"seq\":") + bad));
    }
    for (const char* bad : {"0", "1794000000", "1794000000519000", "4102444800001", "1.794e12"}) {
        refused(replaced(trade(), "1794000000519", bad));
    }
    refused(replaced(trade(), "\"qty\":0.5", "\"qty\":20000000"));  // value above 1e12
    refused(replaced(trade(), "\"buy\"", "\"hold\""));
    refused(replaced(trade(), "\"buy\"", "7"));
    refused(replaced(trade(), "\"fill\"", "7"));
    refused(replaced(trade(), "\"uid\":\"05af78ac-0000-478c-a50c-000000000001\",", ""));
    refused(replaced(trade(), "\"qty\":0.5", "\"qty\":0.5,\"qty\":0.5"));
}

TEST_F(KrakenControl, absurd_tickers_are_refused) {
    const std::string& ticker = frames.at(7);
    for (const char* bad : {"-1", "\"1\"", "1e13", "true"}) {
        refused(replaced(ticker, "\"markPrice\":91248.0", std::string("\"markPrice\":") + bad));
        refused(replaced(ticker, "\"bid\":91249", std::string("\"bid\":") + bad));
    }
    refused(replaced(ticker, "-4.5e-6", "1.5"));
    refused(replaced(ticker, "1794002400000", "1794002400"));
    refused(replaced(ticker, "\"openInterest\":1800.5", "\"openInterest\":1e12"));
    refused(replaced(ticker, "\"time\":1794000001406,", ""));
}

TEST_F(KrakenControl, one_bad_trade_takes_the_whole_snapshot_with_it) {
    const std::string& snapshot = frames.at(6);
    refused(replaced(snapshot, "\"qty\":0.1", "\"qty\":-0.1"));
    refused(replaced(snapshot, R"({"feed":"trade","product_id":"PF_XBTUSD")",
                     R"({"feed":"trade","product_id":"PF_ETHUSD")"));
    refused(R"({"feed":"trade_snapshot","product_id":"PF_XBTUSD","trades":{}})");
    refused(R"({"feed":"trade_snapshot","product_id":"PF_XBTUSD","trades":[7]})");
    refused(R"({"feed":"trade_snapshot","product_id":"PF_XBTUSD"})");
}

TEST_F(KrakenControl, symbol_of_no_futures_contract_is_refused) {
    for (const char* symbol :
         {"XBTUSD", "PF_", "PF_USD", "pf_xbtusd", "PF_XBT<b>USD", "FI_XBTUSD", "FI_XBTUSD_269925",
          "PF_AAPLxUSD", "", "PV_XRPXBT", "PF_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAUSD"}) {
        refused(replaced(trade(), "PF_XBTUSD", symbol));
    }
    EXPECT_TRUE(host.instruments().empty());
}

TEST_F(KrakenControl, deep_nesting_beside_our_fields_does_no_harm) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    const testing::FakeDecoded answer =
        host.frame(replaced(trade(), "\"qty\"", "\"x\":" + deep + ",\"qty\""));
    EXPECT_TRUE(answer.code == PETREL_OK || answer.code == PETREL_E_REJECTED);
}

TEST_F(KrakenControl, bent_frames_never_leave_the_bounds) {
    Decoder decoder;
    CountingHost counting;
    std::mt19937_64 bits(5);
    for (int round = 0; round < 20'000; ++round) {
        std::string frame = frames[bits() % frames.size()];
        for (std::uint64_t bends = 1 + bits() % 3; bends != 0; --bends) {
            frame[bits() % frame.size()] = "0123456789{}[]\",:-.eE \\xT"[bits() % 25];
        }
        const std::size_t length = frame.size();
        frame.append(PETREL_FRAME_PADDING, '"');
        const Decoded answer = counting.decode(decoder, {frame.data(), length});
        ASSERT_TRUE(counting.all_in_bounds) << frame;
        ASSERT_TRUE(answer.code == PETREL_OK || counting.events == 0) << frame;
    }
}

TEST_F(KrakenControl, settled_decoder_allocates_nothing) {
    Decoder decoder;
    CountingHost counting;
    std::vector<std::string> padded;
    for (const std::size_t number : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 9U, 14U, 15U, 17U, 18U}) {
        padded.push_back(frames.at(number) + std::string(PETREL_FRAME_PADDING, '"'));
    }
    std::size_t before = 0;
    std::uint32_t events = 0;
    for (int round = 0; round < 3; ++round) {
        before = round == 2 ? kit::allocations : 0;
        for (const std::string& frame : padded) {
            const std::string_view text(frame.data(), frame.size() - PETREL_FRAME_PADDING);
            ASSERT_GE(counting.decode(decoder, text).code, PETREL_OK);
            events += counting.events;
        }
    }
    EXPECT_EQ(kit::allocations, before);
    EXPECT_EQ(events, 3U * 24U);
}

}  // namespace
}  // namespace petrel::kraken
