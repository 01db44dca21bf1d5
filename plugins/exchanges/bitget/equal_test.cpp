// The fast way against the general one: the same answers on every frame, on every cut of it and on
// many damaged copies; and that the usual frames of trades take the fast way.
#include "kit/testing/ways.hpp"
#include "parse.hpp"

namespace petrel::bitget {
namespace {

kit::Ways<Decoder> prepared_ways() {
    return kit::Ways<Decoder>(
        [] { return std::make_unique<Decoder>(); },
        [](Decoder& decoder, DecodeOut& out) {
            for (const char* native : {"BTCUSDT", "1000PEPEUSDT", "BTCUSD"}) {
                ASSERT_NE(decoder.contracts().announce(*perpetual_of(native), out), nullptr);
            }
        });
}

TEST(bitget_ways, agree_on_frames_whole_and_hurt) {
    kit::Ways<Decoder> ways = prepared_ways();
    const std::vector<std::string> frames =
        kit::lines_of(std::string(PETREL_FIXTURES) + "/frames.jsonl");
    ASSERT_EQ(frames.size(), 12U);
    EXPECT_EQ(ways.check(frames), 3U);
}

TEST(bitget_ways, agree_on_numbers_of_every_shape) {
    kit::Ways<Decoder> ways = prepared_ways();
    for (const std::string_view number : kit::kNumberShapes) {
        const std::string n(number);
        for (const std::string& frame :
             {R"({"action":"update","arg":{"instType":"x","channel":"trade","instId":"BTCUSDT"},)"
              R"("data":[{"ts":"1794000000101","price":")" +
                  n + R"(","size":")" + n + R"(","side":"buy","tradeId":"7"}],"ts":1794000000103})",
              R"({"action":"update","arg":{"instType":"x","channel":"trade","instId":"BTCUSDT"},)"
              R"("data":[{"ts":"1794000000101","price":"1","size":"2","side":"buy","tradeId":")" +
                  n + R"("}],"ts":)" + n + "}",
              R"({"action":"update","arg":{"instType":"x","channel":"trade","instId":"BTCUSDT"},)"
              R"("data":[{"ts":")" +
                  n +
                  R"(","price":"1","size":"2","side":"buy",)"
                  R"("tradeId":"7"}],"ts":1794000000103})"}) {
            EXPECT_EQ(ways.compare(frame), "") << frame;
        }
    }
}

}  // namespace
}  // namespace petrel::bitget
