// Files that only their owner may read: reading them with their mode checked, and writing them so
// that a crash leaves either the old or the new one.
//
// Private to this folder; control thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "petrel/result.hpp"

namespace petrel::core {

enum class Readers : std::uint8_t { Owner, OwnerAndGroup };

struct PrivateFile {
    std::string path;
    std::string what;  // "the secret file", for messages
    std::size_t bytes_max = 0;
    Readers readers = Readers::Owner;
};

// PETREL_E_IO when it is not there; otherwise a sentence with the remedy.
Result<std::string> read_private_file(const PrivateFile& file);

// Mode 0600, beside the old one, synced, then in its place.
Status write_private_file(const PrivateFile& file, std::string_view bytes);

// The same for a file that must not exist yet.
Status create_private_file(const PrivateFile& file, std::string_view bytes);

}  // namespace petrel::core
