// Opens REST replies; see rest.hpp.
#include "rest.hpp"

namespace petrel::gate {

Decoded refuse(std::string_view reason, std::string_view venue_text, DecodeOut& out) {
    constexpr std::size_t kNoticeLengthMax = 200;
    std::string text(reason);
    if (!venue_text.empty()) {
        text.append(": ").append(venue_text.substr(0, kNoticeLengthMax));
    }
    out.notice(PETREL_NOTICE_VENUE_ERROR, text);
    return Decoded::rejected(reason);
}

Reason open_reply(const Reply& reply, JsonReader& json, ondemand::array& data, DecodeOut& out) {
    if (reply.body.size() > kReplyBytesMax) {
        return refuse("a reply is longer than 16 MiB", {}, out).reason;
    }
    if (reply.http_status != 200) {
        std::string text = std::to_string(reply.http_status);
        std::string_view message;  // {"label": ..., "message": ...}
        if (json.open(reply.body) &&
            json.document["message"].get_string().get(message) == simdjson::SUCCESS) {
            text.append(", ").append(message);
        }
        return refuse("a request was answered with an HTTP status other than 200", text, out)
            .reason;
    }
    if (!json.open(reply.body) || json.document.get_array().get(data) != simdjson::SUCCESS) {
        return refuse("a reply is no JSON list", {}, out).reason;
    }
    return {};
}

}  // namespace petrel::gate
