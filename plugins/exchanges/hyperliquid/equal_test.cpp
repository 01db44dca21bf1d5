// The fast way against the general one: the same answers on every frame, on every cut of it and on
// many damaged copies; and that the usual frames of trades take the fast way.
#include "kit/testing/ways.hpp"
#include "parse.hpp"

namespace petrel::hyperliquid {
namespace {

kit::Ways<Decoder> prepared_ways() {
    return kit::Ways<Decoder>([] { return std::make_unique<Decoder>(); });
}

std::string trade_of(const std::string& price, const std::string& size, const std::string& time,
                     const std::string& id) {
    return R"({"channel":"trades","data":[{"coin":"BTC","side":"B","px":")" + price +
           R"(","sz":")" + size + R"(","time":)" + time + R"(,"hash":"0x0","tid":)" + id +
           R"(,"users":["0xb1","0xc2"]}]})";
}

TEST(hyperliquid_ways, agree_on_frames_whole_and_hurt) {
    kit::Ways<Decoder> ways = prepared_ways();
    const std::vector<std::string> frames =
        kit::lines_of(std::string(PETREL_FIXTURES) + "/frames.jsonl");
    ASSERT_EQ(frames.size(), 7U);
    EXPECT_EQ(ways.check(frames), 3U);
}

TEST(hyperliquid_ways, agree_on_numbers_of_every_shape) {
    kit::Ways<Decoder> ways = prepared_ways();
    for (const std::string_view number : kit::kNumberShapes) {
        const std::string n(number);
        for (const std::string& frame :
             {trade_of(n, "2", "3", "4"), trade_of("1", n, "3", "4"), trade_of("1", "2", n, "4"),
              trade_of("1", "2", "1794000000421", n)}) {
            EXPECT_EQ(ways.compare(frame), "") << frame;
        }
    }
}

}  // namespace
}  // namespace petrel::hyperliquid
