// What a shared library says of itself before any of its code runs.
//
// Loading a library runs its constructors, so everything that can refuse it is read from the bytes
// first: its format, the ABI note, the exported entry, symbols that two versions would share.
// Pure function of the bytes; every offset is checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "petrel/result.hpp"

namespace petrel::core {

struct AbiVersion {
    std::uint16_t major = 0;
    std::uint16_t minor = 0;
};

struct ElfFacts {
    std::optional<AbiVersion> abi;            // from the note
    std::vector<std::string> entries;         // exported petrel_plugin_entry_v<n>
    std::vector<std::string> unique_symbols;  // GNU_UNIQUE, at most kUniqueListed of them
};

inline constexpr std::size_t kUniqueListed = 8;

// Fails with what is wrong when the bytes are no x86-64 shared library.
Result<ElfFacts> scan_elf(std::span<const std::byte> bytes);

}  // namespace petrel::core
