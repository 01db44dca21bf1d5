// Recorded frames: to whom they belong, and when they are played.
#include "player.hpp"

#include <gmock/gmock.h>

#include <cstdio>
#include <filesystem>

#include "world_fixture.hpp"

namespace petrel::sim {
namespace {

using ::testing::ElementsAre;
using testing::FakeClient;
using ::testing::IsEmpty;
using testing::silent_options;
using ::testing::SizeIs;

std::string recorded(const std::string& time, std::string_view venue, const std::string& raw) {
    return join(R"({"recv_ts":)", time, R"(,"venue":")", venue, R"(","raw":)",
                nlohmann::json(raw).dump(), "}\n");
}

class PlayerTest : public testing::WorldTest {
protected:
    void SetUp() override {
        path = std::filesystem::temp_directory_path() /
               join("petrel_sim_player_", reinterpret_cast<std::uintptr_t>(this), ".jsonl");
    }
    void TearDown() override { std::filesystem::remove(path); }

    void play(const std::string& lines, PlayOptions play_options) {
        std::ofstream(path) << lines;
        Options options = silent_options();
        play_options.file = path.string();
        options.play = play_options;
        make(options);
    }
    std::filesystem::path path;
};

TEST(RecordedFrame, names_the_streams_it_may_have_been_asked_as) {
    const auto streams = [](const std::string& raw) {
        const auto frame = parse_recorded(recorded("1.5", "binance_usdm", raw), Venue::Binance);
        return frame ? frame->streams : std::vector<std::string>{};
    };
    EXPECT_THAT(streams(R"({"stream":"btcusdt@aggTrade","data":{"e":"aggTrade"}})"),
                ElementsAre("btcusdt@aggTrade"));
    EXPECT_THAT(streams(R"({"e":"forceOrder","o":{"s":"ETHUSDT"}})"),
                ElementsAre("ethusdt@forceOrder", "!forceOrder@arr"));
    EXPECT_THAT(streams(R"({"e":"bookTicker","s":"ETHUSDT"})"), ElementsAre("ethusdt@bookTicker"));
    EXPECT_THAT(streams(R"({"result":null,"id":1})"), IsEmpty());
    EXPECT_THAT(streams("not json"), IsEmpty());
    EXPECT_FALSE(parse_recorded(recorded("1", "okx", R"({"topic":"x"})"), Venue::Bybit));
}

TEST(RecordedFrame, data_loses_its_wrapper_byte_for_byte) {
    const auto frame = parse_recorded(
        recorded("1", "binance_usdm", R"({"stream":"a@trade","data":{"p": "1.50" ,"e":"trade"}})"),
        Venue::Binance);
    EXPECT_EQ(frame->data, R"({"p": "1.50" ,"e":"trade"})");
}

TEST_F(PlayerTest, frames_come_in_their_recorded_time_divided_by_the_speed) {
    play(recorded("10.0", "bybit", R"({"topic":"publicTrade.BTCUSDT","n":1})") +
             recorded("12.0", "bybit", R"({"topic":"publicTrade.BTCUSDT","n":2})") +
             recorded("14.0", "bybit", R"({"topic":"publicTrade.ETHUSDT","n":3})"),
         {.venue = Venue::Bybit, .speed = 2.0});
    FakeClient client("/v5/public/linear");
    open(Venue::Bybit, client);
    pass(5.0);  // nobody has subscribed: it waits
    say(Venue::Bybit, client, R"({"op":"subscribe","args":["publicTrade.BTCUSDT"]})");
    pass(0.5);
    EXPECT_THAT(client.holding("\"topic\""), SizeIs(1));
    pass(0.6);
    EXPECT_THAT(client.holding("\"topic\""), SizeIs(2));
    pass(1.1);
    EXPECT_THAT(client.holding("\"topic\""), SizeIs(2));  // the third is of another symbol
}

TEST_F(PlayerTest, everybody_gets_all_frames_and_speed_zero_waits_for_nothing) {
    std::string lines;
    for (int count = 0; count < 500; ++count) {
        lines +=
            recorded("null", "binance", join(R"({"e":"trade","s":"BTCUSDT","t":)", count, '}'));
    }
    play(lines, {.venue = Venue::Binance, .audience = Audience::Everybody, .speed = 0.0});
    FakeClient client("/market/ws");
    open(Venue::Binance, client);
    pass(0.05);
    ASSERT_THAT(client.frames, SizeIs(500));
    EXPECT_EQ(client.frames[7], R"({"e":"trade","s":"BTCUSDT","t":7})");
}

TEST_F(PlayerTest, only_the_recording_is_sent) {
    play(recorded("1", "bybit", R"({"topic":"kline.1.BTCUSDT","n":1})"), {.venue = Venue::Bybit});
    FakeClient client("/v5/public/linear");
    open(Venue::Bybit, client);
    say(Venue::Bybit, client,
        R"({"op":"subscribe","args":["tickers.BTCUSDT","orderbook.1.BTCUSDT","kline.1.BTCUSDT"]})");
    pass(10.0);
    EXPECT_THAT(client.holding("\"topic\""), SizeIs(1));
}

TEST(Player, missing_and_foreign_files_are_refused_with_a_sentence) {
    const auto missing = Player::open({.file = "/nonexistent/frames.jsonl"});
    ASSERT_FALSE(missing.ok());
    EXPECT_THAT(missing.message(), ::testing::HasSubstr("/nonexistent/frames.jsonl"));
}

}  // namespace
}  // namespace petrel::sim
