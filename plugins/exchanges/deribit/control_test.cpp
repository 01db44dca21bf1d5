// Messages of control, foreign channels and bad frames: what is a notice, what is ignored, what is
// refused; and names of contracts by table.
#include <gtest/gtest.h>

#include <fstream>

#include "parse.hpp"
#include "petrel/testing/fake_exchange_host.hpp"
#include "symbols.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::deribit {
namespace {

using testing::FakeExchangeHost;

std::vector<std::string> fixture_frames() {
    std::ifstream file(std::string(PETREL_FIXTURES) + "/frames.jsonl");
    std::vector<std::string> frames;
    for (std::string line; std::getline(file, line);) {
        frames.push_back(line);
    }
    return frames;
}

class DeribitControl : public ::testing::Test {
protected:
    // Refused, with nothing written.
    void refused(const std::string& frame) {
        host.forget_output();
        const testing::FakeDecoded answer = host.frame(frame);
        EXPECT_EQ(answer.code, PETREL_E_REJECTED) << frame.substr(0, 300);
        EXPECT_FALSE(answer.reason.empty());
        EXPECT_TRUE(host.events().empty()) << frame.substr(0, 300);
    }
    static std::string notification(const std::string& channel, const std::string& data) {
        return R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":")" + channel +
               R"(","data":)" + data + "}}";
    }
    static std::string row(const std::string& time, const std::string& price,
                           const std::string& amount,
                           const std::string& more = R"(,"liquidation":"T")") {
        return R"({"trade_seq":9,"timestamp":)" + time + R"(,"price":)" + price + R"(,"amount":)" +
               amount + R"(,"direction":"buy","instrument_name":"BTC_USDC-PERPETUAL")" + more + "}";
    }
    static std::string trade(const std::string& rows) {
        return notification("trades.BTC_USDC-PERPETUAL.100ms", "[" + rows + "]");
    }
    static std::string ticker(const std::string& fields) {
        return notification("ticker.BTC-PERPETUAL.100ms",
                            R"({"instrument_name":"BTC-PERPETUAL",)" + fields + "}");
    }

    const std::string kTime = "1794000000865";
    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(DeribitControl, granted_channels_are_acknowledged_one_by_one) {
    ASSERT_TRUE(host.plan({"BTC-PERPETUAL"}, kind_bit(EventKind::Trade)).ok());
    ASSERT_EQ(host.frame(R"({"jsonrpc":"2.0","id":3,"result":["trades.BTC-PERPETUAL.100ms"],)"
                         R"("usIn":1794000000000000,"usOut":1794000000000800,"testnet":false})")
                  .code,
              PETREL_OK);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_ACK);
    EXPECT_EQ(host.notices()[0].text, "trades.BTC-PERPETUAL.100ms");
    EXPECT_EQ(host.notices()[0].reference, 3U);
}

TEST_F(DeribitControl, channel_that_is_left_out_of_the_answer_was_refused) {
    ASSERT_TRUE(host.plan({"BTC-PERPETUAL", "NOPE-PERPETUAL"}, kind_bit(EventKind::Trade)).ok());
    ASSERT_EQ(
        host.frame(R"({"jsonrpc":"2.0","id":3,"result":["trades.BTC-PERPETUAL.100ms"]})").code,
        PETREL_OK);
    ASSERT_EQ(host.notices().size(), 2U);
    EXPECT_EQ(host.notices()[1].type, PETREL_NOTICE_SUBSCRIBE_FAIL);
    EXPECT_EQ(host.notices()[1].text.find("trades.NOPE-PERPETUAL.100ms"), 0U);
}

TEST_F(DeribitControl, errors_are_those_of_a_subscription_or_of_the_venue) {
    const std::string error = R"("error":{"code":10028,"message":"too_many_requests"},"usIn":1})";
    ASSERT_TRUE(host.plan({"BTC-PERPETUAL"}, kind_bit(EventKind::Trade)).ok());
    ASSERT_EQ(host.frame(R"({"jsonrpc":"2.0","id":3,)" + error).code, PETREL_OK);
    ASSERT_EQ(host.frame(R"({"jsonrpc":"2.0","id":2,)" + error).code, PETREL_OK);
    ASSERT_EQ(host.frame(R"({"jsonrpc":"2.0","id":null,)" + error).code, PETREL_OK);
    ASSERT_EQ(host.notices().size(), 3U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_SUBSCRIBE_FAIL);
    EXPECT_EQ(host.notices()[0].text, "10028 too_many_requests");
    EXPECT_EQ(host.notices()[1].type, PETREL_NOTICE_VENUE_ERROR);
    EXPECT_EQ(host.notices()[2].type, PETREL_NOTICE_VENUE_ERROR);
}

TEST_F(DeribitControl, heartbeats_and_answers_to_tests_are_pongs) {
    for (const char* frame :
         {R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}})",
          R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}})",
          R"({"jsonrpc":"2.0","id":2,"result":{"version":"1.2.26"},"usIn":1,"testnet":false})",
          R"({"jsonrpc":"2.0","id":1,"result":"ok","usIn":1,"testnet":false})"}) {
        host.forget_output();
        ASSERT_EQ(host.frame(frame).code, PETREL_OK) << frame;
        ASSERT_EQ(host.notices().size(), 1U);
        EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_PONG);
    }
}

TEST_F(DeribitControl, test_request_is_answered_over_its_socket) {
    ASSERT_EQ(
        host.frame(R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}})", 2)
            .code,
        PETREL_OK);
    EXPECT_TRUE(host.sent().empty());
    ASSERT_EQ(
        host.frame(R"({"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"})", 2)
            .code,
        PETREL_OK);
    ASSERT_EQ(host.sent().size(), 1U);
    EXPECT_EQ(host.sent()[0].connection, 2U);
    EXPECT_EQ(host.sent()[0].text,
              R"({"jsonrpc":"2.0","id":2,"method":"public/test","params":{}})");
}

TEST_F(DeribitControl, foreign_channels_and_contracts_are_ignored) {
    for (const std::string& frame :
         {notification("book.BTC-PERPETUAL.100ms", R"({"bids":[]})"),
          notification("platform_state", R"({"locked":false})"),
          notification("ticker.ETH-30JUL27-2800-C.100ms",
                       R"({"timestamp":1794000000500,"mark_price":0.1,)"
                       R"("instrument_name":"ETH-30JUL27-2800-C","open_interest":5})"),
          notification("trades.BTC-PERPETUAL.100ms", "[]"), std::string("{}"),
          std::string(R"({"jsonrpc":"2.0","method":"subscription"})")}) {
        EXPECT_EQ(host.frame(frame).code, PETREL_IGNORED) << frame;
    }
    EXPECT_TRUE(host.events().empty());
    EXPECT_TRUE(host.notices().empty());
    EXPECT_TRUE(host.instruments().empty());
}

TEST_F(DeribitControl, what_is_no_json_object_is_refused) {
    for (const char* frame :
         {"", " ", "pong", "[]", "null", "17", "\"text\"", "{", "{\"a\":1}}", "{\"a\":1} x",
          "{\"params\":{}", "{\"params\":7}", "{\"params\":{\"channel\":7,\"data\":[]}}",
          "{\"params\":{\"channel\":\"trades.x\"}}", "\xff\xfe{}"}) {
        refused(frame);
    }
    refused(std::string(4096, '['));
    refused("{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}{");
}

TEST_F(DeribitControl, deep_nesting_beside_our_fields_does_no_harm) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    const testing::FakeDecoded answer =
        host.frame(trade(row(kTime, "1", "1", ",\"extra\":" + deep)));
    EXPECT_TRUE(answer.code == PETREL_OK || answer.code == PETREL_E_REJECTED);
}

TEST_F(DeribitControl, frame_of_ten_mebibytes_is_refused_unread) {
    refused(trade(row(kTime, "1", "1")) + std::string(10U << 20U, ' '));
}

TEST_F(DeribitControl, every_truncation_is_refused) {
    for (const std::string& frame : fixture_frames()) {
        ASSERT_EQ(host.frame(frame).code, PETREL_OK);
        for (std::size_t length = 0; length < frame.size(); ++length) {
            refused(frame.substr(0, length));
        }
    }
}

TEST_F(DeribitControl, absurd_numbers_are_refused) {
    ASSERT_EQ(host.frame(trade(row(kTime, "90000", "1"))).code, PETREL_OK);
    for (const char* bad : {"0", "-1", "NaN", "inf", "\"1\"", "1e400", "1e16", "0x10", "1.", ".5",
                            "+1", "1,5", "null", "true", "{}", "[1]"}) {
        refused(trade(row(kTime, bad, "1")));
        refused(trade(row(kTime, "90000", bad)));
    }
    refused(trade(row(kTime, "1000000000001", "1")));
    refused(trade(row(kTime, "10001", "100000000")));  // value above 1e12
    refused(trade(row(kTime, "1e-12", "1e12")));       // quantity no contract has
}

TEST_F(DeribitControl, time_in_another_unit_or_century_is_refused) {
    for (const char* bad : {"0", "1794000000", "1794000000865000", "1794000000865000000",
                            "1230767999999", "4102444800001", "-1794000000865", "1.794e12",
                            "\"1794000000865\"", "null", "99999999999999999999"}) {
        refused(trade(row(bad, "90000", "1")));
        refused(ticker(R"("mark_price":5,"timestamp":)" + std::string(bad)));
    }
}

TEST_F(DeribitControl, one_bad_trade_takes_the_whole_frame_with_it) {
    std::string rows;
    for (int i = 0; i < 20; ++i) {
        rows += row(kTime, "90000", "1") + ",";
    }
    refused(trade(rows + row(kTime, "90000", "-1")));
}

TEST_F(DeribitControl, trades_with_bad_or_missing_fields_are_refused) {
    for (const char* bad :
         {R"({"trade_seq":9,"timestamp":1794000000865,"price":1,"amount":1,"direction":"buy"})",
          R"({"timestamp":1794000000865,"price":1,"amount":1,"direction":"buy",)"
          R"("instrument_name":"BTC-PERPETUAL"})",
          R"({"trade_seq":0,"timestamp":1794000000865,"price":1,"amount":1,"direction":"buy",)"
          R"("instrument_name":"BTC-PERPETUAL"})",
          R"({"trade_seq":9,"timestamp":1794000000865,"price":1,"amount":1,"direction":"hold",)"
          R"("instrument_name":"BTC-PERPETUAL"})",
          R"({"trade_seq":9,"timestamp":1794000000865,"price":1,"amount":1,"direction":"buy",)"
          R"("instrument_name":7})",
          "[]", "1", "{}"}) {
        refused(trade(bad));
    }
    refused(trade(row(kTime, "1", "1", R"(,"liquidation":"X")")));
    refused(notification("trades.BTC-PERPETUAL.100ms", "{}"));
    refused(notification("ticker.BTC-PERPETUAL.100ms", "[]"));
}

TEST_F(DeribitControl, absurd_states_are_refused) {
    const std::string time = R"(,"timestamp":1794000000865)";
    ASSERT_EQ(host.frame(ticker(R"("mark_price":5)" + time)).code, PETREL_OK);
    for (const char* bad : {R"("mark_price":-1)", R"("mark_price":1e13)", R"("mark_price":"5")",
                            R"("index_price":-1)", R"("funding_8h":2)", R"("funding_8h":-1.5)",
                            R"("open_interest":-1)", R"("open_interest":1e16)",
                            R"("mark_price":1e400)", R"("mark_price":[])"}) {
        refused(ticker(bad + time));
    }
    refused(ticker(R"("mark_price":5)"));
    const std::string quote = R"({"instrument_name":"BTC-PERPETUAL","timestamp":1794000000865,)";
    for (const char* bad :
         {R"("best_bid_price":-1,"best_bid_amount":1)", R"("best_ask_price":0,"best_ask_amount":1)",
          R"("best_ask_price":1,"best_ask_amount":-1)",
          R"("best_bid_price":"1","best_bid_amount":1)"}) {
        refused(notification("quote.BTC-PERPETUAL", quote + bad + "}"));
    }
}

TEST_F(DeribitControl, more_contracts_than_there_is_room_for_are_refused) {
    const auto frame = [](std::size_t i) {
        const std::string name = "A" + std::to_string(i) + "_USDC-PERPETUAL";
        return notification(
            "ticker." + name + ".100ms",
            R"({"timestamp":1794000000865,"mark_price":5,"instrument_name":")" + name + "\"}");
    };
    for (std::size_t i = 0; i < ContractTable::kEntriesMax; ++i) {
        ASSERT_EQ(host.frame(frame(i)).code, PETREL_OK);
    }
    refused(frame(ContractTable::kEntriesMax));
    EXPECT_EQ(host.frame(frame(17)).code, PETREL_OK);
}

TEST(deribit_symbols, names_say_what_a_contract_is) {
    struct Case {
        const char *native, *base, *quote, *settle;
        double quote_per_unit;
        std::int64_t expiry_s;
    };
    for (const Case& c : {Case{"BTC-PERPETUAL", "BTC", "USD", "BTC", 1, 0},
                          Case{"ETH-5JUN27", "ETH", "USD", "ETH", 1, 1'812'182'400},
                          Case{"SOL_USDC-PERPETUAL", "SOL", "USDC", "USDC", 0, 0},
                          Case{"BTC_USDT-26DEC26", "BTC", "USDT", "USDT", 0, 1'798'272'000}}) {
        const std::optional<Instrument> i = instrument_of(c.native);
        ASSERT_TRUE(i.has_value()) << c.native;
        EXPECT_EQ(i->base, c.base);
        EXPECT_EQ(i->quote, c.quote);
        EXPECT_EQ(i->settle, c.settle);
        EXPECT_EQ(i->quote_per_unit, c.quote_per_unit);
        EXPECT_EQ(i->base_per_unit, 1.0 - c.quote_per_unit);
        EXPECT_EQ(i->expiry_ns, c.expiry_s * kNsPerSecond);
    }
    for (const char* native :
         {"", "BTC", "BTC_USDC", "BTC-", "-PERPETUAL", "BTC-25DEC26-90000-C", "btc-PERPETUAL",
          "BTC-FS-25DEC26_PERP", "BTC-31FEB26", "BTC-26DEZ26", "_USDC-PERPETUAL", "BTC_-PERPETUAL",
          "BTC<b>-PERPETUAL", "AAAAAAAAAAAAAAAAAAAAAAAA-PERPETUAL"}) {
        EXPECT_FALSE(instrument_of(native).has_value()) << native;
    }
    EXPECT_EQ(usd_per_quote("EUR"), 0.0);
}

}  // namespace
}  // namespace petrel::deribit
