// What each frame of fixtures/frames.jsonl means, computed by hand: sides, units, halving of open
// interest, ticker state. Frames go in through the plugin boundary, as in the product.
#include <gtest/gtest.h>

#include <fstream>

#include "petrel/testing/fake_exchange_host.hpp"
#include "trade_id.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::bybit {
namespace {

using testing::FakeDecoded;
using testing::FakeExchangeHost;

std::string line_of(int number) {
    std::ifstream file(std::string(PETREL_FIXTURES) + "/frames.jsonl");
    std::string line;
    for (int i = 0; i < number; ++i) {
        std::getline(file, line);
    }
    return line;
}

class BybitParse : public ::testing::Test {
protected:
    FakeDecoded line(int number) { return text(line_of(number)); }
    FakeDecoded text(std::string_view frame) {
        host.forget_output();
        return host.frame(frame);
    }
    const MarketEvent& event(std::size_t i) { return host.events().at(i); }
    const testing::FakeInstrument& instrument(std::size_t i) {
        return host.instruments().at(event(i).instrument);
    }

    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

constexpr std::int64_t kMs = 1'000'000;

TEST_F(BybitParse, trade_carries_aggressor_price_value_and_nanoseconds) {
    ASSERT_EQ(line(1).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_TRADE);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'000'865 * kMs);
    EXPECT_EQ(event(0).receive_ts_ns, host.host().clock.now_ns());
    EXPECT_EQ(event(0).price, 91250.10);
    EXPECT_EQ(event(0).quantity, 0.014);
    EXPECT_EQ(event(0).notional_usd, 91250.10 * 0.014);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_ID_HASHED);
    EXPECT_EQ(instrument(0).base, "BTC");
    EXPECT_EQ(instrument(0).settle, "USDT");
}

TEST_F(BybitParse, trades_of_one_frame_keep_order_sides_and_ids) {
    ASSERT_EQ(line(2).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(1).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(1).quantity, 12.0);
    EXPECT_EQ(event(2).price, 3120.55);  // its block trade flag and RPI change nothing
    EXPECT_NE(event(0).id, event(1).id);
    EXPECT_NE(event(1).id, event(2).id);
}

TEST_F(BybitParse, trade_id_never_changes_between_versions) {
    ASSERT_EQ(line(1).code, PETREL_OK);
    EXPECT_EQ(event(0).id, trade_id("1b2c3d4e-0000-5000-8000-0123456789ab"));
    EXPECT_EQ(event(0).id, mix_id(0x005000004e3d2c1bU, 0xab89674523010080U));
    EXPECT_EQ(event(0).id, 0xf9673571ec3bba35U);
}

TEST_F(BybitParse, size_prefix_is_taken_out_of_price_and_quantity_but_not_of_value) {
    ASSERT_EQ(line(3).code, PETREL_OK);
    EXPECT_EQ(instrument(0).native, "1000PEPEUSDT");
    EXPECT_EQ(instrument(0).base, "PEPE");
    EXPECT_EQ(instrument(0).figures.base_per_unit, 1000.0);
    EXPECT_EQ(instrument(0).figures.price_divisor, 1000.0);
    EXPECT_EQ(event(0).price, 0.0125 / 1000);
    EXPECT_EQ(event(0).quantity, 40'000'000.0);
    EXPECT_EQ(event(0).notional_usd, 500.0);
}

TEST_F(BybitParse, perp_suffix_is_settled_in_usdc_and_unknown_keys_are_passed_over) {
    ASSERT_EQ(line(4).code, PETREL_OK);
    EXPECT_EQ(instrument(0).quote, "USDC");
    EXPECT_EQ(instrument(0).settle, "USDC");
    EXPECT_EQ(event(0).notional_usd, 91199.9 * 0.5);
}

TEST_F(BybitParse, dated_contract_has_its_expiry) {
    ASSERT_EQ(line(5).code, PETREL_OK);
    EXPECT_EQ(instrument(0).figures.type, PETREL_INSTRUMENT_FUTURE);
    EXPECT_EQ(instrument(0).figures.expiry_ns, 1'798'185'600'000 * kMs);  // 2026-12-25 08:00
    EXPECT_EQ(event(0).price, 0.23456789);
}

TEST_F(BybitParse, keys_in_another_order_and_ids_that_are_no_uuid_are_read) {
    ASSERT_EQ(line(6).code, PETREL_OK);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(0).id, hash_text_id("no-uuid-17"));
}

TEST_F(BybitParse, buy_in_a_liquidation_is_a_long_that_died) {
    ASSERT_EQ(line(7).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(event(0).side, PETREL_SIDE_LONG);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'002'929 * kMs);  // its own time, not the frame's
    EXPECT_EQ(event(0).notional_usd, 20'000.0);
    EXPECT_EQ(event(0).id, 0U);
    EXPECT_EQ(event(0).flags, 0U);
}

TEST_F(BybitParse, sell_in_a_liquidation_is_a_short_that_died) {
    ASSERT_EQ(line(8).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SHORT);
    EXPECT_EQ(event(0).notional_usd, 120.5 * 148.0);
    EXPECT_EQ(event(1).side, PETREL_SIDE_LONG);
}

TEST_F(BybitParse, data_before_its_topic_is_read_when_the_topic_is_known) {
    ASSERT_EQ(line(9).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(instrument(0).base, "ADA");
    EXPECT_EQ(event(0).side, PETREL_SIDE_SHORT);
    EXPECT_EQ(event(0).notional_usd, 5.0);
}

TEST_F(BybitParse, snapshot_of_a_ticker_gives_mark_funding_and_one_side_of_open_interest) {
    ASSERT_EQ(line(10).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_MARK_PRICE);
    EXPECT_EQ(event(0).price, 91248.70);
    EXPECT_EQ(event(0).quantity, 91260.00);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'004'000 * kMs);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_FUNDING);
    EXPECT_EQ(event(1).price, -0.000125);
    EXPECT_EQ(event(1).quantity, 8.0);
    EXPECT_EQ(event(1).id, 1'794'009'600'000U);
    EXPECT_EQ(event(2).kind, PETREL_EVENT_OPEN_INTEREST);
    EXPECT_EQ(event(2).quantity, 54000.200);  // singleOpenInterest, not the sum of both sides
    EXPECT_EQ(event(2).notional_usd, 4927444000.10);
    EXPECT_EQ(event(2).side, PETREL_SIDE_NONE);
}

TEST_F(BybitParse, open_interest_of_both_sides_is_halved) {
    ASSERT_EQ(line(16).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);  // no funding in the frame, so no funding event
    EXPECT_EQ(event(1).kind, PETREL_EVENT_OPEN_INTEREST);
    EXPECT_EQ(event(1).quantity, 500.0);
    EXPECT_EQ(event(1).notional_usd, 1'500'000.0);
}

TEST_F(BybitParse, delta_emits_only_what_it_brings_and_takes_the_rest_from_state) {
    ASSERT_EQ(line(10).code, PETREL_OK);
    ASSERT_EQ(line(11).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).price, 91249.00);
    EXPECT_EQ(event(0).quantity, 91260.00);  // index of the snapshot
    ASSERT_EQ(line(12).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).price, 91249.00);  // mark of the delta before
    EXPECT_EQ(event(0).quantity, 91261.50);
    ASSERT_EQ(line(13).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).price, 0.0002);
    EXPECT_EQ(event(0).quantity, 8.0);
    EXPECT_EQ(event(0).id, 1'794'009'600'000U);
    ASSERT_EQ(line(15).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).quantity, 54000.200);  // unchanged quantity, new value
    EXPECT_EQ(event(0).notional_usd, 4.5e9);
}

TEST_F(BybitParse, delta_of_best_prices_alone_has_nothing_for_us) {
    ASSERT_EQ(line(10).code, PETREL_OK);
    EXPECT_EQ(line(14).code, PETREL_IGNORED);
    EXPECT_TRUE(host.events().empty());
}

TEST_F(BybitParse, state_is_forgotten_when_the_connection_opens_anew) {
    ASSERT_EQ(line(10).code, PETREL_OK);
    host.open(0);
    ASSERT_EQ(line(12).code, PETREL_OK);  // an index alone: without a mark there is no event
    EXPECT_TRUE(host.events().empty());
    ASSERT_EQ(line(11).code, PETREL_OK);
    EXPECT_EQ(event(0).quantity, 91261.50);
}

TEST_F(BybitParse, two_sockets_of_one_plan_have_a_state_each) {
    const auto over = [&](std::uint32_t connection, int number) {
        host.forget_output();
        ASSERT_EQ(host.frame(line_of(number), connection).code, PETREL_OK);
    };
    over(0, 10);
    over(1, 10);
    over(0, 11);  // a mark of 91249.00, which the second socket has not brought yet
    over(1, 12);
    EXPECT_EQ(event(0).price, 91248.70);
    over(0, 12);
    EXPECT_EQ(event(0).price, 91249.00);
    host.open(0);
    over(1, 12);
    EXPECT_EQ(event(0).price, 91248.70);
    over(0, 12);
    EXPECT_TRUE(host.events().empty());
}

TEST_F(BybitParse, snapshot_replaces_all_of_the_state_before_it) {
    ASSERT_EQ(line(10).code, PETREL_OK);
    ASSERT_EQ(text(R"({"topic":"tickers.BTCUSDT","type":"snapshot","data":{"symbol":"BTCUSDT",)"
                   R"("markPrice":"90000"},"cs":1,"ts":1794000005000})")
                  .code,
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).quantity, 0.0);  // index unknown again
}

TEST_F(BybitParse, dated_contract_without_funding_gives_none) {
    ASSERT_EQ(line(17).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_MARK_PRICE);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_OPEN_INTEREST);
    EXPECT_EQ(event(1).quantity, 5.0);
    EXPECT_EQ(event(1).price, 92000.10);  // the venue gave no value: mark price was used
    EXPECT_EQ(event(1).notional_usd, 5.0 * 92000.10);
}

TEST_F(BybitParse, book_gives_best_bid_and_ask_at_the_time_of_the_engine) {
    ASSERT_EQ(line(18).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_BEST_BID);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(0).price, 91250.00);
    EXPECT_EQ(event(0).notional_usd, 91250.00 * 2.110);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'005'008 * kMs);
    EXPECT_EQ(event(0).id, 7'100'001U);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_BEST_ASK);
    EXPECT_EQ(event(1).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(1).price, 91250.10);
}

TEST_F(BybitParse, empty_side_of_a_book_and_a_restarted_counter_are_ordinary) {
    ASSERT_EQ(line(18).code, PETREL_OK);
    ASSERT_EQ(line(19).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_BEST_BID);
    EXPECT_EQ(event(0).id, 1U);
}

TEST_F(BybitParse, level_of_size_zero_is_gone_and_the_next_one_counts) {
    ASSERT_EQ(line(20).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).price, 0.0123 / 1000);
    EXPECT_EQ(event(0).quantity, 1'000'000.0);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'005'030 * kMs);  // no cts: time of the frame
}

}  // namespace
}  // namespace petrel::bybit
