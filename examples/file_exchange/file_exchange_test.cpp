// The adapter through its C table, fed with captured frames, as petrel does it.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "petrel/testing/fake_exchange_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace {

using petrel::testing::FakeExchangeHost;

std::string fixture(const std::string& name) {
    std::ifstream file(std::string(PETREL_FIXTURES) + "/" + name);
    EXPECT_TRUE(file) << name;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

class Acme : public testing::Test {
protected:
    Acme() : host(*petrel_plugin_entry_v1()) {
        EXPECT_TRUE(host.status().ok()) << host.status().message();
        EXPECT_TRUE(host.discover().ok());
        EXPECT_EQ(host.requests().at(0).target, "/instruments");
        EXPECT_EQ(host.reply(host.requests().at(0), 200, fixture("instruments.txt")).code,
                  PETREL_OK);
    }
    FakeExchangeHost host;
};

TEST_F(Acme, captured_frames_become_these_events) {
    std::istringstream frames(fixture("frames.txt"));
    for (std::string line; std::getline(frames, line);) {
        EXPECT_GE(host.frame(line).code, 0) << line;
    }
    ASSERT_EQ(host.events().size(), 6U);
    const petrel::MarketEvent& trade = host.events()[0];
    EXPECT_EQ(trade.kind, PETREL_EVENT_TRADE);
    EXPECT_EQ(trade.side, PETREL_SIDE_BUY);
    EXPECT_EQ(trade.instrument, host.handle_of("ACME-BTC"));
    EXPECT_EQ(trade.exchange_ts_ns, 1'767'225'600'123 * petrel::kNsPerMs);
    EXPECT_DOUBLE_EQ(trade.quantity, 0.012);          // 12 contracts of 0.001
    EXPECT_DOUBLE_EQ(trade.notional_usd, 1'094.574);  // at 91,214.5
    EXPECT_EQ(trade.id, 1001U);

    const petrel::MarketEvent& liquidation = host.events()[2];
    EXPECT_EQ(liquidation.kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(liquidation.side, PETREL_SIDE_LONG);
    EXPECT_DOUBLE_EQ(liquidation.notional_usd, 227'975.625);  // 2.5 at 91,190.25

    EXPECT_EQ(host.events()[3].kind, PETREL_EVENT_MARK_PRICE);
    EXPECT_EQ(host.events()[5].side, PETREL_SIDE_SHORT);

    ASSERT_EQ(host.notices().size(), 4U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_ACK);
    EXPECT_EQ(host.notices()[0].text, "trades.ACME-BTC");
    EXPECT_EQ(host.notices()[2].type, PETREL_NOTICE_PONG);
    EXPECT_EQ(host.notices()[3].type, PETREL_NOTICE_SUBSCRIBE_FAIL);
}

TEST_F(Acme, subscriptions_become_one_connection) {
    ASSERT_TRUE(host.plan({"ACME-BTC"}, petrel::kind_bit(petrel::EventKind::Trade) |
                                            petrel::kind_bit(petrel::EventKind::Liquidation))
                    .ok());
    ASSERT_EQ(host.connections().size(), 1U);
    const auto& connection = host.connections()[0];
    EXPECT_EQ(connection.path, "/stream");
    EXPECT_EQ(connection.frames,
              (std::vector<std::string>{"SUB trades.ACME-BTC", "SUB liquidations.ACME-BTC"}));
    ASSERT_EQ(connection.streams.size(), 2U);
    EXPECT_EQ(connection.streams[1].topic, "liquidations.ACME-BTC");
}

TEST_F(Acme, malformed_frames_are_rejected_with_a_reason) {
    for (const char* line :
         {"", "X,1", "T", "T,ACME-BTC,B,91214.5,12,1767225600123",
          "T,ACME-BTC,LONG,1,1,1767225600123,1", "L,ACME-BTC,B,1,1,1,1",
          "T,ACME-BTC,B,-1,1,1767225600123,1", "T,ACME-BTC,B,nan,1,1,1", "T,ACME-BTC,B,1,1e999,1,1",
          "T,ACME-BTC,B,1,1,99999999999999999,1", "T,ACME-XYZ,B,1,1,1,1", "M,ACME-BTC,x,1,1"}) {
        const auto decoded = host.frame(line);
        EXPECT_EQ(decoded.code, PETREL_E_REJECTED) << line;
        EXPECT_FALSE(decoded.reason.empty()) << line;
    }
    EXPECT_TRUE(host.events().empty());
}

TEST_F(Acme, instrument_list_with_a_bad_line_is_rejected) {
    const auto request = host.requests().at(0);
    EXPECT_EQ(host.reply(request, 200, "ACME-SOL,SOL,USDT,0\n").code, PETREL_E_REJECTED);
    EXPECT_EQ(host.reply(request, 200, "ACME-SOL,SOL\n").code, PETREL_E_REJECTED);
    EXPECT_EQ(host.reply(request, 503, "").code, PETREL_E_REJECTED);
}

}  // namespace
