// For the tests of this folder: the adapter behind the plugin boundary, with the contracts of
// fixtures/instruments.json listed, and frames in the venue's layout with invented figures.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "petrel/testing/fake_exchange_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::okx {

inline std::string file_text(const std::string& name) {
    std::ifstream in(std::string(PETREL_FIXTURES) + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class ListedVenue : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(host.discover().ok());
        ASSERT_EQ(host.requests().size(), 1U);
        ASSERT_EQ(host.reply(host.requests()[0], 200, file_text("instruments.json")).code,
                  PETREL_OK);
        host.forget_output();
    }

    std::int32_t frame(const std::string& text) {
        host.forget_output();
        return host.frame(text).code;
    }
    // Refused with a reason, and nothing written.
    void refused(const std::string& text) {
        host.forget_output();
        const testing::FakeDecoded answer = host.frame(text);
        EXPECT_EQ(answer.code, PETREL_E_REJECTED) << text.substr(0, 300);
        EXPECT_FALSE(answer.reason.empty());
        EXPECT_TRUE(host.events().empty()) << text.substr(0, 300);
    }
    const MarketEvent& event(std::size_t i) { return host.events().at(i); }

    static std::string channel(const std::string& name, const std::string& native,
                               const std::string& rows) {
        return R"({"arg":{"channel":")" + name + R"(","instId":")" + native + R"("},"data":[)" +
               rows + "]}";
    }
    // A trade of BTC-USDT-SWAP; `figures` are px, sz, tradeId and ts as JSON.
    static std::string trade_of(const std::string& px, const std::string& sz, const std::string& id,
                                const std::string& ts) {
        return channel("trades", "BTC-USDT-SWAP",
                       R"({"instId":"BTC-USDT-SWAP","tradeId":)" + id + R"(,"px":)" + px +
                           R"(,"sz":)" + sz + R"(,"side":"sell","ts":)" + ts + R"(,"count":"1"})");
    }
    static std::string trade(const std::string& more) {
        return channel("trades", "BTC-USDT-SWAP",
                       R"({"instId":"BTC-USDT-SWAP","tradeId":"1500000042","px":"90000.5",)"
                       R"("sz":"12.5","side":"sell","ts":"1794000000123",)" +
                           more + "}");
    }
    static std::string liquidation(const std::string& side, const std::string& position) {
        return R"({"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":[{"details":[)"
               R"({"bkLoss":"0","bkPx":"90000","ccy":"","posSide":")" +
               position + R"(","side":")" + side +
               R"(","sz":"50","ts":"1794000001002"}],"instFamily":"BTC-USDT",)"
               R"("instId":"BTC-USDT-SWAP","instType":"SWAP","uly":"BTC-USDT"}]})";
    }

    testing::FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

}  // namespace petrel::okx
