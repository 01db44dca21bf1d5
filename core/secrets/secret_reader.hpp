// The text of a secret, by its reference: an environment variable, a file, or an entry of the
// encrypted store.
//
// Called on the control thread when something is made that needs it; whoever asks wipes the text.
// Messages name the place, never a character of the secret.
#pragma once

#include <string>

#include "config/config.hpp"
#include "petrel/result.hpp"

namespace petrel::core {

// Files must not be readable by others; their line end does not belong to the secret.
Result<std::string> read_secret(const SecretReference& secret);

// Makes a text unreadable in memory.
void wipe_secret(std::string& text);

}  // namespace petrel::core
