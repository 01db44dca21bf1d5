// The fast way against the general one: the same answers on every frame, on every cut of it and on
// many damaged copies; and that the usual frames of trades take the fast way.
#include "kit/testing/ways.hpp"
#include "parse.hpp"

namespace petrel::kraken {
namespace {

kit::Ways<Decoder> prepared_ways() {
    return kit::Ways<Decoder>([] { return std::make_unique<Decoder>(); });
}

TEST(kraken_ways, agree_on_frames_whole_and_hurt) {
    kit::Ways<Decoder> ways = prepared_ways();
    const std::vector<std::string> frames =
        kit::lines_of(std::string(PETREL_FIXTURES) + "/frames.jsonl");
    ASSERT_EQ(frames.size(), 19U);
    EXPECT_EQ(ways.check(frames), 6U);
}

TEST(kraken_ways, agree_on_numbers_of_every_shape) {
    kit::Ways<Decoder> ways = prepared_ways();
    for (const std::string_view number : kit::kNumberShapes) {
        const std::string n(number);
        for (const std::string& frame :
             {R"({"feed":"trade","product_id":"PF_XBTUSD","uid":"u","side":"buy","type":"fill",)"
              R"("seq":653356,"time":1794000000519,"qty":)" +
                  n + R"(,"price":)" + n + "}",
              R"({"feed":"trade","product_id":"PF_XBTUSD","uid":"u","side":"buy","type":"fill",)"
              R"("seq":)" +
                  n + R"(,"time":1794000000519,"qty":1,"price":2})",
              R"({"feed":"trade","product_id":"PF_XBTUSD","uid":"u","side":"buy","type":"fill",)"
              R"("seq":1,"time":)" +
                  n + R"(,"qty":1,"price":2})"}) {
            EXPECT_EQ(ways.compare(frame), "") << frame;
        }
    }
}

}  // namespace
}  // namespace petrel::kraken
