// The fast way against the general one: the same answers on every frame, on every cut of it and on
// many damaged copies; and that the usual frames of trades take the fast way.
#include "kit/testing/ways.hpp"
#include "parse.hpp"

namespace petrel::bitfinex {
namespace {

kit::Ways<Decoder> prepared_ways() {
    return kit::Ways<Decoder>(
        [] { return std::make_unique<Decoder>(); },
        [](Decoder& decoder, DecodeOut& out) {
            for (const char* text : {R"({"event":"conf","status":"OK","flags":98304})",
                                     R"({"event":"subscribed","channel":"trades","chanId":1,)"
                                     R"("symbol":"tBTCF0:USTF0"})"}) {
                const std::string frame = text + std::string(PETREL_FRAME_PADDING, ' ');
                (void)decoder.decode_general({0, {frame.data(), std::strlen(text)}, 1}, out);
            }
        });
}

TEST(bitfinex_ways, agree_on_frames_whole_and_hurt) {
    kit::Ways<Decoder> ways = prepared_ways();
    const std::vector<std::string> frames =
        kit::lines_of(std::string(PETREL_FIXTURES) + "/frames.jsonl");
    ASSERT_EQ(frames.size(), 14U);
    EXPECT_EQ(ways.check(frames), 3U);
}

TEST(bitfinex_ways, agree_on_numbers_of_every_shape) {
    kit::Ways<Decoder> ways = prepared_ways();
    for (const std::string_view number : kit::kNumberShapes) {
        const std::string n(number);
        for (const std::string& frame :
             {"[" + n + R"(,"te",[7,1794000000456,1,2],2,1794000000460])",
              R"([1,"te",[)" + n + ",1794000000456,1,2],2,1794000000460]",
              R"([1,"te",[7,1794000000456,)" + n + ",2],2,1794000000460]",
              R"([1,"te",[7,1794000000456,-)" + n + "," + n + "],2,1794000000460]",
              R"([1,"tu",[7,1794000000456,)" + n + ",2]," + n + ",1794000000460]",
              R"([1,"te",[7,1794000000456,1,2],2,)" + n + "]"}) {
            EXPECT_EQ(ways.compare(frame), "") << frame;
        }
    }
}

}  // namespace
}  // namespace petrel::bitfinex
