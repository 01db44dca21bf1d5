// The upgrade: what the client must take, and what it must refuse with which verdict.
#include <gtest/gtest.h>

#include "core/net/ws_run_support.hpp"

namespace petrel::core::test {
namespace {

using Answer = std::function<std::string(const std::string& head)>;

struct HandshakeCase {
    std::string name;
    Answer answer;
    LinkEndKind kind = LinkEndKind::PeerClosed;
    std::uint16_t code = 1000;
    std::string says;  // part of the sentence
};

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const std::size_t at = text.find(what);
    return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

// A good answer with one part replaced, then a message and a farewell.
Answer changed(const std::string& what, const std::string& with) {
    return [=](const std::string& head) {
        return replaced(MiniPeer::upgrade_answer(head), what, with) + text_frame("m") +
               close_frame(1000);
    };
}
Answer with_field(const std::string& field) {
    return changed("\r\n\r\n", "\r\n" + field + "\r\n\r\n");
}
Answer fixed(const std::string& text) {
    return [=](const std::string&) { return text; };
}
Answer status(const std::string& line, const std::string& fields = "") {
    return fixed("HTTP/1.1 " + line + "\r\n" + fields + "Content-Length: 4\r\n\r\nbody");
}

// Answers that decline the upgrade by their status.
std::vector<HandshakeCase> declining_cases() {
    constexpr auto refused = LinkEndKind::Refused;
    return {
        {"status_200", status("200 OK"), refused, 200, "HTTP 200"},
        {"status_204", fixed("HTTP/1.1 204 No Content\r\n\r\n"), refused, 204, "HTTP 204"},
        {"status_301", status("301 Moved", "Location: ws://evil.example/\r\n"), refused, 301,
         "redirects are not followed (it points to ws://evil.example/)"},
        {"status_302_without_target", status("302 Found"), refused, 302, "not followed"},
        {"status_400", status("400 Bad Request"), refused, 400, "HTTP 400"},
        {"status_401", status("401 Unauthorized", "WWW-Authenticate: Basic\r\n"), refused, 401,
         "HTTP 401"},
        {"status_403", status("403 Forbidden"), refused, 403, "HTTP 403"},
        {"status_404", status("404 Not Found"), refused, 404, "HTTP 404"},
        {"status_429", status("429 Too Many Requests"), refused, 429, "HTTP 429"},
        {"status_500", status("500 Oops"), refused, 500, "HTTP 500"},
        {"status_503", status("503 Service Unavailable"), refused, 503, "HTTP 503"},
    };
}

std::vector<HandshakeCase> answer_cases() {
    constexpr auto ok = LinkEndKind::PeerClosed;
    constexpr auto protocol = LinkEndKind::Protocol;
    constexpr auto refused = LinkEndKind::Refused;
    constexpr auto reset = LinkEndKind::Reset;
    const std::string big_cookie = "Set-Cookie: " + std::string(6'000, 'c');
    return {
        {"good", changed("", ""), ok, 1000, ""},
        {"lower_case_names", changed("Sec-WebSocket-Accept", "sec-websocket-accept"), ok, 1000, ""},
        {"upper_case_values", changed("Upgrade: websocket", "Upgrade: WebSocket"), ok, 1000, ""},
        {"connection_list", changed("Connection: Upgrade", "Connection: keep-alive, Upgrade"), ok,
         1000, ""},
        {"further_fields", with_field("Server: nginx\r\nX-A: b"), ok, 1000, ""},
        {"long_header_with_glued_data", with_field(big_cookie), ok, 1000, ""},
        {"wrong_accept", changed("Sec-WebSocket-Accept: ", "Sec-WebSocket-Accept: x"), protocol, 0,
         "upgrade"},
        {"missing_accept", changed("Sec-WebSocket-Accept", "X-Accept"), protocol, 0, "upgrade"},
        {"second_accept", with_field("Sec-WebSocket-Accept: x"), protocol, 0, "Accept"},
        {"missing_upgrade", changed("Upgrade: websocket\r\n", ""), protocol, 0, "upgrade"},
        {"other_upgrade", changed("Upgrade: websocket", "Upgrade: h2c"), protocol, 0, "upgrade"},
        {"missing_connection", changed("Connection: Upgrade\r\n", ""), protocol, 0, "upgrade"},
        {"connection_close", changed("Connection: Upgrade", "Connection: close"), protocol, 0,
         "upgrade"},
        {"http_1_0", changed("HTTP/1.1", "HTTP/1.0"), protocol, 0, "upgrade"},
        {"http_2", changed("HTTP/1.1", "HTTP/2.0"), protocol, 0, "upgrade"},
        {"unrequested_protocol", with_field("Sec-WebSocket-Protocol: chat"), protocol, 0,
         "subprotocol"},
        {"unrequested_extension", with_field("Sec-WebSocket-Extensions: permessage-deflate"),
         protocol, 0, "extension"},
        {"unknown_extension", with_field("Sec-WebSocket-Extensions: x-turbo"), protocol, 0,
         "extension"},
        {"empty_extension", with_field("Sec-WebSocket-Extensions: "), protocol, 0, "extension"},
        {"status_100_first",
         [](const std::string& head) {
             return "HTTP/1.1 100 Continue\r\n\r\n" + MiniPeer::upgrade_answer(head);
         },
         refused, 100, "HTTP 100"},
        {"header_of_one_mebibyte", with_field("X-Big: " + std::string(1U << 20, 'x')), protocol, 0,
         ""},
        {"a_million_fields",
         [](const std::string&) {
             std::string text = "HTTP/1.1 101 Switching Protocols\r\n";
             for (int i = 0; i < 100'000; ++i) {
                 text += "A: b\r\n";
             }
             return text;
         },
         protocol, 0, ""},
        {"no_http", fixed("SSH-2.0-OpenSSH_9.2\r\n\r\n"), protocol, 0, "upgrade"},
        {"line_feeds_only",
         [](const std::string& head) {
             std::string text = MiniPeer::upgrade_answer(head);
             std::erase(text, '\r');
             return text + "\r\n\r\n";
         },
         protocol, 0, "upgrade"},
        {"nul_in_header", with_field(std::string("X: a\0b", 6)), protocol, 0, "upgrade"},
        {"space_in_name", with_field("X Y: a"), protocol, 0, "upgrade"},
        {"nothing", fixed(""), reset, 0, "during the upgrade"},
        {"half_a_status_line", fixed("HTTP/1.1 10"), reset, 0, "during the upgrade"},
        {"half_a_header", fixed("HTTP/1.1 101 Switching Protocols\r\nUpgra"), reset, 0,
         "during the upgrade"},
    };
}

std::vector<HandshakeCase> handshake_cases() {
    std::vector<HandshakeCase> cases = answer_cases();
    const std::vector<HandshakeCase> declining = declining_cases();
    cases.insert(cases.end(), declining.begin(), declining.end());
    return cases;
}

class WsHandshake : public testing::TestWithParam<HandshakeCase> {};

void run_handshake(const HandshakeCase& c, std::size_t piece) {
    MiniServer server([&](MiniPeer& peer) {
        const std::string head = peer.read_head();
        peer.send_in_pieces(c.answer(head), piece);
        peer.shut_down_sending();
        peer.wait_for_end();
    });
    RecordingHandler handler;
    run_client(server, {}, handler);
    const bool good = c.kind == LinkEndKind::PeerClosed;
    EXPECT_EQ(handler.opened, good ? 1 : 0);
    EXPECT_EQ(handler.messages.size(), good ? 1U : 0U);
    EXPECT_EQ(handler.ends, 1);
    ASSERT_TRUE(handler.end.has_value());
    EXPECT_EQ(link_end_name(handler.end->kind), link_end_name(c.kind)) << handler.end->sentence;
    EXPECT_EQ(handler.end->code, c.code) << handler.end->sentence;
    EXPECT_NE(handler.end->sentence.find(c.says), std::string::npos) << handler.end->sentence;
}

TEST_P(WsHandshake, is_judged_right_when_sent_whole) { run_handshake(GetParam(), 1U << 22); }

TEST_P(WsHandshake, is_judged_right_when_sent_byte_by_byte) {
    const bool huge = GetParam().name.find("m") == 0 || GetParam().name.starts_with("header_of") ||
                      GetParam().name.starts_with("a_million");
    run_handshake(GetParam(), huge ? 997 : 1);
}

INSTANTIATE_TEST_SUITE_P(Upgrade, WsHandshake, testing::ValuesIn(handshake_cases()),
                         [](const auto& each) { return each.param.name; });

TEST(WsHandshakeRequest, carries_what_was_asked_for_and_nothing_to_compress) {
    std::string seen;
    MiniServer server([&](MiniPeer& peer) {
        seen = peer.read_head();
        peer.send(MiniPeer::upgrade_answer(seen) + close_frame(1000));
        peer.wait_for_end();
    });
    RecordingHandler handler;
    run_client(server, {.url = server.url("ws", "/stream?a=b"), .headers = {{"X-Key", "v"}}},
               handler);
    EXPECT_EQ(seen.find("GET /stream?a=b HTTP/1.1\r\n"), 0U) << seen;
    EXPECT_NE(seen.find("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"),
              std::string::npos);
    EXPECT_NE(seen.find("X-Key: v\r\n"), std::string::npos);
    EXPECT_NE(seen.find("User-Agent: petrel/"), std::string::npos);
    EXPECT_EQ(seen.find("Sec-WebSocket-Extensions"), std::string::npos);
    EXPECT_EQ(seen.find("Sec-WebSocket-Protocol"), std::string::npos);
}

}  // namespace
}  // namespace petrel::core::test
