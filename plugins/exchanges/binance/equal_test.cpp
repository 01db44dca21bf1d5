// The fast walk against the general way: the same answers on every fixture, on every cut of it and
// on many damaged copies; and what makes the fast walk worth having: it takes the usual frames, and
// neither way allocates once settled.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <sstream>

#include "kit/testing/counted_new.hpp"
#include "oracle.hpp"

namespace petrel::binance {
namespace {

std::vector<std::string> fixture_frames() {
    return lines_of(std::string(PETREL_FIXTURES) + "/frames.jsonl");
}

// Two decoders that have seen every fixture, so that the fast walk knows its contracts.
class BinanceWays : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_GE(frames_.size(), 20U);
        for (const std::string& frame : frames_) {
            ASSERT_EQ(compare_ways(fast_, slow_, frame), "") << frame;
        }
    }
    const std::vector<std::string> frames_ = fixture_frames();
    Probe fast_{Way::FastFirst};
    Probe slow_{Way::SlowOnly};
};

TEST_F(BinanceWays, agree_on_every_fixture_when_all_contracts_are_known) {
    std::size_t events = 0;
    for (const std::string& frame : frames_) {
        EXPECT_EQ(compare_ways(fast_, slow_, frame), "") << frame;
        events += fast_.events.size();
    }
    EXPECT_EQ(events, 25U);
}

TEST_F(BinanceWays, the_usual_frames_take_the_fast_one) {
    const std::uint64_t before = fast_.decoder().fast_count();
    std::size_t usual = 0;
    for (const std::string& frame : frames_) {
        const bool single = frame.find("[{") == std::string::npos;
        const bool plain = fast_.decode(frame).code == PETREL_OK && fast_.notices.empty();
        // An empty funding rate is the one usual value that the fast walk leaves alone.
        usual += single && plain && frame.find(R"("r":"")") == std::string::npos ? 1 : 0;
    }
    EXPECT_EQ(fast_.decoder().fast_count() - before, usual);
    EXPECT_EQ(usual, 13U);
}

TEST_F(BinanceWays, agree_on_every_cut_with_the_rest_left_in_the_padding) {
    for (const std::string& frame : frames_) {
        for (std::size_t length = 0; length < frame.size(); ++length) {
            ASSERT_EQ(compare_ways(fast_, slow_, frame, length), "")
                << frame.substr(0, length) << "|" << frame.substr(length);
            EXPECT_LT(fast_.decode(frame, length).code, 0) << frame.substr(0, length);
        }
    }
}

TEST_F(BinanceWays, agree_when_any_byte_is_another) {
    for (const std::string& frame : frames_) {
        for (std::size_t i = 0; i < frame.size(); ++i) {
            for (const char c : {'"', '\\', '{', '}', ',', '0', '9', '-', '.', 'e', ' ', '\x1f',
                                 '\x80', 'N', ':', '2'}) {
                std::string damaged = frame;
                damaged[i] = c;
                ASSERT_EQ(compare_ways(fast_, slow_, damaged), "") << damaged;
            }
        }
    }
}

TEST_F(BinanceWays, agree_when_bytes_are_lost_doubled_or_moved) {
    std::mt19937_64 dice(11);
    for (const std::string& frame : frames_) {
        for (int i = 0; i < 400; ++i) {
            std::string damaged = frame;
            const std::size_t at = dice() % frame.size();
            const std::size_t length = 1 + dice() % 12;
            switch (dice() % 3) {
                case 0:
                    damaged.erase(at, length);
                    break;
                case 1:
                    damaged.insert(at, frame.substr(at, length));
                    break;
                default:
                    damaged.insert(dice() % damaged.size(), frame.substr(at, length));
            }
            ASSERT_EQ(compare_ways(fast_, slow_, damaged), "") << damaged;
        }
    }
}

TEST_F(BinanceWays, agree_on_numbers_of_every_shape) {
    const std::string head = R"({"e":"aggTrade","E":1794000000123,"a":7,"s":"BTCUSDT","p":")";
    for (const char* number : {"1",
                               "0.1",
                               "12345678",
                               "123456789",
                               "12345678.12345678",
                               "0.123456789",
                               "1e2",
                               "1E-2",
                               "0.00000001",
                               "00001.5",
                               "99999999.999",
                               "9007199254740993",
                               "1.",
                               ".5",
                               "+1",
                               "-0",
                               "1e",
                               "1e+3",
                               "0.000000000000000000001",
                               "123456789012345678901234567890e-25"}) {
        const std::string frame = head + number + R"(","q":")" + number +
                                  R"(","f":1,"l":2,"T":1794000000101,"m":true,"st":1})";
        EXPECT_EQ(compare_ways(fast_, slow_, frame), "") << frame;
    }
}

TEST_F(BinanceWays, agree_on_the_fuzz_corpus) {
    std::size_t files = 0;
    for (const auto& file :
         std::filesystem::directory_iterator(std::string(PETREL_FIXTURES) + "/corpus")) {
        std::ostringstream text;
        text << std::ifstream(file.path(), std::ios::binary).rdbuf();
        EXPECT_EQ(compare_ways(fast_, slow_, text.str()), "") << file.path();
        ++files;
    }
    EXPECT_GE(files, 10U);
}

TEST_F(BinanceWays, neither_allocates_for_a_frame_once_settled) {
    for (const std::string& frame : frames_) {
        if (frame.find("code") != std::string::npos) {
            continue;  // an error of the venue is put into words, and rare
        }
        const std::string padded = frame + std::string(PETREL_FRAME_PADDING, ' ');
        for (Probe* probe : {&fast_, &slow_}) {
            probe->notices.reserve(8);
            probe->notices.clear();
            probe->events.clear();
            probe->events.reserve(64);
            const std::size_t before = kit::allocations;
            (void)probe->decode_padded({padded.data(), frame.size()});
            EXPECT_EQ(kit::allocations, before) << frame;
        }
    }
}

}  // namespace
}  // namespace petrel::binance
