// The fast way against the general one: the same answers on every frame, on every cut of it and on
// many damaged copies; and that the usual frames of trades take the fast way.
#include "kit/testing/ways.hpp"
#include "parse.hpp"

namespace petrel::deribit {
namespace {

kit::Ways<Decoder> prepared_ways() {
    return kit::Ways<Decoder>([] { return std::make_unique<Decoder>(); });
}

std::string trade_of(const std::string& sequence, const std::string& price,
                     const std::string& amount) {
    return R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":"trades.x",)"
           R"("data":[{"trade_seq":)" +
           sequence + R"(,"trade_id":"1","timestamp":1794000000452,"tick_direction":2,"price":)" +
           price + R"(,"mark_price":)" + price +
           R"(,"instrument_name":"BTC-PERPETUAL","index_price":)" + price +
           R"(,"direction":"sell","contracts":)" + amount + R"(,"amount":)" + amount + "}]}}";
}

TEST(deribit_ways, agree_on_frames_whole_and_hurt) {
    kit::Ways<Decoder> ways = prepared_ways();
    const std::vector<std::string> frames =
        kit::lines_of(std::string(PETREL_FIXTURES) + "/frames.jsonl");
    ASSERT_EQ(frames.size(), 10U);
    EXPECT_EQ(ways.check(frames), 2U);
}

TEST(deribit_ways, agree_on_numbers_of_every_shape) {
    kit::Ways<Decoder> ways = prepared_ways();
    for (const std::string_view number : kit::kNumberShapes) {
        const std::string n(number);
        for (const std::string& frame :
             {trade_of(n, "1", "2"), trade_of("7", n, "2"), trade_of("7", "1", n)}) {
            EXPECT_EQ(ways.compare(frame), "") << frame;
        }
    }
}

}  // namespace
}  // namespace petrel::deribit
