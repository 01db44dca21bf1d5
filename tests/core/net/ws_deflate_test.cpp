// Compressed messages (RFC 7692): what is agreed, what is inflated, what is refused, and how much
// memory it may take.
#include <gtest/gtest.h>

#include <boost/beast/zlib/deflate_stream.hpp>
#include <fstream>

#include "core/net/ws_run_support.hpp"

namespace petrel::core::test {
namespace {

constexpr std::uint32_t kInflatedMax = 100'000;  // message_bytes_max of these cases

std::string with_extension(const std::string& head, const std::string& fields) {
    std::string answer = MiniPeer::upgrade_answer(head);
    answer.insert(answer.size() - 2, fields);
    return answer;
}

std::string agreed(const std::string& parameters = "") {
    return "Sec-WebSocket-Extensions: permessage-deflate" + parameters + "\r\n";
}

std::string packed(std::string payload, bool final = true) {
    return frame({.payload = std::move(payload), .final = final, .reserved = 4});
}
std::string further(std::string payload, bool final) {
    return frame({.opcode = 0, .payload = std::move(payload), .final = final});
}

// As a sender does it: a flushed stream without its last four bytes.
std::string deflated(const std::string& text) {
    boost::beast::zlib::deflate_stream stream;
    std::string out(stream.upper_bound(text.size()) + 64, '\0');
    boost::beast::zlib::z_params step;
    step.next_in = text.data();
    step.avail_in = text.size();
    step.next_out = out.data();
    step.avail_out = out.size();
    boost::beast::error_code error;
    stream.write(step, boost::beast::zlib::Flush::sync, error);
    out.resize(step.total_out - 4);
    return out;
}

const std::string kHello("\xf2\x48\xcd\xc9\xc9\x07\x00", 7);  // of RFC 7692, 7.2.3

struct DeflateCase {
    std::string name;
    std::string bytes;
    std::vector<std::string> messages;
    std::uint16_t code = 1000;  // of the server's close frame, else of ours
    std::string parameters = {};
};

std::vector<DeflateCase> deflate_cases() {
    const std::string bye = close_frame(1000);
    const std::string again("\xf2\x00\x11\x00\x00", 5);  // refers back to the first Hello
    const std::string stored("\x00\x05\x00\xfa\xffHello\x00", 11);
    const std::string last_block("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8);
    const std::string two_blocks("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13);
    const std::string big = [] {
        std::string text;
        for (int i = 0; text.size() < kInflatedMax; ++i) {
            text += "{\"price\":" + std::to_string(i * 7919 % 100'003) + "}";
        }
        return text.substr(0, kInflatedMax);
    }();
    const std::string ping = frame({.opcode = 9, .payload = "p"});
    const auto both = [](const char* text) { return std::vector<std::string>{text, text}; };
    return {
        {"one", packed(kHello) + bye, {"Hello"}},
        {"two_fragments",
         packed(kHello.substr(0, 3), false) + further(kHello.substr(3), true) + bye,
         {"Hello"}},
        {"ping_between_fragments",
         packed(kHello.substr(0, 3), false) + ping + further(kHello.substr(3), true) + bye,
         {"Hello"}},
        {"shared_window", packed(kHello) + packed(again) + bye, both("Hello")},
        {"own_windows", packed(kHello) + packed(kHello) + bye, both("Hello"), 1000,
         "; server_no_context_takeover"},
        {"stored_block", packed(stored) + bye, {"Hello"}},
        {"two_blocks", packed(two_blocks) + bye, {"Hello"}},
        {"empty", packed(std::string(1, '\0')) + bye, {""}},
        {"plain_among_packed",
         text_frame("a") + packed(kHello) + text_frame("b") + bye,
         {"a", "Hello", "b"}},
        {"many",
         packed(kHello) + packed(again) + ping + packed(again) + text_frame("x") + packed(again) +
             bye,
         {"Hello", "Hello", "Hello", "x", "Hello"}},
        {"up_to_the_limit", packed(deflated(big)) + bye, {big}},
        {"over_the_limit", packed(deflated(big + "x")), {}, 1009},
        {"bit_on_continuation",
         packed(kHello.substr(0, 3), false) +
             frame({.opcode = 0, .payload = kHello.substr(3), .reserved = 4}),
         {},
         1002},
        {"bit_on_ping", frame({.opcode = 9, .payload = "p", .reserved = 4}), {}, 1002},
        {"other_bits", frame({.payload = kHello, .reserved = 6}), {}, 1002},
        // Allowed by the standard, used by nobody: the library takes no more after a last block.
        {"last_block_flag", packed(last_block), {}, 1007},
        {"bad_block_type", packed("\x07\xff\xff"), {}, 1007},
        {"bad_stored_length", packed(std::string("\x00\x05\x00\x00\x00Hello", 10)), {}, 1007},
        {"distance_beyond_the_window", packed(std::string("\x02\x13\x00", 3)), {}, 1007},
        {"bad_after_good", packed(kHello) + packed("\x07\xff"), {"Hello"}, 1007},
        {"inflated_text_is_no_utf8", packed(deflated("ok\xff\xfe")), {}, 1007},
    };
}

class WsDeflate : public testing::TestWithParam<DeflateCase> {};

void run_deflate(const DeflateCase& c, std::size_t piece) {
    std::atomic<unsigned> close_code{0};
    MiniServer server([&](MiniPeer& peer) {
        peer.send(with_extension(peer.read_head(), agreed(c.parameters)));
        peer.send_in_pieces(c.bytes, piece);
        close_code = peer.read_close_code();
    });
    RecordingHandler handler;
    run_client(server, {.message_bytes_max = kInflatedMax, .compress = true}, handler);
    ASSERT_TRUE(handler.end.has_value());
    EXPECT_EQ(handler.opened, 1) << handler.end->sentence;
    EXPECT_EQ(handler.ends, 1);
    EXPECT_TRUE(handler.messages == c.messages)
        << handler.messages.size() << " messages; " << handler.end->sentence;
    EXPECT_EQ(link_end_name(handler.end->kind), c.code == 1000 ? "peer_closed" : "protocol")
        << handler.end->sentence;
    EXPECT_EQ(handler.end->code, c.code) << handler.end->sentence;
    EXPECT_EQ(close_code.load(), c.code);
    EXPECT_EQ(handler.padding_sum, 0U);
}

TEST_P(WsDeflate, is_judged_right_when_sent_whole) { run_deflate(GetParam(), 1U << 20); }
TEST_P(WsDeflate, is_judged_right_when_sent_byte_by_byte) {
    run_deflate(GetParam(), GetParam().bytes.size() > 2'000 ? 499 : 1);
}

INSTANTIATE_TEST_SUITE_P(Rfc7692, WsDeflate, testing::ValuesIn(deflate_cases()),
                         [](const auto& each) { return each.param.name; });

// What the answer to the offer may say.
TEST(WsDeflateOffer, is_agreed_to_only_in_the_words_of_the_standard) {
    const auto opened = [](const std::string& fields) {
        MiniServer server([&](MiniPeer& peer) {
            peer.send(with_extension(peer.read_head(), fields) + close_frame(1000));
            peer.wait_for_end();
        });
        RecordingHandler handler;
        run_client(server, {.compress = true}, handler);
        EXPECT_TRUE(handler.opened == 1 || handler.end->kind == LinkEndKind::Protocol)
            << handler.end->sentence;
        return handler.opened == 1;
    };
    for (const char* good : {"", "; server_max_window_bits=8", "; server_max_window_bits = 15",
                             "; client_max_window_bits=9; client_no_context_takeover",
                             "; server_no_context_takeover"}) {
        EXPECT_TRUE(opened(agreed(good))) << good;
    }
    EXPECT_TRUE(opened(""));  // declined
    for (const char* bad :
         {";", "; server_max_window_bits=7", "; server_max_window_bits=16",
          "; server_max_window_bits=010", "; server_max_window_bits", "; client_max_window_bits",
          "; client_max_window_bits=", "; server_no_context_takeover=1", "; turbo",
          "; server_no_context_takeover; server_no_context_takeover", ", permessage-deflate",
          ", x-other"}) {
        EXPECT_FALSE(opened(agreed(bad))) << bad;
    }
    EXPECT_FALSE(opened(agreed() + agreed()));
    EXPECT_FALSE(opened("Sec-WebSocket-Extensions: x-webkit-deflate-frame\r\n"));
    EXPECT_FALSE(opened("Sec-WebSocket-Extensions: \r\n"));
}

TEST(WsDeflateOffer, is_made_and_our_own_messages_go_as_they_are) {
    std::string head;
    std::string sent;
    MiniServer server([&](MiniPeer& peer) {
        head = peer.read_head();
        peer.send(with_extension(head, agreed()));
        sent = peer.read_frame()->payload;
        peer.send(close_frame(1000));
        peer.wait_for_end();
    });
    RecordingHandler handler;
    IoLoop loop;
    const auto client = WsClient::open(loop, {.url = server.url("ws"), .compress = true}, handler);
    handler.when_open = [&] { EXPECT_TRUE(client->send(std::string(5'000, 'a')).ok()); };
    ASSERT_TRUE(loop.run_until([&] { return handler.end.has_value(); }, 8'000));
    EXPECT_NE(head.find("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"),
              std::string::npos)
        << head;
    EXPECT_EQ(sent, std::string(5'000, 'a'));
}

TEST(WsDeflateOffer, that_was_declined_leaves_packed_messages_a_fault) {
    MiniServer server([](MiniPeer& peer) {
        peer.upgrade();
        peer.send(packed(kHello));
        peer.wait_for_end();
    });
    RecordingHandler handler;
    run_client(server, {.compress = true}, handler);
    EXPECT_TRUE(handler.messages.empty());
    EXPECT_EQ(handler.end->kind, LinkEndKind::Protocol);
    EXPECT_EQ(handler.end->code, 1002);
}

// The most memory that this process held since the last call, in bytes.
std::size_t peak_bytes_since() {
    std::ifstream status("/proc/self/status");
    std::size_t kilobytes = 0;
    for (std::string word; status >> word;) {
        if (word == "VmHWM:") {
            status >> kilobytes;
        }
    }
    std::ofstream("/proc/self/clear_refs") << "5";
    return kilobytes * 1024;
}

TEST(WsDeflateBomb, of_256_mebibytes_is_refused_without_growth) {
    std::string bomb;
    boost::beast::zlib::deflate_stream stream;
    const std::string mebibyte(1U << 20, '0');
    std::string out(1U << 20, '\0');
    for (int i = 0; i < 2; ++i) {
        boost::beast::zlib::z_params step;
        step.next_in = mebibyte.data();
        step.avail_in = mebibyte.size();
        step.next_out = out.data();
        step.avail_out = out.size();
        boost::beast::error_code error;
        stream.write(step, boost::beast::zlib::Flush::sync, error);
        // The second one stands for all that follow: it refers to nothing but zeros before it.
        for (int copies = i == 0 ? 1 : 255; copies > 0; --copies) {
            bomb.append(out.data(), step.total_out);
        }
    }
    bomb.resize(bomb.size() - 4);
    EXPECT_LT(bomb.size(), std::size_t{320} << 10U);
    const std::string bytes = packed(bomb);
    MiniServer server([&](MiniPeer& peer) {
        peer.send(with_extension(peer.read_head(), agreed()));
        peer.send(bytes);
        peer.wait_for_end();
    });
    (void)peak_bytes_since();
    const std::size_t before = peak_bytes_since();
    RecordingHandler handler;
    run_client(server, {.message_bytes_max = 1U << 20, .compress = true}, handler);
    EXPECT_EQ(handler.end->kind, LinkEndKind::Protocol) << handler.end->sentence;
    EXPECT_EQ(handler.end->code, 1009) << handler.end->sentence;
    EXPECT_TRUE(handler.messages.empty());
    EXPECT_LT(peak_bytes_since(), before + (std::size_t{12} << 20U));
}

}  // namespace
}  // namespace petrel::core::test
