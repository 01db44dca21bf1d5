// Objects of control: what the venue says about subscriptions, settings and itself.
//
// Only .cpp files include this header, which brings simdjson.
#pragma once

#include "kit/json.hpp"
#include "parse.hpp"

namespace petrel::bitfinex {

// Reads the object; changes the connection and tells notices when it is whole.
Decoded take_control(ondemand::document& document, Connection& connection, ContractTable& contracts,
                     DecodeOut& out);

}  // namespace petrel::bitfinex
