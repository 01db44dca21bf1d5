// What all REST replies of the venue share: a bare list. Only .cpp files include this header, which
// brings simdjson with it.
#pragma once

#include "kit/rest.hpp"

namespace petrel::gate {

using kit::Reason;

// Opens the reply's list. When it is none, says so to the operator and gives the reason.
Reason open_reply(const Reply& reply, kit::JsonReader& json, ondemand::array& data, DecodeOut& out);

}  // namespace petrel::gate
