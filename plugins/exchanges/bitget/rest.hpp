// The code that replies of the venue carry when all is well.
//
// Only .cpp files include this header, which brings simdjson with it.
#pragma once

#include "kit/rest.hpp"

namespace petrel::bitget {

inline constexpr kit::ReplyCode kReplyCode{"00000",
                                           "the venue refused a request (code is not 00000)"};

}  // namespace petrel::bitget
