// How every request of ours names its sender: some venues refuse who does not.
//
// Used by the clients of this folder, on any thread.
#pragma once

#include <string>

namespace petrel::core {

// "petrel/<version>"; lives for ever.
const std::string& user_agent();

}  // namespace petrel::core
