// The fast way against the general one: the same answers on every frame, on every cut of it and on
// many damaged copies; and that the usual frames of trades take the fast way.
#include "kit/testing/ways.hpp"
#include "parse.hpp"

namespace petrel::bitmex {
namespace {

kit::Ways<Decoder> prepared_ways() {
    return kit::Ways<Decoder>([] { return std::make_unique<Decoder>(); });
}

std::string trade_of(const std::string& time, const std::string& size, const std::string& price,
                     const std::string& home) {
    return R"({"table":"trade","action":"insert","data":[{"timestamp":")" + time +
           R"(","symbol":"SOLUSDT","side":"Sell","size":)" + size + R"(,"price":)" + price +
           R"(,"tickDirection":"PlusTick","trdMatchID":"a","grossValue":)" + size +
           R"(,"homeNotional":)" + home + R"(,"foreignNotional":)" + price + "}]}";
}

TEST(bitmex_ways, agree_on_frames_whole_and_hurt) {
    kit::Ways<Decoder> ways = prepared_ways();
    const std::vector<std::string> frames =
        kit::lines_of(std::string(PETREL_FIXTURES) + "/frames.jsonl");
    ASSERT_EQ(frames.size(), 20U);
    EXPECT_EQ(ways.check(frames), 3U);
}

TEST(bitmex_ways, agree_on_numbers_of_every_shape) {
    kit::Ways<Decoder> ways = prepared_ways();
    for (const std::string_view number : kit::kNumberShapes) {
        const std::string n(number);
        for (const std::string& frame :
             {trade_of("2026-11-06T21:20:00.704Z", n, "2", "3"),
              trade_of("2026-11-06T21:20:00.704Z", "1", n, "3"),
              trade_of("2026-11-06T21:20:00.704Z", "1", "2", n), trade_of(n, "1", "2", "3")}) {
            EXPECT_EQ(ways.compare(frame), "") << frame;
        }
    }
}

}  // namespace
}  // namespace petrel::bitmex
