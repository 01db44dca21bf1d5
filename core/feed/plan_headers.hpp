// Fields that an adapter wants in the head of its requests, copied over the boundary and checked:
// a plugin may say what a venue asks for, never what belongs to the connection itself.
//
// Part of stage 1, pure; called on the feed thread when plans and requests are taken.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "petrel/abi/exchange.h"
#include "petrel/result.hpp"
#include "secrets/request_signer.hpp"

namespace petrel::core {

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

// Where the fields go: an upgrade has no body, so nothing may describe one.
enum class HeaderUse : std::uint8_t { Upgrade, Request };

// `count` fields, `first->size` bytes apart; one more than are allowed at most.
HeaderFields copied_headers(const petrel_head_field* first, std::uint32_t count);

// A sentence that names the field and the rule it breaks.
Status check_headers(const HeaderFields& fields, HeaderUse use);

// Headers and templates of a signature, where there is one.
Status check_signing(const std::optional<SigningTemplate>& signing, HeaderUse use);

// Whether it is a method such as "GET".
Status check_method(const std::string& method);

}  // namespace petrel::core
