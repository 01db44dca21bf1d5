// Messages of control, foreign channels and bad frames: what is a notice, what is ignored, what is
// refused; and that nothing is allocated once the buffers have grown.
#include <gtest/gtest.h>

#include "kit/testing/counted_new.hpp"
#include "parse.hpp"
#include "venue_test.hpp"

namespace petrel::okx {
namespace {

class OkxControl : public ListedVenue {
protected:
    void notice(const std::string& text, std::uint32_t type, const std::string& says) {
        ASSERT_EQ(frame(text), PETREL_OK) << text;
        ASSERT_EQ(host.notices().size(), 1U);
        EXPECT_EQ(host.notices()[0].type, type);
        EXPECT_EQ(host.notices()[0].text, says);
    }
};

TEST_F(OkxControl, answers_of_the_venue_are_notices) {
    notice("pong", PETREL_NOTICE_PONG, "");
    notice(R"({"id":"12","event":"subscribe","arg":{"channel":"trades","instId":"BTC-USDT-SWAP"},)"
           R"("connId":"a4d3ae55"})",
           PETREL_NOTICE_ACK, "trades:BTC-USDT-SWAP");
    EXPECT_EQ(host.notices()[0].reference, 12U);
    notice(R"({"event":"subscribe","arg":{"channel":"liquidation-orders","instType":"SWAP"}})",
           PETREL_NOTICE_ACK, "liquidation-orders:SWAP");
    notice(R"({"id":"3","event":"error","code":"60018","msg":"Wrong URL or channel","connId":"a"})",
           PETREL_NOTICE_SUBSCRIBE_FAIL, "60018: Wrong URL or channel");
    notice(R"({"event":"notice","code":"64008","msg":"Please reconnect.","connId":"a4d3ae55"})",
           PETREL_NOTICE_RECONNECT, "64008: Please reconnect.");
    notice(R"({"event":"notice","code":"1","msg":"Hm."})", PETREL_NOTICE_VENUE_ERROR, "1: Hm.");
    notice(R"({"event":"channel-conn-count-error","channel":"x"})", PETREL_NOTICE_SUBSCRIBE_FAIL,
           ": ");
}

TEST_F(OkxControl, what_is_none_of_ours_is_ignored) {
    for (const char* text :
         {"{}", R"({"event":"unsubscribe","arg":{"channel":"trades"}})",
          R"({"event":"channel-conn-count","channel":"x"})", R"({"arg":7})",
          R"({"arg":{"channel":"books","instId":"BTC-USDT-SWAP"},"action":"update","data":[{}]})",
          R"({"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"last":"1"}]})"}) {
        EXPECT_EQ(frame(text), PETREL_IGNORED) << text;
        EXPECT_TRUE(host.events().empty());
        EXPECT_TRUE(host.notices().empty());
    }
}

TEST_F(OkxControl, what_is_no_json_object_is_refused) {
    for (const char* text : {"", " ", "ping", "[]", "null", "17", "\"text\"", "{", "{\"a\":1} x",
                             "\xff\xfe{}", "{\"data\":7}", "{\"data\":{}}"}) {
        refused(text);
    }
    refused(std::string(4'096, '['));
    refused(trade("\"count\":\"1\"") + std::string(2U << 20U, ' '));
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    refused(channel("trades", "BTC-USDT-SWAP", deep));
}

TEST_F(OkxControl, every_truncation_is_refused) {
    const std::string book =
        channel("bbo-tbt", "BTC-USDT-SWAP",
                R"({"asks":[["91250.1","310","0","9"]],"bids":[["91250","128","0","6"]],)"
                R"("ts":"1794000003010","seqId":56})");
    for (const std::string& whole : {trade(R"("count":"3")"), liquidation("sell", "long"), book}) {
        ASSERT_EQ(frame(whole), PETREL_OK);
        for (std::size_t length = 0; length < whole.size(); ++length) {
            refused(whole.substr(0, length));
        }
    }
}

TEST_F(OkxControl, absurd_figures_are_refused) {
    const std::string px = R"("90000")";
    const std::string ts = R"("1794000000123")";
    ASSERT_EQ(frame(trade_of(px, R"("1")", R"("7")", ts)), PETREL_OK);
    for (const char* bad :
         {R"("0")", R"("-1")", R"("NaN")", R"("inf")", R"("")", R"("1e400")", R"("1e17")",
          R"("0x10")", R"(" 1")", R"("1.")", R"(".5")", R"("1,5")", "1", "null", "true", "{}"}) {
        refused(trade_of(bad, R"("1")", R"("7")", ts));
        refused(trade_of(px, bad, R"("7")", ts));
    }
    refused(trade_of(R"("1000000000001")", R"("0.01")", R"("7")", ts));  // price above 1e12
    refused(trade_of(px, R"("2000000000")", R"("7")", ts));              // value above 1e12
    for (const char* bad : {R"("0")", R"("-1")", R"("7x")", R"("18446744073709551616")", "7"}) {
        refused(trade_of(px, R"("1")", bad, ts));
    }
    for (const char* bad : {R"("0")", R"("1794000000")", R"("1794000000865000")", R"("1.794e12")",
                            "1794000000123", R"("1230767999999")", R"("4102444800001")"}) {
        refused(trade_of(px, R"("1")", R"("7")", bad));
    }
    refused(trade(R"("count":"-1")"));
    refused(trade(R"("count":"1000001")"));
    refused(trade(R"("count":3)"));
}

TEST_F(OkxControl, rows_that_lack_or_mix_up_fields_are_refused) {
    refused(channel("trades", "BTC-USDT-SWAP", "7"));
    refused(channel("trades", "BTC-USDT-SWAP", R"({"instId":"BTC-USD-SWAP"})"));
    refused(channel("trades", "NEW-USDT-SWAP", R"({"instId":"NEW-USDT-SWAP"})"));
    refused(liquidation("hold", "long"));
    refused(channel("mark-price", "BTC-USDT-SWAP",
                    R"({"instId":"BTC-USDT-SWAP","markPx":"0","ts":"1794000001200"})"));
    refused(channel("mark-price", "BTC-USDT-SWAP",
                    R"({"instId":"ETH-USDC-SWAP","markPx":"5","ts":"1794000001200"})"));
    refused(channel("funding-rate", "BTC-USDT-SWAP",
                    R"({"fundingRate":"2.5","instId":"BTC-USDT-SWAP","ts":"1794000001200"})"));
    refused(channel("open-interest", "BTC-USDT-SWAP",
                    R"({"instId":"BTC-USDT-SWAP","oi":"-1","ts":"1794000001200"})"));
    for (const char* level : {"7", "[]", "[7,8]", R"(["1"])", R"(["1","0","0","1"])"}) {
        refused(channel("bbo-tbt", "BTC-USDT-SWAP",
                        R"({"asks":[)" + std::string(level) +
                            R"(],"bids":[],"ts":"1794000001200","seqId":1})"));
    }
}

TEST_F(OkxControl, one_bad_row_takes_the_whole_frame_with_it) {
    std::string rows;
    for (int i = 1; i < 20; ++i) {
        rows += R"({"instId":"BTC-USDT-SWAP","tradeId":"7","px":"9","sz":"1","side":"buy",)"
                R"("ts":"1794000000123"},)";
    }
    refused(channel("trades", "BTC-USDT-SWAP", rows + "{}"));
}

TEST(okx_decoder, allocates_nothing_once_settled) {
    Decoder decoder;
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
    Instrument instrument;
    instrument.native = "BTC-USDT-SWAP";
    instrument.quote = "USDT";
    ASSERT_TRUE(decoder.contracts().announce(instrument, out));
    const std::string text =
        R"({"arg":{"channel":"trades","instId":"BTC-USDT-SWAP"},"data":[{"instId":"BTC-USDT-SWAP",)"
        R"("tradeId":"7","px":"9","sz":"1","side":"buy","ts":"1794000000123","count":"1"}]})";
    const std::string padded = text + std::string(PETREL_FRAME_PADDING, ' ');
    std::size_t settled = 0;
    for (int round = 0; round < 3; ++round) {
        settled = kit::allocations;
        ASSERT_EQ(decoder.decode({0, {padded.data(), text.size()}, 1}, out).code, PETREL_OK);
    }
    EXPECT_EQ(kit::allocations, settled);
}

}  // namespace
}  // namespace petrel::okx
