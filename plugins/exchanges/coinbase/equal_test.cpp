// The fast way against the general one: the same answers on every frame, on every cut of it and on
// many damaged copies; and that the usual frames of trades take the fast way.
#include "kit/testing/ways.hpp"
#include "parse.hpp"

namespace petrel::coinbase {
namespace {

kit::Ways<Decoder> prepared_ways() {
    return kit::Ways<Decoder>([] { return std::make_unique<Decoder>(); });
}

std::string match_at(const std::string& time) {
    return R"({"type":"match","trade_id":7,"maker_order_id":"a","taker_order_id":"b",)"
           R"("side":"sell","size":"1","price":"2","product_id":"BTC-USD","sequence":3,"time":")" +
           time + R"("})";
}

// Each as it stands in the JSON.
std::string match_of(const std::string& id, const std::string& size, const std::string& price,
                     const std::string& sequence) {
    return R"({"type":"match","trade_id":)" + id +
           R"(,"maker_order_id":"a","taker_order_id":"b","side":"sell","size":)" + size +
           R"(,"price":)" + price + R"(,"product_id":"BTC-USD","sequence":)" + sequence +
           R"(,"time":"2026-11-06T21:20:00.123456Z"})";
}

TEST(coinbase_ways, agree_on_times_of_every_day) {
    kit::Ways<Decoder> ways = prepared_ways();
    for (const char* time : {"2026-11-06T21:20:00.123456Z",    "2024-02-29T23:59:59.9Z",
                             "2023-02-29T00:00:00.1Z",         "2100-02-29T00:00:00.1Z",
                             "2000-02-29T00:00:00.12Z",        "2026-12-31T23:59:59.99999999Z",
                             "2026-12-31T23:59:59.999999999Z", "2026-13-01T00:00:00.1Z",
                             "2026-00-01T00:00:00.1Z",         "2026-01-32T00:00:00.1Z",
                             "2026-04-31T00:00:00.1Z",         "2026-01-00T00:00:00.1Z",
                             "2026-01-01T24:00:00.1Z",         "2026-01-01T00:60:00.1Z",
                             "2026-01-01T00:00:60.1Z",         "2026-01-01T00:00:00Z",
                             "2026-01-01T00:00:00.Z",          "2026-01-01 00:00:00.1Z",
                             "2026-01-01T00:00:00.1+",         "1969-01-01T00:00:00.1Z",
                             "2009-01-01T00:00:00.1Z",         "20a6-01-01T00:00:00.1Z",
                             "2026-0/-01T00:00:00.1Z",         "2026:01:01T00:00:00.1Z"}) {
        EXPECT_EQ(ways.compare(match_at(time)), "") << time;
    }
}

TEST(coinbase_ways, agree_on_frames_whole_and_hurt) {
    kit::Ways<Decoder> ways = prepared_ways();
    const std::vector<std::string> frames =
        kit::lines_of(std::string(PETREL_FIXTURES) + "/frames.jsonl");
    ASSERT_EQ(frames.size(), 11U);
    EXPECT_EQ(ways.check(frames), 1U);
}

TEST(coinbase_ways, agree_on_numbers_of_every_shape) {
    kit::Ways<Decoder> ways = prepared_ways();
    for (const std::string_view number : kit::kNumberShapes) {
        const std::string n(number);
        for (const std::string& frame :
             {match_of(n, R"("1")", R"("2")", "1"),
              match_of("7", R"(")" + n + R"(")", R"("2")", "1"),
              match_of("7", R"("1")", R"(")" + n + R"(")", "1"), match_of("7", n, R"("2")", "1"),
              match_of("7", R"("1")", R"("2")", n)}) {
            EXPECT_EQ(ways.compare(frame), "") << frame;
        }
    }
}

}  // namespace
}  // namespace petrel::coinbase
