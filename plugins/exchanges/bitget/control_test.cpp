// Messages of control, foreign channels and bad frames: what is a notice, what is ignored, what is
// refused; and that nothing is allocated once the buffers have grown.
#include <gtest/gtest.h>

#include "kit/testing/counted_new.hpp"
#include "parse.hpp"
#include "venue_test.hpp"

namespace petrel::bitget {
namespace {

class BitgetControl : public ListedVenue {
protected:
    void notice(const std::string& text, std::uint32_t type, const std::string& says) {
        ASSERT_EQ(frame(text), PETREL_OK) << text;
        ASSERT_EQ(host.notices().size(), 1U);
        EXPECT_EQ(host.notices()[0].type, type);
        EXPECT_EQ(host.notices()[0].text, says);
    }
};

TEST_F(BitgetControl, answers_of_the_venue_are_notices) {
    notice("pong", PETREL_NOTICE_PONG, "");
    notice(R"({"event":"subscribe","arg":{"instType":"USDT-FUTURES","channel":"trade",)"
           R"("instId":"BTCUSDT"},"connId":"9f00c0de-0001"})",
           PETREL_NOTICE_ACK, "trade:BTCUSDT");
    notice(R"({"event":"subscribe","arg":{"instType":"usdt-futures","topic":"liquidation"}})",
           PETREL_NOTICE_ACK, "liquidation:usdt-futures");
    notice(R"({"event":"error","arg":{"instType":"USDT-FUTURES","channel":"nope",)"
           R"("instId":"BTCUSDT"},"code":30001,"msg":"Channel does not exist"})",
           PETREL_NOTICE_SUBSCRIBE_FAIL, "nope:BTCUSDT: Channel does not exist");
    notice(R"({"event":"error","code":"30006","msg":"Too many requests"})",
           PETREL_NOTICE_SUBSCRIBE_FAIL, "Too many requests");
}

TEST_F(BitgetControl, what_is_none_of_ours_is_ignored) {
    for (const char* text :
         {"{}", R"({"event":"unsubscribe","arg":{"channel":"trade"}})", R"({"arg":7})",
          R"({"action":"update","arg":{"channel":"books","instId":"BTCUSDT"},"data":[{}]})",
          R"({"action":"update","arg":{"topic":"ticker","symbol":"BTCUSDT"},"data":[{}]})",
          R"({"action":"update","arg":{"topic":"trade","symbol":"BTCUSDT"},"data":[{}]})"}) {
        EXPECT_EQ(frame(text), PETREL_IGNORED) << text;
        EXPECT_TRUE(host.events().empty());
        EXPECT_TRUE(host.notices().empty());
    }
}

TEST_F(BitgetControl, what_is_no_json_object_is_refused) {
    for (const char* text : {"", " ", "ping", "[]", "null", "17", "\"text\"", "{", "{\"a\":1} x",
                             "\xff\xfe{}", "{\"data\":7}", "{\"data\":{}}"}) {
        refused(text);
    }
    refused(std::string(4'096, '['));
    refused(channel("trade", "BTCUSDT", good_row()) + std::string(2U << 20U, ' '));
    refused(channel("trade", "BTCUSDT", std::string(100'000, '[') + std::string(100'000, ']')));
}

TEST_F(BitgetControl, every_truncation_is_refused) {
    const std::string book = channel(
        "books1", "BTCUSDT",
        R"({"asks":[["91250.1","310"]],"bids":[["91250","128"]],"ts":"1794000003010","seq":56})");
    for (const std::string& whole :
         {channel("trade", "BTCUSDT", good_row()), liquidation("BTCUSDT", "buy"), book}) {
        ASSERT_EQ(frame(whole), PETREL_OK);
        for (std::size_t length = 0; length < whole.size(); ++length) {
            refused(whole.substr(0, length));
        }
    }
}

TEST_F(BitgetControl, absurd_figures_are_refused) {
    const std::string price = R"("90000")";
    const std::string one = R"("1")";
    const std::string buy = R"("buy")";
    const std::string ts = R"("1794000000123")";
    const auto bad_trade = [this](const std::string& trade) {
        refused(channel("trade", "BTCUSDT", trade));
    };
    ASSERT_EQ(frame(channel("trade", "BTCUSDT", row(price, one, buy, one, ts))), PETREL_OK);
    for (const char* bad :
         {R"("0")", R"("-1")", R"("NaN")", R"("inf")", R"("")", R"("1e400")", R"("1e16")",
          R"("0x10")", R"(" 1")", R"("1.")", R"(".5")", R"("1,5")", "1", "null", "true", "{}"}) {
        bad_trade(row(bad, one, buy, one, ts));
        bad_trade(row(price, bad, buy, one, ts));
    }
    bad_trade(row(R"("1000000000001")", R"("0.1")", buy, one, ts));  // price above 1e12
    bad_trade(row(price, R"("20000000")", buy, one, ts));            // value above 1e12
    for (const char* bad : {R"("0")", R"("-1")", R"("7x")", R"("18446744073709551616")", "7"}) {
        bad_trade(row(price, one, buy, bad, ts));
    }
    for (const char* bad : {R"("0")", R"("1794000000")", R"("1794000000865000")", R"("1.794e12")",
                            "1794000000123", R"("1230767999999")", R"("4102444800001")"}) {
        bad_trade(row(price, one, buy, one, bad));
    }
    bad_trade(row(price, one, R"("hold")", one, ts));
}

TEST_F(BitgetControl, rows_that_lack_or_mix_up_fields_are_refused) {
    refused(channel("trade", "BTCUSDT", "7"));
    refused(channel("trade", "BTCUSDT", "{}"));
    refused(channel("trade", "BTCEUR", good_row()));
    refused(channel("trade", "btcusdt", good_row()));
    refused(liquidation("BTCUSDT", "hold"));
    refused(ticker("BTCUSDT", R"("markPrice":"-1",)"));
    refused(ticker("BTCUSDT", R"("fundingRate":"2.5","nextFundingTime":"1794009600000",)"));
    refused(ticker("BTCUSDT", R"("nextFundingTime":"17",)"));
    refused(ticker("BTCUSDT", R"("markPrice":"1e12","holdingAmount":"1e9",)"));
    for (const char* level : {"7", "[]", "[7,8]", R"(["1"])", R"(["1","0"])"}) {
        refused(
            channel("books1", "BTCUSDT",
                    R"({"asks":[)" + std::string(level) + R"(],"bids":[],"ts":"1794000001200"})"));
    }
    refused(channel("books1", "BTCUSDT", R"({"asks":[],"bids":[],"ts":"1794000001200","seq":""})"));
}

TEST_F(BitgetControl, one_bad_row_takes_the_whole_frame_with_it) {
    std::string rows;
    for (int i = 1; i < 20; ++i) {
        rows += good_row() + ",";
    }
    refused(channel("trade", "BTCUSDT", rows + "{}"));
}

TEST(bitget_decoder, allocates_nothing_once_settled) {
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
    const std::string text =
        R"({"action":"update","arg":{"instType":"USDT-FUTURES","channel":"trade",)"
        R"("instId":"BTCUSDT"},"data":[{"ts":"1794000000123","price":"9","size":"1",)"
        R"("side":"buy","tradeId":"7"}],"ts":1794000000125})";
    const std::string padded = text + std::string(PETREL_FRAME_PADDING, ' ');
    std::size_t settled = 0;
    for (int round = 0; round < 3; ++round) {
        settled = kit::allocations;
        ASSERT_EQ(decoder.decode({0, {padded.data(), text.size()}, 1}, out).code, PETREL_OK);
    }
    EXPECT_EQ(kit::allocations, settled);
}

}  // namespace
}  // namespace petrel::bitget
