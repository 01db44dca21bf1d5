// Error codes of the network library turned into categories and sentences.
#include <boost/beast/http/error.hpp>
#include <boost/beast/websocket/error.hpp>
#include <charconv>

#include "net/ws_upgrade_impl.hpp"
#include "observe/clean_text.hpp"

namespace petrel::core {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

namespace {

// Status code of "HTTP/1.1 503 ...", 0 when the answer does not begin so.
std::uint16_t status_of(std::string_view head) {
    constexpr std::size_t code_at = 9;
    std::uint16_t code = 0;
    if (head.starts_with("HTTP/1.") && head.size() >= code_at + 3) {
        std::from_chars(head.data() + code_at, head.data() + code_at + 3, code);
    }
    return code;
}

LinkEnd declined(std::uint16_t status, const websocket::response_type& answer) {
    std::string sentence = "declined the upgrade with HTTP " + std::to_string(status);
    const auto location = answer.find(http::field::location);
    if (status >= 300 && status < 400) {
        sentence += "; redirects are not followed";
        if (location != answer.end()) {
            sentence += " (it points to " + clean_text(location->value(), 200) + ")";
        }
    }
    return {LinkEndKind::Refused, status, std::move(sentence)};
}

bool is_broken_link(boost::system::error_code error) {
    return error == boost::asio::error::eof || error == http::error::end_of_stream ||
           error == http::error::partial_message || error == boost::asio::error::connection_reset ||
           error == boost::asio::error::broken_pipe;
}

}  // namespace

std::optional<LinkEnd> judge_upgrade(const websocket::response_type& answer) {
    const auto wrong = [](std::string_view what) {
        return LinkEnd{LinkEndKind::Protocol, 0, "answered the upgrade with " + std::string(what)};
    };
    if (answer.count(http::field::sec_websocket_protocol) > 0) {
        return wrong("a subprotocol that was not asked for");
    }
    if (answer.count(http::field::sec_websocket_extensions) > 0) {
        return wrong("an extension that was not asked for");
    }
    if (answer.count(http::field::sec_websocket_accept) != 1) {
        return wrong("more than one Sec-WebSocket-Accept");
    }
    return std::nullopt;
}

LinkEnd upgrade_failure(boost::system::error_code error, const Wire& wire,
                        const websocket::response_type& answer) {
    if (!wire.failure().empty()) {
        const bool tls = error == boost::asio::error::connection_aborted;
        return {tls ? LinkEndKind::Tls : LinkEndKind::Protocol, 0, wire.failure()};
    }
    const std::uint16_t status = status_of(wire.head_begin());
    if (status != 0 && status != 101) {
        return declined(status, answer);
    }
    if (is_broken_link(error)) {
        return {LinkEndKind::Reset, 0,
                "closed the connection during the upgrade (" + error.message() + ")"};
    }
    return {LinkEndKind::Protocol, 0, "answered the upgrade wrongly: " + error.message()};
}

LinkEnd close_verdict(const websocket::close_reason& reason) {
    constexpr std::uint16_t highest = 4999;
    if (reason.code > highest) {
        return {LinkEndKind::Protocol, websocket::close_code::protocol_error,
                "closed with code " + std::to_string(reason.code) + ", which does not exist"};
    }
    if (reason.code == websocket::close_code::none) {
        return {LinkEndKind::PeerClosed, websocket::close_code::no_status, "closed without a code"};
    }
    std::string sentence = "closed with code " + std::to_string(reason.code);
    if (!reason.reason.empty()) {
        sentence += ": " + clean_text({reason.reason.data(), reason.reason.size()});
    }
    return {LinkEndKind::PeerClosed, reason.code, std::move(sentence)};
}

LinkEnd read_failure(boost::system::error_code error, Wire& wire, std::uint32_t message_bytes_max) {
    if (!wire.failure().empty()) {
        return {LinkEndKind::Tls, 0, wire.failure()};
    }
    if (error == websocket::error::message_too_big || error == websocket::error::buffer_overflow) {
        return {
            LinkEndKind::Protocol, websocket::close_code::too_big,
            "sent a message above the limit of " + std::to_string(message_bytes_max) + " bytes"};
    }
    if (error == websocket::error::bad_frame_payload) {
        return {LinkEndKind::Protocol, websocket::close_code::bad_payload,
                "sent text that is not valid UTF-8"};
    }
    const boost::system::error_code any = websocket::error::bad_opcode;
    if (error.category() == any.category()) {
        return {LinkEndKind::Protocol, websocket::close_code::protocol_error,
                "broke the WebSocket protocol: " + error.message()};
    }
    if (wire.meter().lost()) {
        return {LinkEndKind::Protocol, websocket::close_code::protocol_error,
                "sent a frame that breaks the WebSocket protocol, then ended the connection"};
    }
    if (error == boost::asio::error::eof) {
        return {LinkEndKind::Reset, 0, "ended the connection without a close frame"};
    }
    return {LinkEndKind::Reset, 0, "connection broke: " + error.message()};
}

}  // namespace petrel::core
