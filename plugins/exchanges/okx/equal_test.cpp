// The fast way against the general one: the same answers on every frame, on every cut of it and on
// many damaged copies; and that the usual frames of trades take the fast way.
#include "kit/testing/ways.hpp"
#include "parse.hpp"
#include "venue_test.hpp"

namespace petrel::okx {
namespace {

kit::Ways<Decoder> listed_ways() {
    return kit::Ways<Decoder>(
        [] { return std::make_unique<Decoder>(); },
        [](Decoder& decoder, DecodeOut& out) {
            for (const char* native : {"BTC-USDT-SWAP", "BTC-USD-SWAP", "X-USDT-SWAP"}) {
                Instrument instrument;
                instrument.native = native;
                instrument.quote = "USDT";
                instrument.base_per_unit = instrument.native == "BTC-USD-SWAP" ? 0 : 0.01;
                instrument.quote_per_unit = instrument.native == "BTC-USD-SWAP" ? 100 : 0;
                ASSERT_TRUE(decoder.contracts().announce(instrument, out));
            }
        });
}

TEST(okx_ways, agree_on_frames_whole_and_hurt) {
    kit::Ways<Decoder> ways = listed_ways();
    const std::vector<std::string> frames =
        kit::lines_of(std::string(PETREL_FIXTURES) + "/frames.jsonl");
    ASSERT_EQ(frames.size(), 13U);
    EXPECT_EQ(ways.check(frames), 6U);
}

TEST(okx_ways, agree_on_numbers_of_every_shape) {
    kit::Ways<Decoder> ways = listed_ways();
    for (const std::string_view number : kit::kNumberShapes) {
        const std::string n(number);
        for (const std::string& row :
             {R"("tradeId":"7","px":")" + n + R"(","sz":")" + n +
                  R"(","side":"buy","ts":"1794000000123","count":"1")",
              R"("tradeId":")" + n +
                  R"(","px":"1","sz":"2","side":"sell","ts":"1794000000123","count":"1")",
              R"("tradeId":"7","px":"1","sz":"2","side":"sell","ts":")" + n + R"(","count":"1")",
              R"("tradeId":"7","px":"1","sz":"2","side":"sell","ts":"1794000000123","count":")" +
                  n + R"(","source":"0","seqId":)" + n}) {
            const std::string frame =
                R"({"arg":{"channel":"trades","instId":"X-USDT-SWAP"},"data":[)"
                R"({"instId":"X-USDT-SWAP",)" +
                row + "}]}";
            EXPECT_EQ(ways.compare(frame), "") << frame;
        }
    }
}

}  // namespace
}  // namespace petrel::okx
