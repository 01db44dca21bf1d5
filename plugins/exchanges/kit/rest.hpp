// What replies over REST have in common: how one is refused and told to the operator, and how one
// with a code, a message and a list is opened.
//
// Off the hot path, on the instance's data path. Only .cpp files and headers for them include this
// one, which brings simdjson with it.
#pragma once

#include <string>

#include "kit/json.hpp"

namespace petrel::kit {

inline constexpr std::size_t kReplyBytesMax = std::size_t{16} << 20U;
inline constexpr Reason kBadStatus = "a request was answered with an HTTP status other than 200";
inline constexpr Reason kReplyTooLong = "a reply is longer than 16 MiB";

// Says it to the operator and refuses the reply.
inline Decoded refuse(Reason reason, std::string_view venue_text, DecodeOut& out) {
    constexpr std::size_t kNoticeLengthMax = 200;
    std::string text(reason);
    if (!venue_text.empty()) {
        text.append(": ").append(venue_text.substr(0, kNoticeLengthMax));
    }
    out.notice(PETREL_NOTICE_VENUE_ERROR, text);
    return Decoded::rejected(reason);
}

// What the venue writes when all is well, and what to say of anything else.
struct ReplyCode {
    std::string_view good;
    Reason refused;
};

// Opens {"code":"...","msg":"...","data":...}. When it is none or its code is another, says so to
// the operator and gives the reason.
inline Reason check_reply(const Reply& reply, ReplyCode wanted, JsonReader& json, DecodeOut& out) {
    if (reply.http_status != 200) {
        return refuse(kBadStatus, std::to_string(reply.http_status), out).reason;
    }
    if (reply.body.size() > kReplyBytesMax) {
        return refuse(kReplyTooLong, {}, out).reason;
    }
    std::string_view code;
    if (!json.open(reply.body) ||
        json.document["code"].get_string().get(code) != simdjson::SUCCESS) {
        return refuse("a reply is no JSON object with a code", {}, out).reason;
    }
    if (code != wanted.good) {
        std::string_view message;
        if (json.document["msg"].get_string().get(message) != simdjson::SUCCESS) {
            message = "no reason given";
        }
        return refuse(wanted.refused, message, out).reason;
    }
    return {};
}

// The same, and `data` is a list.
inline Reason open_reply(const Reply& reply, ReplyCode wanted, JsonReader& json,
                         ondemand::array& data, DecodeOut& out) {
    if (const Reason bad = check_reply(reply, wanted, json, out); !bad.empty()) {
        return bad;
    }
    if (json.document["data"].get_array().get(data) != simdjson::SUCCESS) {
        return refuse("a reply has no list of data", {}, out).reason;
    }
    return {};
}

}  // namespace petrel::kit
