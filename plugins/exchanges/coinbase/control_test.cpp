// Messages of control, foreign feeds and bad frames: what is a notice, what is ignored, what is
// refused, that a refused frame leaves no event behind, and that the settled decoder allocates
// nothing.
#include <gtest/gtest.h>

#include <random>

#include "kit/testing/counted_new.hpp"
#include "petrel/testing/fake_exchange_host.hpp"
#include "test_support.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::coinbase {
namespace {

using testing::FakeExchangeHost;

class CoinbaseControl : public ::testing::Test {
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

TEST_F(CoinbaseControl, answers_become_notices) {
    ASSERT_EQ(line(7).code, PETREL_OK);
    ASSERT_EQ(host.notices().size(), 3U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_ACK);
    EXPECT_EQ(host.notices()[0].text, "matches:BTC-USD");
    EXPECT_EQ(host.notices()[1].text, "matches:ETH-USD");
    EXPECT_EQ(host.notices()[2].text, "heartbeat:BTC-USD");
    ASSERT_EQ(line(8).code, PETREL_OK);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_SUBSCRIBE_FAIL);
    EXPECT_EQ(host.notices()[0].text, "Failed to subscribe: NOPE-USD is not a valid product");
    ASSERT_EQ(line(9).code, PETREL_OK);
    EXPECT_EQ(host.notices().at(0).type, PETREL_NOTICE_VENUE_ERROR);
}

TEST_F(CoinbaseControl, foreign_types_and_the_other_feed_are_ignored) {
    for (const std::size_t number : {10U, 11U}) {
        EXPECT_EQ(line(number).code, PETREL_IGNORED) << number;
    }
    EXPECT_EQ(host.frame("{}").code, PETREL_IGNORED);
    EXPECT_TRUE(host.events().empty());
    EXPECT_TRUE(host.notices().empty());
    EXPECT_TRUE(host.instruments().empty());
}

TEST_F(CoinbaseControl, what_is_no_json_object_is_refused) {
    for (const char* frame : {"", " ", "pong", "[]", "null", "17", "\"text\"", "{", "{\"a\":1}}",
                              "{\"a\":1} x", "{\"type\":\"match\"", "\xff\xfe{}"}) {
        refused(frame);
    }
    refused(std::string(4096, '['));
    refused(trade() + std::string(2U << 20U, ' '));
    refused(R"({"type":"subscriptions"})");
    refused(R"({"type":"subscriptions","channels":[7]})");
    refused(R"({"type":"heartbeat","product_id":"BTC-USD","last_trade_id":"7"})");
}

TEST_F(CoinbaseControl, every_truncation_is_refused) {
    for (const std::size_t number : {0U, 3U, 5U}) {
        const std::string& frame = frames.at(number);
        ASSERT_EQ(host.frame(frame).code, PETREL_OK);
        for (std::size_t length = 0; length < frame.size(); ++length) {
            refused(frame.substr(0, length));
        }
    }
}

TEST_F(CoinbaseControl, wrong_types_and_absurd_numbers_are_refused) {
    for (const char* bad :
         {"\"0\"", "\"-1\"", "\"NaN\"", "\"1e400\"", "\"1e19\"", "1", "null", "true", "{}",
          "\"1x\"", "[\"1\"]", "\"inf\"", "\"0x10\"", "\"\"", "\" 1\""}) {
        refused(replaced(trade(), "\"size\":\"0.50000000\"", std::string("\"size\":") + bad));
        refused(replaced(trade(), "\"price\":\"91260.50\"", std::string("\"price\":") + bad));
    }
    for (const char* bad : {"0", "-1", "1.5", "\"7\"", "null", "99999999999999999999"}) {
        refused(replaced(trade(), "\"trade_id\":900000011", std::string("\"trade_id\":") + bad));
    }
    for (const char* bad : {"", "1794000000", "2026-11-06", "2026-13-06T21:20:00.123456Z",
                            "1999-11-06T21:20:00Z", "2150-11-06T21:20:00Z"}) {
        refused(replaced(trade(), "2026-11-06T21:20:00.123456Z", bad));
    }
    refused(replaced(trade(), "0.50000000", "20000000"));  // value above 1e12
    refused(replaced(trade(), "\"sell\"", "\"hold\""));
    refused(replaced(trade(), "\"sell\"", "7"));
    refused(replaced(trade(), "\"sequence\"", "\"side\""));
    const std::string& ticker = frames.at(3);
    refused(replaced(ticker, "\"91260.00\"", "\"-1\""));
    refused(replaced(ticker, "\"91260.00\"", "91260"));
    refused(replaced(ticker, "\"best_ask_size\":\"2\"", "\"best_ask_size\":\"2e12\""));
    refused(replaced(ticker, "2026-11-06T21:20:01.000001Z", "now"));
    refused(replaced(ticker, "120000000347", "-1"));
}

TEST_F(CoinbaseControl, symbol_of_no_pair_is_refused) {
    for (const char* symbol : {"BTC", "-USD", "BTC-", "btc-usd", "BTC<b>-USD", "BTC-USD-X", "",
                               "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-USD"}) {
        refused(replaced(trade(), "BTC-USD", symbol));
    }
    EXPECT_TRUE(host.instruments().empty());
}

TEST_F(CoinbaseControl, deep_nesting_beside_our_fields_does_no_harm) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    const testing::FakeDecoded answer =
        host.frame(replaced(trade(), "\"size\"", "\"x\":" + deep + ",\"size\""));
    EXPECT_TRUE(answer.code == PETREL_OK || answer.code == PETREL_E_REJECTED);
}

TEST_F(CoinbaseControl, bent_frames_never_leave_the_bounds) {
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

TEST_F(CoinbaseControl, settled_decoder_allocates_nothing) {
    Decoder decoder;
    CountingHost counting;
    std::vector<std::string> padded;
    for (const std::size_t number : {0U, 1U, 2U, 3U, 4U, 5U, 9U, 10U}) {
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
    EXPECT_EQ(events, 3U * 6U);
}

}  // namespace
}  // namespace petrel::coinbase
