// The fast reader and the general one agree: on the fixtures, on the seeds of the fuzz target, and
// on frames that were bent in every way. And neither allocates once it has settled.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "kit/testing/counted_new.hpp"
#include "oracle.hpp"

namespace petrel::bybit {
namespace {

std::vector<std::string> fixture_frames() {
    std::ifstream file(std::string(PETREL_FIXTURES) + "/frames.jsonl");
    std::vector<std::string> frames;
    for (std::string line; std::getline(file, line);) {
        frames.push_back(line);
    }
    return frames;
}

TEST(bybit_readers, agree_on_every_fixture) {
    Probe both(Readers::Both);
    Probe slow(Readers::SlowOnly);
    const std::vector<std::string> frames = fixture_frames();
    ASSERT_GE(frames.size(), 28U);
    for (int round = 0; round < 2; ++round) {  // the second with all symbols known
        for (const std::string& frame : frames) {
            EXPECT_EQ(compare_readers(both, slow, frame), "") << frame;
        }
    }
}

TEST(bybit_readers, known_layouts_take_the_fast_way) {
    Probe both(Readers::Both);
    const std::vector<std::string> frames = fixture_frames();
    for (const std::string& frame : frames) {
        (void)both.decode(frame);
    }
    // By number of line: two orders of keys that differ, a dated ticker, a book without cts, and
    // what is no market data.
    for (const std::size_t number :
         {1U, 2U, 3U, 4U, 5U, 7U, 8U, 10U, 11U, 12U, 13U, 14U, 15U, 16U, 18U, 19U}) {
        const std::uint64_t before = both.decoder().slow_count();
        EXPECT_GE(both.decode(frames[number - 1]).code, PETREL_OK);
        EXPECT_EQ(both.decoder().slow_count(), before) << frames[number - 1];
    }
}

TEST(bybit_readers, agree_on_the_seeds_of_the_fuzz_target) {
    Probe both(Readers::Both);
    Probe slow(Readers::SlowOnly);
    std::size_t count = 0;
    for (const auto& file :
         std::filesystem::directory_iterator(std::string(PETREL_FIXTURES) + "/corpus")) {
        std::ifstream in(file.path(), std::ios::binary);
        const std::string frame{std::istreambuf_iterator<char>(in), {}};
        EXPECT_EQ(compare_readers(both, slow, frame), "") << file.path();
        EXPECT_EQ(compare_readers(both, slow, frame), "") << file.path();
        ++count;
    }
    EXPECT_GE(count, 10U);
}

// Bends a frame in one to four places: other bytes, gaps, repeats, cuts.
std::string bent(std::string frame, std::mt19937_64& bits) {
    static constexpr std::string_view kBytes = "\"{}[],:.-+eE0123456789abf\\ntrueNaN \x01\x7f\x80";
    const auto below = [&bits](std::size_t n) { return static_cast<std::size_t>(bits() % n); };
    for (std::size_t i = below(4) + 1; i > 0 && !frame.empty(); --i) {
        const std::size_t at = below(frame.size());
        const std::size_t length = below(12) + 1;
        switch (below(6)) {
            case 0:
                frame[at] = kBytes[below(kBytes.size())];
                break;
            case 1:
                frame.insert(at, 1, kBytes[below(kBytes.size())]);
                break;
            case 2:
                frame.erase(at, length);
                break;
            case 3:
                frame.insert(below(frame.size()), frame.substr(at, length * 4));
                break;
            case 4:
                frame.insert(at, length, kBytes[below(kBytes.size())]);
                break;
            default:
                frame.resize(frame.size() - below(std::min<std::size_t>(frame.size(), 8)));
                break;
        }
    }
    return frame;
}

TEST(bybit_readers, agree_on_bent_frames_and_stay_in_bounds) {
    constexpr int kRounds = 4'000;
    Probe both(Readers::Both);
    Probe slow(Readers::SlowOnly);
    const std::vector<std::string> frames = fixture_frames();
    std::mt19937_64 bits(20'261'120);  // a fixed seed: the same frames in every run
    std::size_t accepted = 0;
    for (int round = 0; round < kRounds; ++round) {
        for (const std::string& frame : frames) {
            const std::string text = bent(frame, bits);
            const std::string fault = compare_readers(both, slow, text);
            ASSERT_EQ(fault, "") << text;
            accepted += both.events.empty() ? 0 : 1;
        }
    }
    EXPECT_GT(accepted, 1'000U);  // many bends hit what nobody reads
}

TEST(bybit_readers, take_a_frame_of_1024_trades) {
    Probe both(Readers::Both);
    Probe slow(Readers::SlowOnly);
    std::string frame = R"({"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1794000000868,)"
                        R"("data":[)";
    for (int i = 0; i < 1024; ++i) {
        frame += std::string(i == 0 ? "" : ",") + R"({"T":1794000000865,"s":"BTCUSDT","S":")" +
                 (i % 3 == 0 ? "Buy" : "Sell") + R"(","v":")" + std::to_string(i + 1) +
                 R"(","p":"91250.10","L":"PlusTick","i":"1b2c3d4e-0000-5000-8000-0123456789ab",)" +
                 R"("BT":false,"RPI":false,"seq":420000000017})";
    }
    frame += "]}";
    EXPECT_EQ(compare_readers(both, slow, frame), "");
    EXPECT_EQ(compare_readers(both, slow, frame), "");  // symbol known: the fast way
    ASSERT_EQ(both.events.size(), 1024U);
    EXPECT_EQ(both.events[1023].quantity, 1024.0);
    EXPECT_EQ(both.events[1023].side, PETREL_SIDE_BUY);
}

TEST(bybit_readers, take_no_more_symbols_than_the_table_holds) {
    Probe both(Readers::Both);
    const auto frame_of = [](std::size_t i) {
        return R"({"topic":"allLiquidation.A)" + std::to_string(i) +
               R"(USDT","type":"snapshot","ts":1794000003204,"data":[]})";
    };
    for (std::size_t i = 0; i < ContractTable::kContractsMax; ++i) {
        ASSERT_EQ(both.decode(frame_of(i)).code, PETREL_OK);
    }
    EXPECT_EQ(both.decode(frame_of(ContractTable::kContractsMax)).code, PETREL_E_REJECTED);
    EXPECT_EQ(both.decode(frame_of(17)).code, PETREL_OK);
}

TEST(bybit_readers, allocate_nothing_once_they_have_settled) {
    const std::vector<std::string> frames = fixture_frames();
    for (const Readers readers : {Readers::Both, Readers::SlowOnly}) {
        Decoder decoder(readers);
        std::array<MarketEvent, 64> room{};
        petrel_decode_out raw{};
        raw.size = sizeof(raw);
        raw.capacity = room.size();
        raw.stride = sizeof(MarketEvent);
        raw.events = room.data();
        raw.flush = [](petrel_decode_out* out) {
            out->count = 0;
            return PETREL_OK;
        };
        raw.instrument = [](petrel_decode_out*, const petrel_instrument*) { return 0U; };
        raw.notice = [](petrel_decode_out*, const petrel_notice*) {};
        DecodeOut out(&raw);
        std::vector<std::string> padded;
        for (const std::string& frame : frames) {
            padded.push_back(frame + std::string(PETREL_FRAME_PADDING, ' '));
        }
        std::size_t settled = 0;
        for (int round = 0; round < 3; ++round) {
            settled = kit::allocations;
            for (std::size_t i = 0; i < frames.size(); ++i) {
                const std::string_view text(padded[i].data(), frames[i].size());
                EXPECT_GE(decoder.decode({0, text, 1}, out).code, PETREL_OK);
            }
        }
        EXPECT_EQ(kit::allocations, settled);
    }
}

}  // namespace
}  // namespace petrel::bybit
