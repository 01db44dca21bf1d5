// What the system says of an error number.
//
// Any thread, unlike strerror, which may write into memory that all threads share.
#pragma once

#include <string>
#include <system_error>

namespace petrel::core {

// "No such file or directory" for ENOENT.
inline std::string error_text(int error) { return std::generic_category().message(error); }

}  // namespace petrel::core
