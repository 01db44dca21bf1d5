// The WebSocket client against a server that breaks the rules of RFC 6455 on purpose, one rule a
// case. Every case runs twice: sent whole, and sent byte by byte.
#include <gtest/gtest.h>

#include "core/net/ws_run_support.hpp"

namespace petrel::core::test {
namespace {

constexpr std::uint32_t kLimit = 70'000;  // message_bytes_max of all cases

struct Case {
    std::string name;
    std::string bytes;                  // sent after a good upgrade
    std::vector<std::string> messages;  // what the client must hand on
    LinkEndKind kind = LinkEndKind::PeerClosed;
    std::uint16_t code = 1000;
};

using Cases = std::vector<Case>;

std::string cont(std::string payload, bool final) {
    return frame({.opcode = 0, .payload = std::move(payload), .final = final});
}
std::string first(std::string payload) {
    return frame({.opcode = 1, .payload = std::move(payload), .final = false});
}
std::string control(unsigned opcode, std::string payload) {
    return frame({.opcode = opcode, .payload = std::move(payload)});
}

void good(Cases& cases, std::string name, const std::string& bytes,
          std::vector<std::string> messages) {
    cases.push_back({std::move(name), bytes + close_frame(1000), std::move(messages)});
}
void bad(Cases& cases, std::string name, std::string bytes, std::uint16_t code = 1002,
         std::vector<std::string> messages = {}) {
    cases.push_back(
        {std::move(name), std::move(bytes), std::move(messages), LinkEndKind::Protocol, code});
}
void closed(Cases& cases, std::string name, std::string bytes, std::uint16_t code) {
    cases.push_back({std::move(name), std::move(bytes), {}, LinkEndKind::PeerClosed, code});
}

void add_lengths(Cases& cases) {
    for (const std::size_t size :
         {0U, 1U, 125U, 126U, 127U, 65'535U, 65'536U, kLimit - 1, kLimit}) {
        const std::string body(size, 'x');
        good(cases, "text_of_" + std::to_string(size), text_frame(body), {body});
        good(cases, "binary_of_" + std::to_string(size), frame({.opcode = 2, .payload = body}),
             {body});
    }
    bad(cases, "text_over_limit", text_frame(std::string(kLimit + 1, 'x')), 1009);
    bad(cases, "binary_over_limit", frame({.opcode = 2, .payload = std::string(kLimit + 1, 'x')}),
        1009);
    for (const int shift : {31, 32, 62, 63}) {
        bad(cases, "length_two_to_the_" + std::to_string(shift),
            frame({.length = std::uint64_t{1} << shift}), 1009);
    }
    bad(cases, "length_all_ones", frame({.length = ~std::uint64_t{0}}), 1009);
    bad(cases, "short_length_in_two_bytes", frame({.payload = "abc", .length_bytes = 2}));
    bad(cases, "short_length_in_eight_bytes", frame({.payload = "abc", .length_bytes = 8}));
    bad(cases, "middle_length_in_eight_bytes",
        frame({.payload = std::string(300, 'x'), .length_bytes = 8}));
}

void add_opcodes_and_bits(Cases& cases) {
    for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
        bad(cases, "opcode_" + std::to_string(opcode), frame({.opcode = opcode, .payload = "x"}));
        bad(cases, "opcode_" + std::to_string(opcode) + "_not_final",
            frame({.opcode = opcode, .payload = "x", .final = false}));
    }
    for (const unsigned opcode : {1U, 2U, 8U, 9U, 10U}) {
        for (const unsigned bit : {1U, 2U, 4U, 7U}) {
            bad(cases, "reserved_bits_" + std::to_string(bit) + "_on_" + std::to_string(opcode),
                frame({.opcode = opcode, .payload = "\x03\xe8", .reserved = bit}));
        }
    }
    for (const unsigned bit : {1U, 2U, 4U}) {
        bad(cases, "reserved_bits_" + std::to_string(bit) + "_on_continuation",
            first("a") + frame({.opcode = 0, .payload = "b", .reserved = bit}));
    }
    for (const unsigned opcode : {1U, 2U, 8U, 9U, 10U}) {
        bad(cases, "masked_" + std::to_string(opcode),
            frame({.opcode = opcode, .payload = "\x03\xe8", .masked = true}));
    }
    bad(cases, "masked_after_good", text_frame("a") + frame({.payload = "b", .masked = true}), 1002,
        {"a"});
}

void add_fragments(Cases& cases) {
    good(cases, "two_fragments", first("ab") + cont("cd", true), {"abcd"});
    good(cases, "three_fragments", first("ab") + cont("cd", false) + cont("ef", true), {"abcdef"});
    good(cases, "empty_fragments", first("") + cont("", false) + cont("", true), {""});
    good(cases, "empty_last_fragment", first("ab") + cont("", true), {"ab"});
    good(cases, "empty_first_fragment", first("") + cont("ab", true), {"ab"});
    good(cases, "fragments_then_whole", first("a") + cont("b", true) + text_frame("c"),
         {"ab", "c"});
    good(cases, "ping_inside_fragments", first("a") + control(9, "p") + cont("b", true), {"ab"});
    good(cases, "pong_inside_fragments", first("a") + control(10, "p") + cont("b", true), {"ab"});
    good(cases, "many_pings_inside_fragments",
         first("a") + control(9, "") + control(9, "2") + cont("b", false) + control(9, "3") +
             cont("c", true),
         {"abc"});
    std::string many = first("x");
    for (int i = 0; i < 500; ++i) {
        many += cont("x", false);
    }
    good(cases, "five_hundred_fragments", many + cont("", true), {std::string(501, 'x')});
    good(cases, "binary_fragments",
         frame({.opcode = 2, .payload = "\xff", .final = false}) + cont("\xfe", true),
         {"\xff\xfe"});
    good(cases, "fragments_up_to_limit", first(std::string(kLimit - 1, 'x')) + cont("x", true),
         {std::string(kLimit, 'x')});
    bad(cases, "fragments_over_limit", first(std::string(kLimit, 'x')) + cont("x", true), 1009);
    bad(cases, "continuation_without_start", cont("a", true));
    bad(cases, "open_continuation_without_start", cont("a", false));
    bad(cases, "continuation_after_whole", text_frame("a") + cont("b", true), 1002, {"a"});
    bad(cases, "text_inside_fragments", first("a") + text_frame("b"));
    bad(cases, "binary_inside_fragments", first("a") + frame({.opcode = 2, .payload = "b"}));
    bad(cases, "open_text_inside_fragments", first("a") + first("b"));
    closed(cases, "close_inside_fragments", first("a") + close_frame(1001), 1001);
}

void add_controls(Cases& cases) {
    for (const unsigned opcode : {8U, 9U, 10U}) {
        const std::string name = std::to_string(opcode);
        bad(cases, "long_control_" + name, control(opcode, std::string(126, '\x03')));
        bad(cases, "very_long_control_" + name, control(opcode, std::string(70'000, '\x03')));
        bad(cases, "open_control_" + name,
            frame({.opcode = opcode, .payload = "\x03\xe8", .final = false}));
    }
    good(cases, "ping_of_125", control(9, std::string(125, 'p')), {});
    good(cases, "empty_ping", control(9, "") + text_frame("a"), {"a"});
    good(cases, "pong_nobody_asked_for", control(10, "99") + text_frame("a"), {"a"});
    good(cases, "binary_ping", control(9, std::string("\0\xff\x80", 3)) + text_frame("a"), {"a"});
    good(cases, "texts_between_pings",
         text_frame("a") + control(9, "1") + text_frame("b") + text_frame("c") + control(9, "2") +
             text_frame("d"),
         {"a", "b", "c", "d"});
    std::string flood;
    for (int i = 0; i < 200; ++i) {
        flood += control(9, "flood");
    }
    good(cases, "ping_flood", flood + text_frame("a"), {"a"});
}

void add_utf8(Cases& cases) {
    const std::vector<std::pair<std::string, std::string>> valid = {
        {"ascii", "Hello"},
        {"nul", std::string("\0", 1)},
        {"two_bytes", "\xc2\x80\xdf\xbf"},
        {"three_bytes", "\xe0\xa0\x80\xef\xbf\xbf"},
        {"four_bytes", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
        {"before_surrogates", "\xed\x9f\xbf"},
        {"after_surrogates", "\xee\x80\x80"},
        {"byte_order_mark", "\xef\xbb\xbfx"},
        {"mixed", "k\xc3\xb6\xe2\x82\xac\xf0\x9f\x90\xa6"}};
    for (const auto& [name, text] : valid) {
        good(cases, "utf8_" + name, text_frame(text), {text});
        std::string split = first("");
        for (const char c : text) {
            split += cont(std::string(1, c), false);
        }
        good(cases, "utf8_" + name + "_split", split + cont("", true), {text});
    }
    const std::vector<std::pair<std::string, std::string>> invalid = {
        {"lone_continuation", "\x80"},
        {"continuation_after_ascii", "a\xbf"},
        {"fe", "\xfe"},
        {"ff", "\xff"},
        {"overlong_two", "\xc0\x80"},
        {"overlong_two_high", "\xc1\xbf"},
        {"overlong_three", "\xe0\x80\x80"},
        {"overlong_three_high", "\xe0\x9f\xbf"},
        {"overlong_four", "\xf0\x80\x80\x80"},
        {"overlong_four_high", "\xf0\x8f\xbf\xbf"},
        {"first_surrogate", "\xed\xa0\x80"},
        {"last_surrogate", "\xed\xbf\xbf"},
        {"surrogate_pair", "\xed\xa0\xbd\xed\xb8\x80"},
        {"above_range", "\xf4\x90\x80\x80"},
        {"five_bytes", "\xf8\x88\x80\x80\x80"},
        {"six_bytes", "\xfc\x84\x80\x80\x80\x80"},
        {"cut_two", "\xc3"},
        {"cut_three", "\xe2\x82"},
        {"cut_four", "\xf0\x9f\x90"},
        {"after_long_ascii", std::string(5'000, 'a') + "\xff"}};
    for (const auto& [name, text] : invalid) {
        bad(cases, "bad_utf8_" + name, text_frame(text), 1007);
        bad(cases, "bad_utf8_" + name + "_after_good", text_frame("a") + text_frame(text), 1007,
            {"a"});
        good(cases, "binary_" + name, frame({.opcode = 2, .payload = text}), {text});
    }
    bad(cases, "bad_utf8_over_fragments", first("\xf0\x9f") + cont("\x90", true), 1007);
    bad(cases, "bad_utf8_in_last_fragment", first("ok") + cont("\xff", true), 1007);
}

void add_closes(Cases& cases) {
    for (const std::uint16_t code :
         std::initializer_list<std::uint16_t>{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011,
                                              1012, 1013, 3000, 3999, 4000, 4999}) {
        closed(cases, "close_" + std::to_string(code), close_frame(code, "bye"), code);
    }
    for (const std::uint16_t code : std::initializer_list<std::uint16_t>{
             0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65'535}) {
        bad(cases, "illegal_close_" + std::to_string(code), close_frame(code));
    }
    closed(cases, "close_without_code", control(8, ""), 1005);
    closed(cases, "close_with_longest_reason", close_frame(1000, std::string(123, 'r')), 1000);
    closed(cases, "close_then_data", close_frame(1001) + text_frame("late"), 1001);
    closed(cases, "close_then_close", close_frame(1001) + close_frame(1002), 1001);
    closed(cases, "close_then_ping", close_frame(1001) + control(9, "x"), 1001);
    closed(cases, "close_then_garbage", close_frame(1001) + std::string(300, '\xff'), 1001);
    bad(cases, "close_of_one_byte", control(8, "\x03"));
    bad(cases, "close_with_bad_utf8", close_frame(1000, "\xff\xfe"));
    bad(cases, "close_with_cut_utf8", close_frame(1000, "\xe2\x82"));
}

Cases all_cases() {
    Cases cases;
    add_lengths(cases);
    add_opcodes_and_bits(cases);
    add_fragments(cases);
    add_controls(cases);
    add_utf8(cases);
    add_closes(cases);
    return cases;
}

class WsConformance : public testing::TestWithParam<Case> {};

void run_case(const Case& c, std::size_t piece) {
    std::atomic<unsigned> close_code{0};
    MiniServer server([&](MiniPeer& peer) {
        peer.upgrade();
        peer.send_in_pieces(c.bytes, piece);
        close_code = peer.read_close_code();
    });
    RecordingHandler handler;
    run_client(server, {.message_bytes_max = kLimit}, handler);
    EXPECT_EQ(handler.opened, 1);
    EXPECT_EQ(handler.ends, 1);
    EXPECT_TRUE(handler.messages == c.messages) << handler.messages.size() << " messages";
    ASSERT_TRUE(handler.end.has_value());
    EXPECT_EQ(link_end_name(handler.end->kind), link_end_name(c.kind)) << handler.end->sentence;
    EXPECT_EQ(handler.end->code, c.code) << handler.end->sentence;
    EXPECT_EQ(handler.padding_sum, 0U);
    // Our own farewell on the wire carries the verdict; an out-of-range code is only echoed.
    if (c.kind == LinkEndKind::Protocol && !c.name.starts_with("illegal_close")) {
        EXPECT_EQ(close_code.load(), c.code);
    }
}

TEST_P(WsConformance, is_judged_right_when_sent_whole) { run_case(GetParam(), 1U << 20); }

TEST_P(WsConformance, is_judged_right_when_sent_byte_by_byte) {
    const bool big = GetParam().bytes.size() > 2'000;  // those in pieces of an odd size
    run_case(GetParam(), big ? 997 : 1);
}

INSTANTIATE_TEST_SUITE_P(Rfc6455, WsConformance, testing::ValuesIn(all_cases()),
                         [](const auto& each) { return each.param.name; });

TEST(WsConformanceSet, holds_at_least_120_cases) { EXPECT_GE(all_cases().size(), 120U); }

}  // namespace
}  // namespace petrel::core::test
