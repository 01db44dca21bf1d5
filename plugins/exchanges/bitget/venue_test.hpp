// For the tests of this folder: the adapter behind the plugin boundary, with the contracts of
// the fixtures listed, and frames in the venue's layout with invented figures.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "petrel/testing/fake_exchange_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::bitget {

inline std::string file_text(const std::string& name) {
    std::ifstream in(std::string(PETREL_FIXTURES) + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class ListedVenue : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(host.discover().ok());
        ASSERT_EQ(host.requests().size(), 3U);
        for (std::size_t i = 0; i < 3; ++i) {
            const char* names[] = {"usdt.json", "usdc.json", "coin.json"};
            ASSERT_EQ(host.reply(host.requests()[i], 200, file_text(names[i])).code, PETREL_OK);
        }
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
                               const std::string& rows, const std::string& action = "update") {
        return R"({"action":")" + action + R"(","arg":{"instType":"USDT-FUTURES","channel":")" +
               name + R"(","instId":")" + native + R"("},"data":[)" + rows +
               R"(],"ts":1794000000125})";
    }
    // One trade; the arguments are JSON.
    static std::string row(const std::string& price, const std::string& size,
                           const std::string& side, const std::string& id, const std::string& ts) {
        return R"({"ts":)" + ts + R"(,"price":)" + price + R"(,"size":)" + size + R"(,"side":)" +
               side + R"(,"tradeId":)" + id + "}";
    }
    static std::string good_row() {
        return row(R"("90000.5")", R"("0.25")", R"("sell")", R"("1400000000000000001")",
                   R"("1794000000123")");
    }
    static std::string liquidation(const std::string& symbol, const std::string& side,
                                   const std::string& action = "update") {
        return R"({"action":")" + action +
               R"(","arg":{"instType":"usdt-futures","topic":"liquidation"},"data":[{"symbol":")" +
               symbol + R"(","side":")" + side +
               R"(","price":"90000","amount":"45000","ts":"1794000001001"}],"ts":1794000001400})";
    }
    static std::string ticker(const std::string& native, const std::string& figures) {
        return channel("ticker", native,
                       R"({"instId":")" + native + R"(","lastPr":"91250","bidPr":"91249",)" +
                           figures + R"("symbolType":"1","ts":"1794000001500"})",
                       "snapshot");
    }

    testing::FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

}  // namespace petrel::bitget
