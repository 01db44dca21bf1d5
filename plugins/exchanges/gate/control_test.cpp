// Messages of control, foreign channels and bad frames: what is a notice, what is ignored, what is
// refused; and that nothing is allocated once the buffers have grown.
#include <gtest/gtest.h>

#include "kit/testing/counted_new.hpp"
#include "parse.hpp"
#include "venue_test.hpp"

namespace petrel::gate {
namespace {

class GateControl : public ListedVenue {
protected:
    void notice(const std::string& text, std::uint32_t type, const std::string& says) {
        ASSERT_EQ(frame(text), PETREL_OK) << text;
        ASSERT_EQ(host.notices().size(), 1U);
        EXPECT_EQ(host.notices()[0].type, type);
        EXPECT_EQ(host.notices()[0].text, says);
    }
};

TEST_F(GateControl, answers_of_the_venue_are_notices) {
    notice(
        R"({"time":1794000000,"time_ms":1794000000120,"conn_id":"57","channel":"futures.trades",)"
        R"("event":"subscribe","payload":["BTC_USDT"],"error":null,"result":{"status":"success"}})",
        PETREL_NOTICE_ACK, "futures.trades");
    notice(R"({"time":1684930165,"time_ms":0,"channel":"futures.tickers","event":"subscribe",)"
           R"("result":{"status":"success"}})",
           PETREL_NOTICE_ACK, "futures.tickers");
    notice(R"({"time":1,"channel":"futures.trades","event":"subscribe","payload":["NOPE_USDT"],)"
           R"("error":{"code":2,"message":"unknown contract NOPE_USDT"},)"
           R"("result":{"status":"fail"}})",
           PETREL_NOTICE_SUBSCRIBE_FAIL, "futures.trades: unknown contract NOPE_USDT");
    notice(R"({"time":1,"channel":"futures.pong","event":"","error":null,"result":null})",
           PETREL_NOTICE_PONG, "");
    notice(update("system", R"({"type":"upgrade","msg":"soon"})"), PETREL_NOTICE_RECONNECT,
           "upgrade");
    notice(update("system", R"({"type":"other"})"), PETREL_NOTICE_VENUE_ERROR, "other");
}

TEST_F(GateControl, what_is_none_of_ours_is_ignored) {
    for (const std::string& text :
         {std::string("{}"), std::string(R"({"channel":7})"), update("candlesticks", "[{}]"),
          update("system", "[]"), update("order_book_update", R"({"s":"BTC_USDT"})"),
          std::string(R"({"channel":"futures.trades","event":"unsubscribe"})")}) {
        EXPECT_EQ(frame(text), PETREL_IGNORED) << text;
        EXPECT_TRUE(host.events().empty());
        EXPECT_TRUE(host.notices().empty());
    }
}

TEST_F(GateControl, what_is_no_json_object_is_refused) {
    for (const char* text :
         {"", " ", "pong", "[]", "null", "17", "\"text\"", "{", "{\"a\":1} x", "\xff\xfe{}"}) {
        refused(text);
    }
    refused(std::string(4'096, '['));
    refused(trades(good_row(7)) + std::string(2U << 20U, ' '));
    refused(trades(std::string(100'000, '[') + std::string(100'000, ']')));
    for (const char* channel : {"trades", "tickers", "book_ticker", "public_liquidates"}) {
        refused(update(channel, "7"));
        refused(update(channel, "null"));
        refused(update(channel, "[7]"));
    }
}

TEST_F(GateControl, every_truncation_is_refused) {
    for (const std::string& whole :
         {trades(good_row(7)),
          update("public_liquidates", "[" + liquidation("\"-5\"", "BTC_USDT") + "]"),
          update("book_ticker", R"({"t":1794000002055,"u":4,"s":"BTC_USDT","b":"91250","B":"37",)"
                                R"("a":"91250.1","A":"47"})")}) {
        ASSERT_EQ(frame(whole), PETREL_OK);
        for (std::size_t length = 0; length < whole.size(); ++length) {
            refused(whole.substr(0, length));
        }
    }
}

TEST_F(GateControl, absurd_figures_are_refused) {
    const std::string ms = "1794000000123";
    const std::string price = R"("90000")";
    ASSERT_EQ(frame(trades(row("1", "7", ms, price))), PETREL_OK);
    for (const char* bad : {R"("NaN")", R"("inf")", R"("")", R"("1e400")", R"("1e20")", "1e20",
                            R"("0x10")", R"(" 1")", R"("1.")", R"(".5")", "null", "true", "{}"}) {
        refused(trades(row(bad, "7", ms, price)));
        refused(trades(row("1", "7", ms, bad)));
    }
    for (const char* bad : {"0", "-1", R"("0")", R"("-90000")", R"("1000000000001")"}) {
        refused(trades(row("1", "7", ms, bad)));
    }
    for (const char* bad : {"0", "-1", "7.5", "\"7\"", "18446744073709551616", "null"}) {
        refused(trades(row("1", bad, ms, price)));
    }
    for (const char* bad :
         {"0", "-1794000000123", "17940000", "1794000000123000", "1e300", R"("1230767999999")"}) {
        refused(trades(row("1", "7", bad, price)));
    }
}

TEST_F(GateControl, rows_that_lack_or_mix_up_fields_are_refused) {
    refused(trades("{}"));
    refused(trades(row("1", "7", "1794000000123", "\"9\"", "NEW_USDT")));
    refused(trades(good_row(7, R"(,"is_internal":1)")));
    refused(update("public_liquidates", liquidation("\"x\"", "BTC_USDT")));
    refused(update("public_liquidates", liquidation("5", "NEW_USDT")));
    refused(update("tickers", R"([{"contract":"NEW_USDT","mark_price":"5"}])"));
    refused(update("tickers", R"([{"contract":"BTC_USDT","mark_price":"-5"}])"));
    refused(update("tickers", R"([{"contract":"BTC_USDT","funding_rate":"1.5"}])"));
    refused(update("tickers", R"([{"contract":"BTC_USDT","total_size":"many"}])"));
    refused(update("book_ticker", R"({"t":1794000002055,"u":4,"s":"BTC_USDT","b":"-1","B":1})"));
    refused(update("book_ticker", R"({"t":1794000002055,"s":"BTC_USDT"})"));
}

TEST_F(GateControl, one_bad_row_takes_the_whole_frame_with_it) {
    refused(trades(good_row(7) + "," + good_row(8) + ",{}"));
}

TEST(gate_decoder, allocates_nothing_once_settled) {
    Decoder decoder(LiquidationSign::Position);
    std::array<MarketEvent, 8> room{};
    petrel_decode_out raw{};
    raw.size = sizeof(raw);
    raw.capacity = room.size();
    raw.stride = sizeof(MarketEvent);
    raw.events = room.data();
    raw.flush = [](petrel_decode_out* out) {
        out->count = 0;
        return PETREL_OK;
    };
    raw.instrument = [](petrel_decode_out*, const petrel_instrument*) { return 0U; };
    raw.notice = [](petrel_decode_out*, const petrel_notice*) {};
    DecodeOut out(&raw);
    Listed listed;
    listed.instrument.native = "BTC_USDT";
    listed.instrument.quote = "USDT";
    ASSERT_TRUE(decoder.contracts().announce(listed, out));
    const std::string text =
        R"({"time":1794000000,"time_ms":1794000000130,"channel":"futures.trades","event":"update",)"
        R"("result":[{"size":"-1","id":7,"create_time":1794000000,"create_time_ms":1794000000123,)"
        R"("price":"90000","contract":"BTC_USDT"}]})";
    const std::string padded = text + std::string(PETREL_FRAME_PADDING, ' ');
    std::size_t settled = 0;
    for (int round = 0; round < 3; ++round) {
        settled = kit::allocations;
        ASSERT_EQ(decoder.decode({0, {padded.data(), text.size()}, 1}, out).code, PETREL_OK);
    }
    EXPECT_EQ(kit::allocations, settled);
}

}  // namespace
}  // namespace petrel::gate
