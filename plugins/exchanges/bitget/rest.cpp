// Opens REST replies; see rest.hpp.
#include "rest.hpp"

namespace petrel::bitget {

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
    if (reply.http_status != 200) {
        return refuse("a request was answered with an HTTP status other than 200",
                      std::to_string(reply.http_status), out)
            .reason;
    }
    if (reply.body.size() > kReplyBytesMax) {
        return refuse("a reply is longer than 16 MiB", {}, out).reason;
    }
    std::string_view code;
    if (!json.open(reply.body) ||
        json.document["code"].get_string().get(code) != simdjson::SUCCESS) {
        return refuse("a reply is no JSON object with a code", {}, out).reason;
    }
    if (code != "00000") {
        std::string_view message;
        if (json.document["msg"].get_string().get(message) != simdjson::SUCCESS) {
            message = "no reason given";
        }
        return refuse("the venue refused a request (code is not 00000)", message, out).reason;
    }
    if (json.document["data"].get_array().get(data) != simdjson::SUCCESS) {
        return refuse("a reply has no list of data", {}, out).reason;
    }
    return {};
}

}  // namespace petrel::bitget
