// For the tests of this folder: the adapter behind the plugin boundary, with the contracts of
// the fixtures listed, and frames in the venue's layout with invented figures.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "petrel/testing/fake_exchange_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::gate {

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
            const char* names[] = {"usdt.json", "btc.json", "usd1.json"};
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

    static std::string update(const std::string& channel, const std::string& result) {
        return R"({"time":1794000000,"time_ms":1794000000130,"channel":"futures.)" + channel +
               R"(","event":"update","result":)" + result + "}";
    }
    static std::string trades(const std::string& rows) {
        return update("trades", "[" + rows + "]");
    }
    // One trade; the figures are JSON.
    static std::string row(const std::string& size, const std::string& id, const std::string& ms,
                           const std::string& price, const std::string& contract = "BTC_USDT",
                           const std::string& more = "") {
        return R"({"size":)" + size + R"(,"id":)" + id +
               R"(,"create_time":1794000000,"create_time_ms":)" + ms + R"(,"price":)" + price +
               R"(,"contract":")" + contract + "\"" + more + "}";
    }
    static std::string good_row(std::uint64_t id, const std::string& more = "") {
        return row(R"("-108.5")", std::to_string(id), "1794000000123", R"("90000")", "BTC_USDT",
                   more);
    }
    static std::string liquidation(const std::string& size, const std::string& contract) {
        return R"({"price":"90000","size":)" + size + R"(,"time":1794000001123,"contract":")" +
               contract + R"("})";
    }

    testing::FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

}  // namespace petrel::gate
