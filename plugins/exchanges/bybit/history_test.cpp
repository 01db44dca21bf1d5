// History: the newest trades, and which of them become events.
#include "history.hpp"

#include <gtest/gtest.h>

#include "petrel/testing/fake_exchange_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::bybit {
namespace {

using testing::FakeExchangeHost;

constexpr const char* kNewer = "1b2c3d4e-0000-5000-8000-0123456789ab";
constexpr const char* kOlder = "1b2c3d4e-0000-5000-8000-0123456789aa";

std::string row(const std::string& id, const std::string& ms) {
    return R"({"execId":")" + id + R"(","symbol":"BTCUSDT","price":"90000","size":"0.01",)" +
           R"("side":"Buy","time":")" + ms + R"(","isBlockTrade":false,"seq":"1"})";
}
std::string answer(const std::string& rows) {
    return R"({"retCode":0,"retMsg":"OK","result":{"category":"linear","list":[)" + rows + "]}}";
}

class BybitHistory : public ::testing::Test {
protected:
    BybitHistory() {
        host_.frame(R"({"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1794000000868,"data":)"
                    R"([{"T":1794000000865,"s":"BTCUSDT","S":"Buy","v":"0.01","p":"90000",)"
                    R"("L":"PlusTick","i":")" +
                    std::string(kNewer) + R"(","BT":false,"seq":1}]})");
        live_id_ = host_.events().at(0).id;
        host_.forget_output();
    }
    petrel_gap gap() const {
        petrel_gap gap{};
        gap.size = sizeof(gap);
        gap.instrument = host_.handle_of("BTCUSDT");
        gap.kind = PETREL_EVENT_TRADE;
        gap.native = text_of("BTCUSDT");
        return gap;
    }

    FakeExchangeHost host_{*petrel_plugin_entry_v1()};
    std::uint64_t live_id_ = 0;
};

TEST_F(BybitHistory, trades_come_oldest_first_under_the_ids_of_the_live_stream) {
    ASSERT_TRUE(host_.backfill(gap()).ok());
    ASSERT_EQ(host_.requests().size(), 1U);
    const auto request = host_.requests()[0];
    EXPECT_EQ(request.target, "/v5/market/recent-trade?category=linear&symbol=BTCUSDT&limit=1000");
    const std::string rows = row(kNewer, "1794000000865") + "," + row(kOlder, "1794000000100");
    EXPECT_EQ(host_.reply(request, 200, answer(rows)).code, PETREL_OK);
    ASSERT_EQ(host_.events().size(), 2U);
    EXPECT_LT(host_.events()[0].exchange_ts_ns, host_.events()[1].exchange_ts_ns);
    EXPECT_EQ(host_.events()[1].id, live_id_);
    EXPECT_EQ(host_.events()[1].side, PETREL_SIDE_BUY);
    EXPECT_EQ(host_.events()[1].flags, PETREL_FLAG_ID_HASHED);
}

TEST_F(BybitHistory, liquidations_have_none) {
    petrel_gap liquidations = gap();
    liquidations.kind = PETREL_EVENT_LIQUIDATION;
    EXPECT_EQ(host_.backfill(liquidations).code(), PETREL_E_UNSUPPORTED);
}

TEST_F(BybitHistory, bad_answers_are_refused_and_leave_no_event) {
    ASSERT_TRUE(host_.backfill(gap()).ok());
    const auto request = host_.requests()[0];
    for (const std::string& body :
         {std::string("<html>"), std::string(R"({"retCode":10001})"),
          answer(R"({"symbol":"BTCUSDT"})"), answer(row(kOlder, "never")),
          answer(row(kOlder, "1794000000")), answer(row(kOlder, "1794000000100")).substr(0, 90)}) {
        EXPECT_EQ(host_.reply(request, 200, body).code, PETREL_E_REJECTED) << body;
    }
    EXPECT_EQ(host_.reply(request, 500, answer(row(kOlder, "1794000000100"))).code,
              PETREL_E_REJECTED);
    EXPECT_TRUE(host_.events().empty());
}

}  // namespace
}  // namespace petrel::bybit
