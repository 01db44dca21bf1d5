// What all REST replies of the venue share: a code, a message, a list. Only .cpp files include this
// header, which brings simdjson with it.
#pragma once

#include <string>

#include "json.hpp"
#include "petrel/exchange.hpp"

namespace petrel::okx {

// Says it to the operator and refuses the reply.
Decoded refuse(std::string_view reason, std::string_view venue_text, DecodeOut& out);

// Opens the reply's `data`. When it is not there, says so to the operator and gives the reason.
Reason open_reply(const Reply& reply, JsonReader& json, ondemand::array& data, DecodeOut& out);

}  // namespace petrel::okx
