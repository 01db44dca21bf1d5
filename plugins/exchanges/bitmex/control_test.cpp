// Messages of control, foreign feeds and bad frames: what is a notice, what is ignored, what is
// refused, that a refused frame leaves no event behind, and that the settled decoder allocates
// nothing.
#include <gtest/gtest.h>

#include <random>

#include "kit/testing/counted_new.hpp"
#include "petrel/testing/fake_exchange_host.hpp"
#include "test_support.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::bitmex {
namespace {

using testing::FakeExchangeHost;

class BitmexControl : public ::testing::Test {
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

TEST_F(BitmexControl, answers_become_notices) {
    ASSERT_EQ(line(16).code, PETREL_OK);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_ACK);
    EXPECT_EQ(host.notices()[0].text, "trade:XBTUSD");
    ASSERT_EQ(line(17).code, PETREL_OK);
    EXPECT_EQ(host.notices().at(0).type, PETREL_NOTICE_SUBSCRIBE_FAIL);
    EXPECT_EQ(host.notices().at(0).text, "Unknown table: nope");
    ASSERT_EQ(line(18).code, PETREL_OK);
    EXPECT_EQ(host.notices().at(0).type, PETREL_NOTICE_VENUE_ERROR);
    EXPECT_EQ(host.notices().at(0).text, "Rate limit exceeded, retry in 1 seconds.");
    host.forget_output();
    ASSERT_EQ(host.frame("pong").code, PETREL_OK);
    EXPECT_EQ(host.notices().at(0).type, PETREL_NOTICE_PONG);
}

TEST_F(BitmexControl, welcome_and_foreign_tables_are_ignored) {
    for (const std::size_t number : {15U, 19U, 20U}) {
        EXPECT_EQ(line(number).code, PETREL_IGNORED) << number;
    }
    EXPECT_EQ(host.frame("{}").code, PETREL_IGNORED);
    EXPECT_EQ(host.frame(R"({"table":"trade","action":"partial","data":[]})").code, PETREL_IGNORED);
    EXPECT_TRUE(host.events().empty());
    EXPECT_TRUE(host.notices().empty());
    EXPECT_TRUE(host.instruments().empty());
}

TEST_F(BitmexControl, what_is_no_json_object_is_refused) {
    for (const char* frame : {"", " ", "ping", "[]", "null", "17", "\"text\"", "{", "{\"a\":1}}",
                              "{\"a\":1} x", "{\"table\":\"trade\"", "\xff\xfe{}"}) {
        refused(frame);
    }
    refused(std::string(4096, '['));
    refused(trade() + std::string(9U << 20U, ' '));
}

TEST_F(BitmexControl, every_truncation_is_refused) {
    for (const std::size_t number : {0U, 3U, 8U, 12U}) {
        const std::string& frame = frames.at(number);
        ASSERT_EQ(host.frame(frame).code, PETREL_OK);
        for (std::size_t length = 0; length < frame.size(); ++length) {
            refused(frame.substr(0, length));
        }
    }
}

TEST_F(BitmexControl, wrong_types_and_absurd_numbers_are_refused) {
    for (const char* bad : {"0", "-1", "NaN", "1e400", "1e19", "\"1\"", "null", "true", "{}", "1x",
                            "[1]", "inf", "0x10"}) {
        refused(replaced(trade(), "\"size\":50000", std::string("\"size\":") + bad));
        refused(replaced(trade(), "\"price\":80000", std::string("\"price\":") + bad));
        refused(replaced(frames.at(3), "\"leavesQty\":40000", std::string("\"leavesQty\":") + bad));
    }
    for (const char* bad : {"", "1794000000704", "2026-11-06", "2026-13-06T21:20:00.704Z",
                            "1999-11-06T21:20:00.704Z", "2150-11-06T21:20:00.704Z"}) {
        refused(replaced(trade(), "2026-11-06T21:20:00.704Z", bad));
    }
    refused(replaced(trade(), "\"size\":50000", "\"size\":2e12"));  // value above 1e12
    refused(replaced(trade(), "\"Sell\"", "\"Hold\""));
    refused(replaced(trade(), "\"Sell\"", "7"));
    refused(replaced(trade(), "\"trdMatchID\":\"00000000-006d-1000-0000-000e8737d001\",", ""));
    refused(replaced(trade(), "\"size\":50000", "\"size\":50000,\"size\":50000"));
    refused(replaced(trade(), "\"data\":[", "\"data\":[7,"));
    refused(replaced(trade(), "\"data\":[", "\"data\":[],\"data\":["));
    refused(R"({"table":"trade","action":"insert","data":{}})");
    refused(R"({"table":"trade","action":"insert"})");
    refused(replaced(frames.at(1), "\"homeNotional\":8", "\"homeNotional\":null"));
    refused(replaced(frames.at(1), "\"homeNotional\":8", "\"homeNotional\":-8"));
}

TEST_F(BitmexControl, absurd_states_are_refused_and_leave_the_state_as_it_was) {
    ASSERT_EQ(line(9).code, PETREL_OK);
    for (const char* bad : {"-1", "\"1\"", "1e13", "true"}) {
        refused(replaced(frames.at(9), "\"markPrice\":81000", std::string("\"markPrice\":") + bad));
        refused(replaced(frames.at(12), "\"bidPrice\":80000", std::string("\"bidPrice\":") + bad));
    }
    refused(replaced(frames.at(11), "0.0003", "1.5"));
    refused(replaced(frames.at(8), "2000-01-01T08:00:00.000Z", "1999-01-01T08:00:00.000Z"));
    refused(replaced(frames.at(8), "2026-11-07T04:00:00.000Z", "soon"));
    ASSERT_EQ(line(11).code, PETREL_OK);
    EXPECT_EQ(host.events().at(0).price, 80000.0);
}

TEST_F(BitmexControl, symbol_of_no_contract_is_refused) {
    for (const char* symbol : {"XBT", ".BXBT", "xbtusd", "XBT<b>USD", "", "USD",
                               "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAUSD"}) {
        refused(replaced(trade(), "XBTUSD", symbol));
    }
    EXPECT_TRUE(host.instruments().empty());
}

TEST_F(BitmexControl, deep_nesting_beside_our_fields_does_no_harm) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    const testing::FakeDecoded answer =
        host.frame(replaced(trade(), "\"size\"", "\"x\":" + deep + ",\"size\""));
    EXPECT_TRUE(answer.code == PETREL_OK || answer.code == PETREL_E_REJECTED);
}

TEST_F(BitmexControl, bent_frames_never_leave_the_bounds) {
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

TEST_F(BitmexControl, settled_decoder_allocates_nothing) {
    Decoder decoder;
    CountingHost counting;
    std::vector<std::string> padded;
    for (const std::size_t number :
         {0U, 1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 9U, 10U, 11U, 12U, 13U, 14U, 18U, 19U}) {
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
    EXPECT_EQ(events, 3U * 17U);
}

}  // namespace
}  // namespace petrel::bitmex
