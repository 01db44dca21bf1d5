// The fast way against the general one: the same answers on every frame, on every cut of it and on
// many damaged copies; and that the usual frames of trades take the fast way.
#include "kit/testing/ways.hpp"
#include "parse.hpp"

namespace petrel::gate {
namespace {

kit::Ways<Decoder> prepared_ways() {
    return kit::Ways<Decoder>([] { return std::make_unique<Decoder>(LiquidationSign::Position); },
                              [](Decoder& decoder, DecodeOut& out) {
                                  for (const char* native : {"BTC_USDT", "1000PEPE_USDT"}) {
                                      Listed listed;
                                      listed.instrument.native = native;
                                      listed.instrument.base_per_unit = 0.0001;
                                      listed.instrument.quote = "USDT";
                                      ASSERT_TRUE(decoder.contracts().announce(listed, out));
                                  }
                              });
}

// Each as it stands in the JSON.
std::string trade_of(const std::string& size, const std::string& id, const std::string& price) {
    return R"({"time":1794000000,"time_ms":1794000000108,"channel":"futures.trades",)"
           R"("event":"update","result":[{"size":)" +
           size + R"(,"id":)" + id +
           R"(,"create_time":1794000000,"create_time_ms":1794000000101,"price":)" + price +
           R"(,"contract":"BTC_USDT"}]})";
}

TEST(gate_ways, agree_on_frames_whole_and_hurt) {
    kit::Ways<Decoder> ways = prepared_ways();
    const std::vector<std::string> frames =
        kit::lines_of(std::string(PETREL_FIXTURES) + "/frames.jsonl");
    ASSERT_EQ(frames.size(), 14U);
    EXPECT_EQ(ways.check(frames), 3U);
}

TEST(gate_ways, agree_on_numbers_of_every_shape) {
    kit::Ways<Decoder> ways = prepared_ways();
    for (const std::string_view number : kit::kNumberShapes) {
        const std::string n(number);
        for (const std::string& frame :
             {trade_of(R"(")" + n + R"(")", "7", R"(")" + n + R"(")"), trade_of(n, "7", R"("1")"),
              trade_of("-" + n, n, R"("1")"), trade_of(R"("-)" + n + R"(")", "7", R"("1")"),
              trade_of("1", "7", R"("1","create_time_ms":)" + n)}) {
            EXPECT_EQ(ways.compare(frame), "") << frame;
        }
    }
}

}  // namespace
}  // namespace petrel::gate
