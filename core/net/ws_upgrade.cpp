// Error codes of the network library turned into categories and sentences.
#include <algorithm>
#include <boost/beast/http/error.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/zlib/error.hpp>
#include <charconv>
#include <vector>

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

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    return begin == std::string_view::npos
               ? std::string_view()
               : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool is_window_bits(std::string_view text) {
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
    return error == std::errc() && end == text.data() + text.size() && text[0] != '0' &&
           bits >= 8 && bits <= 15;
}

// One extension with parameters that RFC 7692 knows, each once and with the value that it needs.
bool is_good_deflate(std::string_view value) {
    const std::size_t name_end = std::min(value.find(';'), value.size());
    if (!boost::beast::iequals(trimmed(value.substr(0, name_end)), "permessage-deflate")) {
        return false;
    }
    std::vector<std::string_view> seen;
    for (value.remove_prefix(name_end); !value.empty();) {
        value.remove_prefix(1);
        const std::size_t end = std::min(value.find(';'), value.size());
        const std::string_view parameter = trimmed(value.substr(0, end));
        value.remove_prefix(end);
        const std::size_t equals = std::min(parameter.find('='), parameter.size());
        const std::string_view name = trimmed(parameter.substr(0, equals));
        const bool has_value = equals < parameter.size();
        const bool bits = name == "server_max_window_bits" || name == "client_max_window_bits";
        const bool takeover =
            name == "server_no_context_takeover" || name == "client_no_context_takeover";
        const bool good = bits ? has_value && is_window_bits(trimmed(parameter.substr(equals + 1)))
                               : takeover && !has_value;
        if (!good || std::find(seen.begin(), seen.end(), name) != seen.end()) {
            return false;
        }
        seen.push_back(name);
    }
    return true;
}

bool is_broken_link(boost::system::error_code error) {
    return error == boost::asio::error::eof || error == http::error::end_of_stream ||
           error == http::error::partial_message || error == boost::asio::error::connection_reset ||
           error == boost::asio::error::broken_pipe;
}

}  // namespace

std::optional<LinkEnd> judge_upgrade(const websocket::response_type& answer, Offered offered) {
    const auto wrong = [](std::string_view what) {
        return LinkEnd{LinkEndKind::Protocol, 0, "answered the upgrade with " + std::string(what)};
    };
    if (answer.count(http::field::sec_websocket_protocol) > 0) {
        return wrong("a subprotocol that was not asked for");
    }
    const std::size_t extensions = answer.count(http::field::sec_websocket_extensions);
    if (extensions > 0 && offered == Offered::Nothing) {
        return wrong("an extension that was not asked for");
    }
    if (extensions > 1 ||
        (extensions == 1 && !is_good_deflate(answer[http::field::sec_websocket_extensions]))) {
        return wrong("an extension or a parameter of compression that was not offered: " +
                     clean_text(answer[http::field::sec_websocket_extensions], 100));
    }
    if (answer.count(http::field::sec_websocket_accept) != 1) {
        return wrong("more than one Sec-WebSocket-Accept");
    }
    return std::nullopt;
}

bool takes_compression(const websocket::response_type& answer) {
    return answer.count(http::field::sec_websocket_extensions) > 0;
}

bool is_corrupt_deflate(boost::system::error_code error) {
    const boost::system::error_code any = boost::beast::zlib::error::general;
    return error.category() == any.category();
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
    if (is_corrupt_deflate(error)) {
        return {LinkEndKind::Protocol, websocket::close_code::bad_payload,
                "sent compressed data that is corrupt: " + error.message()};
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
