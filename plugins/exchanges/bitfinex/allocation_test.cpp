// A decoder that has settled allocates nothing for a frame of data: counted over every allocation
// of this program, while the fixtures are decoded again.
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <string>
#include <vector>

#include "kit/testing/counted_new.hpp"
#include "parse.hpp"

namespace petrel::bitfinex {
namespace {

TEST(bitfinex_decoder, allocates_nothing_once_it_has_settled) {
    Decoder decoder;
    std::array<MarketEvent, 16> room{};
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
    const std::string padding(PETREL_FRAME_PADDING, ' ');
    std::vector<std::string> padded;
    std::ifstream file(std::string(PETREL_FIXTURES) + "/frames.jsonl");
    for (std::string line; std::getline(file, line);) {
        if (line.front() == '[') {
            padded.push_back(line + padding);
        } else {  // control, which is rare and put into words
            const std::string frame = line + padding;
            ASSERT_EQ(decoder.decode({0, {frame.data(), line.size()}, 1}, out).code, PETREL_OK);
        }
    }
    ASSERT_FALSE(padded.empty());
    std::size_t settled = 0;
    for (int round = 0; round < 3; ++round) {
        settled = kit::allocations;
        for (const std::string& frame : padded) {
            const std::string_view text(frame.data(), frame.size() - padding.size());
            EXPECT_GE(decoder.decode({0, text, 1}, out).code, PETREL_OK);
        }
    }
    EXPECT_EQ(kit::allocations, settled);
}

}  // namespace
}  // namespace petrel::bitfinex
