// Opens REST replies; see rest.hpp.
#include "rest.hpp"

namespace petrel::gate {

Reason open_reply(const Reply& reply, kit::JsonReader& json, ondemand::array& data,
                  DecodeOut& out) {
    if (reply.body.size() > kit::kReplyBytesMax) {
        return kit::refuse(kit::kReplyTooLong, {}, out).reason;
    }
    if (reply.http_status != 200) {
        std::string text = std::to_string(reply.http_status);
        std::string_view message;  // {"label": ..., "message": ...}
        if (json.open(reply.body) &&
            json.document["message"].get_string().get(message) == simdjson::SUCCESS) {
            text.append(", ").append(message);
        }
        return kit::refuse(kit::kBadStatus, text, out).reason;
    }
    if (!json.open(reply.body) || json.document.get_array().get(data) != simdjson::SUCCESS) {
        return kit::refuse("a reply is no JSON list", {}, out).reason;
    }
    return {};
}

}  // namespace petrel::gate
