// The meter under the WebSocket layer: partial frames, whole messages, control frames between.
#include "net/frame_meter.hpp"

#include <gtest/gtest.h>

#include "core/net/mini_server_support.hpp"

namespace petrel::core::test {
namespace {

TEST(FrameMeter, knows_since_when_a_message_is_not_whole) {
    const std::string bytes = text_frame("abc");
    FrameMeter meter;
    EXPECT_EQ(meter.partial_since_ns(), 0);
    meter.add(std::string_view(bytes).substr(0, 1), 10);
    EXPECT_EQ(meter.partial_since_ns(), 10);
    meter.add(std::string_view(bytes).substr(1, 2), 20);
    EXPECT_EQ(meter.partial_since_ns(), 10);
    meter.add(std::string_view(bytes).substr(3), 30);
    EXPECT_EQ(meter.partial_since_ns(), 0);
    EXPECT_EQ(meter.frames(), 1U);
}

TEST(FrameMeter, starts_anew_for_a_message_that_begins_where_another_ends) {
    const std::string bytes = text_frame("abc") + text_frame("def");
    FrameMeter meter;
    meter.add(std::string_view(bytes).substr(0, 2), 10);
    meter.add(std::string_view(bytes).substr(2, 5), 20);
    EXPECT_EQ(meter.partial_since_ns(), 20);
}

TEST(FrameMeter, counts_a_message_from_its_first_fragment_whatever_comes_between) {
    FrameMeter meter;
    meter.add(frame({.opcode = 1, .payload = "a", .final = false}), 10);
    meter.add(frame({.opcode = 9, .payload = "ping"}), 20);
    meter.add(frame({.opcode = 0, .payload = "b", .final = false}), 30);
    EXPECT_EQ(meter.partial_since_ns(), 10);
    meter.add(frame({.opcode = 0, .payload = "c"}), 40);
    EXPECT_EQ(meter.partial_since_ns(), 0);
}

TEST(FrameMeter, promises_whole_messages_up_to_a_control_frame_and_behind_it_again) {
    FrameMeter meter;
    meter.add(text_frame("1") + text_frame("2") + frame({.opcode = 9}) + text_frame("3") +
                  frame({.opcode = 9}) + text_frame("4") + text_frame("5"),
              1);
    std::string promises;
    for (int i = 0; i < 6; ++i) {
        promises += meter.next_is_whole() ? 'y' : 'n';
        meter.delivered();
    }
    EXPECT_EQ(promises, "yynnyn");  // 4 lies behind the second ping
}

TEST(FrameMeter, promises_nothing_once_the_protocol_was_broken) {
    FrameMeter meter;
    meter.add(text_frame("1") + frame({.payload = "2", .masked = true}) + text_frame("3"), 1);
    EXPECT_TRUE(meter.next_is_whole());
    meter.delivered();
    EXPECT_FALSE(meter.next_is_whole());
    EXPECT_TRUE(meter.lost());
}

TEST(FrameMeter, says_the_same_however_the_bytes_are_cut) {
    const std::string bytes = text_frame("1") + text_frame(std::string(300, 'x')) +
                              frame({.opcode = 9, .payload = "p"}) +
                              frame({.payload = std::string(70'000, 'y')}) + text_frame("");
    for (const std::size_t piece : {1U, 2U, 3U, 7U, 1'000U, 100'000U}) {
        FrameMeter meter;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            meter.add(std::string_view(bytes).substr(at, piece), 1);
        }
        EXPECT_EQ(meter.frames(), 5U);
        EXPECT_EQ(meter.partial_since_ns(), 0);
        EXPECT_FALSE(meter.lost());
    }
}

TEST(FrameMeter, notices_fragments_without_end) {
    FrameMeter meter;
    meter.add(frame({.opcode = 1, .final = false}), 1);
    for (std::uint32_t i = 0; i < FrameMeter::kFragmentsMax; ++i) {
        EXPECT_FALSE(meter.too_many_fragments());
        meter.add(frame({.opcode = 0, .final = false}), 1);
    }
    EXPECT_TRUE(meter.too_many_fragments());
}

}  // namespace
}  // namespace petrel::core::test
