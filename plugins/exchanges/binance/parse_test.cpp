// Frames to events, by hand-computed cases: sides, units, size prefixes, times, products, bounds.
#include <gtest/gtest.h>

#include "oracle.hpp"

namespace petrel::binance {
namespace {

class BinanceFrames : public ::testing::Test {
protected:
    Decoded decode(std::string_view text) { return probe_.decode(text); }
    // The one event of a good frame.
    MarketEvent only(std::string_view text) {
        const Decoded decoded = decode(text);
        EXPECT_EQ(decoded.code, PETREL_OK) << decoded.reason << "\n" << text;
        EXPECT_EQ(probe_.events.size(), 1U) << text;
        return probe_.events.empty() ? MarketEvent{} : probe_.events.front();
    }
    std::string agg_trade(const std::string& price, const std::string& quantity,
                          const std::string& time = "1794000000101",
                          const std::string& symbol = "BTCUSDT") {
        return R"({"e":"aggTrade","E":1794000000123,"a":7,"s":")" + symbol + R"(","p":")" + price +
               R"(","q":")" + quantity + R"(","f":1,"l":2,"T":)" + time + R"(,"m":true,"st":1})";
    }

    Probe probe_{Way::FastFirst};
};

TEST_F(BinanceFrames, buyer_as_maker_means_that_the_aggressor_sold) {
    const MarketEvent sold = only(
        R"({"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1794000000123,"a":3100000001,)"
        R"("s":"BTCUSDT","p":"91250.10","q":"0.250","nq":"0.200","f":1,"l":4,"T":1794000000101,)"
        R"("m":true,"st":1}})");
    EXPECT_EQ(sold.kind, PETREL_EVENT_TRADE);
    EXPECT_EQ(sold.side, PETREL_SIDE_SELL);
    EXPECT_EQ(sold.flags, PETREL_FLAG_ID_SEQUENCE);
    EXPECT_EQ(sold.count, 1U);
    EXPECT_EQ(sold.venue, 0);
    EXPECT_EQ(sold.price, 91250.10);
    EXPECT_EQ(sold.quantity, 0.25);
    EXPECT_DOUBLE_EQ(sold.notional_usd, 22812.525);
    EXPECT_EQ(sold.id, 3100000001U);
    EXPECT_EQ(sold.exchange_ts_ns, 1'794'000'000'101'000'000);
    EXPECT_EQ(sold.receive_ts_ns, Probe::kReceived_ns);
    const MarketEvent bought =
        only(R"({"e":"aggTrade","E":1794000000123,"s":"BTCUSDT","a":3100000002,"p":"91250.10",)"
             R"("q":"0.250","f":1,"l":4,"T":1794000000101,"m":false})");
    EXPECT_EQ(bought.side, PETREL_SIDE_BUY);
    EXPECT_EQ(bought.instrument, sold.instrument);
}

TEST_F(BinanceFrames, size_prefixes_are_taken_out_of_price_and_quantity) {
    const MarketEvent pepe = only(agg_trade("0.0123", "50000", "1794000000101", "1000PEPEUSDT"));
    EXPECT_DOUBLE_EQ(pepe.price, 0.0000123);
    EXPECT_EQ(pepe.quantity, 50'000'000);
    EXPECT_DOUBLE_EQ(pepe.notional_usd, 615);
    const MarketEvent mog = only(agg_trade("0.5", "3", "1794000000101", "1000000MOGUSDT"));
    EXPECT_DOUBLE_EQ(mog.price, 0.0000005);
    EXPECT_EQ(mog.quantity, 3'000'000);
    EXPECT_DOUBLE_EQ(mog.notional_usd, 1.5);
}

TEST_F(BinanceFrames, a_sell_order_liquidates_a_long_at_the_average_price) {
    const MarketEvent event =
        only(R"({"e":"forceOrder","E":1794000001500,"o":{"s":"ETHUSDT","S":"SELL","o":"LIMIT",)"
             R"("f":"IOC","q":"12.500","p":"2990.11","ap":"3001.42","X":"FILLED","l":"2.100",)"
             R"("z":"12.400","T":1794000001498},"ps":"ETHUSDT","st":1})");
    EXPECT_EQ(event.kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(event.side, PETREL_SIDE_LONG);
    EXPECT_EQ(event.flags, PETREL_FLAG_SAMPLED);
    EXPECT_EQ(event.price, 3001.42);
    EXPECT_EQ(event.quantity, 12.4);
    EXPECT_DOUBLE_EQ(event.notional_usd, 37217.608);
    EXPECT_EQ(event.id, 0U);
    EXPECT_EQ(event.exchange_ts_ns, 1'794'000'001'498'000'000);
}

TEST_F(BinanceFrames, a_buy_order_liquidates_a_short) {
    const MarketEvent event =
        only(R"({"stream":"xrpusdt@forceOrder","data":{"e":"forceOrder","E":1794000002500,"o":)"
             R"({"s":"XRPUSDT","S":"BUY","o":"LIMIT","f":"IOC","q":"1000","p":"1.4984","ap":"1.5",)"
             R"("X":"FILLED","l":"1000","z":"1000","T":1794000002001,"ps":"XRPUSDT","st":1}}})");
    EXPECT_EQ(event.side, PETREL_SIDE_SHORT);
    EXPECT_EQ(event.notional_usd, 1500);
}

TEST_F(BinanceFrames, coin_margined_events_are_ignored_wherever_the_product_is_told) {
    const std::string order =
        R"("S":"SELL","o":"LIMIT","f":"IOC","q":"40","p":"91000.0","ap":"91100.5","X":"FILLED",)"
        R"("l":"40","z":"40","T":1794000003001)";
    const std::string head = R"({"e":"forceOrder","E":1794000003500,"o":{"s":)";
    EXPECT_EQ(decode(head + R"("BTCUSDT",)" + order + R"(},"ps":"BTCUSD","st":2})").code,
              PETREL_IGNORED);
    EXPECT_EQ(decode(head + R"("BTCUSDT",)" + order + R"(,"ps":"BTCUSD","st":2}})").code,
              PETREL_IGNORED);
    EXPECT_EQ(decode(head + R"("BTCUSD_PERP",)" + order + "}}").code, PETREL_IGNORED);
    EXPECT_EQ(decode(head + R"("BTCUSD_261225",)" + order + "}}").code, PETREL_IGNORED);
    EXPECT_TRUE(probe_.instruments.empty());
    EXPECT_EQ(decode(head + R"("BTCUSDT",)" + order + R"(},"st":1})").code, PETREL_OK);
}

TEST_F(BinanceFrames, an_order_that_is_not_filled_is_ignored_and_no_average_means_its_limit) {
    const auto order = [](const std::string& average, const std::string& state) {
        return R"({"e":"forceOrder","E":1794000003500,"o":{"s":"BTCUSDT","S":"SELL","o":"LIMIT",)"
               R"("f":"IOC","q":"2","p":"90000.0","ap":")" +
               average + R"(","X":")" + state + R"(","l":"0","z":"2","T":1794000003001}})";
    };
    EXPECT_EQ(decode(order("91100.5", "NEW")).code, PETREL_IGNORED);
    EXPECT_EQ(only(order("", "FILLED")).price, 90000);
    EXPECT_EQ(only(order("0", "FILLED")).price, 90000);
    EXPECT_EQ(only(order("91100.5", "FILLED")).price, 91100.5);
}

TEST_F(BinanceFrames, mark_price_brings_index_and_funding) {
    ASSERT_EQ(decode(R"({"e":"markPriceUpdate","E":1794000002000,"s":"BTCUSDT",)"
                     R"("p":"91248.77000000","ap":"91249.1","i":"91251.02000000",)"
                     R"("P":"91240.00000000","r":"-0.00004100","T":1794009600000,"st":1})")
                  .code,
              PETREL_OK);
    ASSERT_EQ(probe_.events.size(), 2U);
    const MarketEvent& mark = probe_.events[0];
    EXPECT_EQ(mark.kind, PETREL_EVENT_MARK_PRICE);
    EXPECT_EQ(mark.side, PETREL_SIDE_NONE);
    EXPECT_EQ(mark.price, 91248.77);
    EXPECT_EQ(mark.quantity, 91251.02);
    EXPECT_EQ(mark.notional_usd, 0);
    EXPECT_EQ(mark.exchange_ts_ns, 1'794'000'002'000'000'000);
    const MarketEvent& funding = probe_.events[1];
    EXPECT_EQ(funding.kind, PETREL_EVENT_FUNDING);
    EXPECT_EQ(funding.price, -0.000041);
    EXPECT_EQ(funding.quantity, 0);
    EXPECT_EQ(funding.id, 1'794'009'600'000U);
}

TEST_F(BinanceFrames, a_dated_future_has_a_mark_price_but_no_funding) {
    const MarketEvent mark =
        only(R"({"e":"markPriceUpdate","E":1794000003000,"s":"BTCUSDT_261225","p":"92548.1",)"
             R"("i":"","P":"92540.0","r":"","T":0,"st":1})");
    EXPECT_EQ(mark.kind, PETREL_EVENT_MARK_PRICE);
    EXPECT_EQ(mark.quantity, 0);
}

TEST_F(BinanceFrames, the_book_ticker_gives_both_sides_and_leaves_out_an_empty_one) {
    ASSERT_EQ(decode(R"({"e":"bookTicker","u":91,"s":"1000PEPEUSDT","ps":"1000PEPEUSDT",)"
                     R"("b":"0.0123","B":"1000","a":"0.0124","A":"500","T":1794000002099,)"
                     R"("E":1794000002101,"st":1})")
                  .code,
              PETREL_OK);
    ASSERT_EQ(probe_.events.size(), 2U);
    EXPECT_EQ(probe_.events[0].kind, PETREL_EVENT_BEST_BID);
    EXPECT_EQ(probe_.events[0].side, PETREL_SIDE_BUY);
    EXPECT_DOUBLE_EQ(probe_.events[0].price, 0.0000123);
    EXPECT_EQ(probe_.events[0].quantity, 1'000'000);
    EXPECT_DOUBLE_EQ(probe_.events[0].notional_usd, 12.3);
    EXPECT_EQ(probe_.events[0].id, 91U);
    EXPECT_EQ(probe_.events[0].exchange_ts_ns, 1'794'000'002'099'000'000);
    EXPECT_EQ(probe_.events[1].kind, PETREL_EVENT_BEST_ASK);
    EXPECT_EQ(probe_.events[1].side, PETREL_SIDE_SELL);
    EXPECT_DOUBLE_EQ(probe_.events[1].notional_usd, 6.2);
    const MarketEvent ask = only(
        R"({"e":"bookTicker","u":92,"s":"BTCUSDT","b":"0.00","B":"0.000","a":"91250.1","A":"1",)"
        R"("T":1794000002099,"E":1794000002101})");
    EXPECT_EQ(ask.kind, PETREL_EVENT_BEST_ASK);
}

TEST_F(BinanceFrames, single_trades_count_unless_they_are_no_market_trades) {
    const auto trade = [](const std::string& origin) {
        return R"({"stream":"btcusdt@trade","data":{"e":"trade","E":1794000000322,)"
               R"("T":1794000000321,"s":"BTCUSDT","t":5266583935,"p":"61800.30","q":"0.006",)" +
               origin + R"("m":false}})";
    };
    EXPECT_EQ(only(trade(R"("X":"MARKET",)")).id, 5266583935U);
    EXPECT_EQ(only(trade("")).side, PETREL_SIDE_BUY);
    for (const char* origin : {"INSURANCE_FUND", "ADL", "NA"}) {
        EXPECT_EQ(decode(trade(R"("X":")" + std::string(origin) + R"(",)")).code, PETREL_IGNORED);
    }
}

TEST_F(BinanceFrames, a_quote_that_is_no_dollar_waits_for_its_own_price) {
    const std::string eth = agg_trade("0.0325", "2", "1794000000101", "ETHBTC");
    EXPECT_EQ(decode(eth).code, PETREL_E_REJECTED);
    EXPECT_EQ(decode(eth).reason, kNoRate);
    ASSERT_EQ(decode(R"({"e":"markPriceUpdate","E":1794000002000,"s":"BTCUSDT","p":"90000",)"
                     R"("i":"90000","P":"90000","r":"","T":0})")
                  .code,
              PETREL_OK);
    const MarketEvent event = only(eth);
    EXPECT_EQ(event.price, 0.0325);
    EXPECT_EQ(event.quantity, 2);
    EXPECT_DOUBLE_EQ(event.notional_usd, 5850);
    (void)only(agg_trade("80000", "1"));
    EXPECT_DOUBLE_EQ(only(eth).notional_usd, 5200);
}

TEST_F(BinanceFrames, an_array_gives_every_event_it_can_and_none_when_one_is_bad) {
    const auto mark = [](const std::string& symbol, const std::string& price) {
        return R"({"e":"markPriceUpdate","E":1794000004000,"s":")" + symbol + R"(","p":")" + price +
               R"(","i":"1","P":"1","r":"","T":0})";
    };
    const std::string good = mark("BTCUSDT", "91248.5");
    EXPECT_EQ(decode("[" + good + "," + mark("ETHUSDT", "3001") + "]").code, PETREL_OK);
    EXPECT_EQ(probe_.events.size(), 2U);
    EXPECT_EQ(decode("[" + good + "," + mark("\xe5\xb8\x81USDT", "1") + "]").code, PETREL_OK);
    EXPECT_EQ(probe_.events.size(), 1U);
    EXPECT_EQ(decode(R"({"stream":"x","data":[)" + good + "," + mark("ETHUSDT", "-1") + "]}").code,
              PETREL_E_REJECTED);
    EXPECT_TRUE(probe_.events.empty());
    EXPECT_EQ(decode("[" + good + "," + good).code, PETREL_E_REJECTED);
    EXPECT_TRUE(probe_.events.empty());
    EXPECT_EQ(decode("[]").code, PETREL_IGNORED);
}

TEST_F(BinanceFrames, figures_out_of_bounds_are_refused_with_their_reason) {
    for (const char* price : {"0", "-1", "1e13", "1000000000001"}) {
        EXPECT_EQ(decode(agg_trade(price, "1")).reason, kBadPrice) << price;
    }
    for (const char* quantity : {"0", "-0.5", "1e16"}) {
        EXPECT_EQ(decode(agg_trade("0.001", quantity)).reason, kBadQuantity) << quantity;
    }
    EXPECT_EQ(decode(agg_trade("1000000", "1000001")).reason, kBadNotional);
    for (const char* time : {"0", "1794000000", "1230767999999", "1794000000101000",
                             "4102444800000", "18446744073709551615"}) {
        EXPECT_EQ(decode(agg_trade("1", "1", time)).reason, kBadTime) << time;
    }
    for (const char* price : {"", "NaN", "inf", "1,5", "0x10", "1e999", " 1", "1 "}) {
        EXPECT_EQ(decode(agg_trade(price, "1")).code, PETREL_E_REJECTED) << price;
    }
    EXPECT_EQ(decode(agg_trade("1", "1")).code, PETREL_OK);
    EXPECT_EQ(decode(R"({"e":"markPriceUpdate","E":1794000003000,"s":"BTCUSDT","p":"1","i":"1",)"
                     R"("P":"1","r":"1.5","T":1794009600000})")
                  .reason,
              kBadRate);
}

TEST_F(BinanceFrames, malformed_frames_are_refused_and_leave_the_decoder_working) {
    const std::string good = agg_trade("91250.1", "0.25");
    std::string huge = R"({"e":"aggTrade","pad":")" + std::string(10U << 20U, 'x') + "\"}";
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    const std::string nested = R"({"a":)" + std::string(5'000, '{') + "}";
    for (const std::string& bad : {std::string(),
                                   std::string("x"),
                                   std::string("{"),
                                   std::string("null"),
                                   std::string("7"),
                                   std::string("\"text\""),
                                   std::string("{}"),
                                   std::string(R"({"stream":"x","data":7})"),
                                   std::string(R"({"stream":"x","data":{}})"),
                                   std::string("\xff\xfe{}"),
                                   good + good,
                                   good + "x",
                                   good.substr(0, good.size() - 1),
                                   huge,
                                   deep,
                                   nested,
                                   std::string(R"({"e":"aggTrade"})"),
                                   std::string(R"({"e":7})"),
                                   std::string(R"({"e":"forceOrder","o":[]})"),
                                   std::string("[1]"),
                                   std::string("[[]]")}) {
        EXPECT_EQ(decode(bad).code, PETREL_E_REJECTED) << bad.substr(0, 200);
        EXPECT_FALSE(decode(bad).reason.empty());
        EXPECT_TRUE(probe_.events.empty());
        EXPECT_EQ(decode(good).code, PETREL_OK) << "after " << bad.substr(0, 200);
    }
}

TEST_F(BinanceFrames, fields_of_the_wrong_type_are_refused) {
    for (const char* frame :
         {R"({"e":"aggTrade","E":1,"a":"7","s":"BTCUSDT","p":"1",)"
          R"("q":"1","T":1794000000101,"m":true})",
          R"({"e":"aggTrade","E":1,"a":7.5,"s":"BTCUSDT","p":"1",)"
          R"("q":"1","T":1794000000101,"m":true})",
          R"({"e":"aggTrade","E":1,"a":-7,"s":"BTCUSDT","p":"1",)"
          R"("q":"1","T":1794000000101,"m":true})",
          R"({"e":"aggTrade","E":1,"a":7,"s":"BTCUSDT","p":1,"q":"1","T":1794000000101,"m":true})",
          R"({"e":"aggTrade","E":1,"a":7,"s":"BTCUSDT","p":"1",)"
          R"("q":null,"T":1794000000101,"m":true})",
          R"({"e":"aggTrade","E":1,"a":7,"s":"BTCUSDT","p":"1",)"
          R"("q":"1","T":"1794000000101","m":true})",
          R"({"e":"aggTrade","E":1,"a":7,"s":"BTCUSDT","p":"1","q":"1","T":1794000000101,"m":1})",
          R"({"e":"aggTrade","E":1,"a":7,"s":7,"p":"1","q":"1","T":1794000000101,"m":true})",
          R"({"e":"aggTrade","E":1,"a":7,"s":"BTCUSDT","p":"1","p":"2",)"
          R"("q":"1","T":1794000000101,"m":true})"}) {
        EXPECT_EQ(decode(frame).code, PETREL_E_REJECTED) << frame;
    }
}

TEST_F(BinanceFrames, keys_in_any_order_and_new_keys_do_not_matter) {
    const MarketEvent event =
        only(R"( { "data" : {"new":{"deep":[1,{"e":"x"}]},"m":true, "T":1794000000101,"q":"0.250",)"
             R"("p":"91250.10","s":"BTCUS\u0044T","a":3100000001,"E":1,"e":"aggTrade","ZZ":null},)"
             R"("stream":"btcusdt@aggTrade"} )");
    EXPECT_EQ(event.price, 91250.10);
    EXPECT_EQ(event.side, PETREL_SIDE_SELL);
    EXPECT_EQ(probe_.instruments.count("BTCUSDT"), 1U);
}

TEST_F(BinanceFrames, names_that_cannot_be_written_elsewhere_are_refused) {
    for (const char* name : {"", "btcusdt", "BTC USDT", "BTC/USDT", R"(BTCUSDT\u0000)",
                             "\xe5\xb8\x81\xe5\xae\x89USDT", "BTCXYZ", "USDT", "BTCUSDT_261325"}) {
        EXPECT_EQ(decode(agg_trade("1", "1", "1794000000101", name)).code, PETREL_E_REJECTED)
            << name;
    }
    const std::string longest = std::string(60, 'A') + "USDT";
    EXPECT_EQ(decode(agg_trade("1", "1", "1794000000101", "A" + longest)).code, PETREL_E_REJECTED);
    EXPECT_TRUE(probe_.instruments.empty());
    EXPECT_EQ(decode(agg_trade("1", "1", "1794000000101", longest.substr(32))).code, PETREL_OK);
}

TEST_F(BinanceFrames, symbols_without_end_are_bounded) {
    std::size_t refused = 0;
    for (int i = 0; i < 5'000; ++i) {
        const std::string name = "A" + std::to_string(i) + (i % 2 == 0 ? "USDT" : "LONGERNAMEUSDT");
        refused += decode(agg_trade("1", "1", "1794000000101", name)).code < 0 ? 1 : 0;
    }
    EXPECT_EQ(refused, 5'000 - kContractsMax);
    EXPECT_EQ(probe_.instruments.size(), kContractsMax);
    EXPECT_EQ(decode(agg_trade("1", "1", "1794000000101", "A0USDT")).code, PETREL_OK);
}

}  // namespace
}  // namespace petrel::binance
