// The code that replies of the venue carry when all is well.
//
// Only .cpp files include this header, which brings simdjson with it.
#pragma once

#include "kit/rest.hpp"

namespace petrel::okx {

inline constexpr kit::ReplyCode kReplyCode{"0", "the venue refused a request (code is not 0)"};

}  // namespace petrel::okx
