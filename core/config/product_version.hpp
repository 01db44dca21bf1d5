// The version of this build, as the build files say it.
#pragma once

#include <string_view>

namespace petrel::core {

std::string_view product_version();

}  // namespace petrel::core
