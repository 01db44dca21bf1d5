// Walks section headers to the dynamic symbols and the notes. Structs are copied out of the bytes,
// never pointed into: nothing says that they are aligned.
#include "plugin/elf_scan.hpp"

#include <elf.h>

#include <cstring>
#include <string_view>

#include "petrel/abi/plugin.h"

namespace petrel::core {
namespace {

constexpr std::string_view kEntryPrefix = "petrel_plugin_entry_v";
constexpr std::size_t kSectionsMax = 4096;

class Reader {
public:
    explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

    template <typename T>
    [[nodiscard]] bool read(std::uint64_t offset, T& out) const {
        if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) {
            return false;
        }
        std::memcpy(&out, bytes_.data() + offset, sizeof(T));
        return true;
    }

    // The section's bytes; empty when it reaches beyond the file.
    [[nodiscard]] std::span<const std::byte> section(const Elf64_Shdr& header) const {
        if (header.sh_type == SHT_NOBITS || header.sh_offset > bytes_.size() ||
            header.sh_size > bytes_.size() - header.sh_offset) {
            return {};
        }
        return bytes_.subspan(header.sh_offset, header.sh_size);
    }

private:
    std::span<const std::byte> bytes_;
};

std::string_view name_at(std::span<const std::byte> names, std::size_t offset) {
    if (offset >= names.size()) {
        return {};
    }
    const auto* start = reinterpret_cast<const char*>(names.data()) + offset;
    const std::size_t room = names.size() - offset;
    const std::size_t length = strnlen(start, room);
    return length == room ? std::string_view() : std::string_view(start, length);
}

Status check_header(const Reader& reader, Elf64_Ehdr& header) {
    if (!reader.read(0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
        return Status::rejected("it is no shared library (no ELF header)");
    }
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
        header.e_machine != EM_X86_64) {
        return Status::rejected("it was built for another machine, this petrel runs on x86-64");
    }
    if (header.e_type != ET_DYN) {
        return Status::rejected("it is no shared library (a program or an object file)");
    }
    if (header.e_shentsize != sizeof(Elf64_Shdr) || header.e_shnum == 0 ||
        header.e_shnum > kSectionsMax) {
        return Status::rejected("its section table is missing or damaged");
    }
    return {};
}

void take_symbol(const Elf64_Sym& symbol, std::string_view name, ElfFacts& facts) {
    if (symbol.st_shndx == SHN_UNDEF || name.empty()) {
        return;
    }
    const unsigned binding = ELF64_ST_BIND(symbol.st_info);
    const bool visible = ELF64_ST_VISIBILITY(symbol.st_other) == STV_DEFAULT ||
                         ELF64_ST_VISIBILITY(symbol.st_other) == STV_PROTECTED;
    if (binding == STB_GNU_UNIQUE && facts.unique_symbols.size() < kUniqueListed) {
        facts.unique_symbols.emplace_back(name);
    } else if ((binding == STB_GLOBAL || binding == STB_WEAK) && visible &&
               ELF64_ST_TYPE(symbol.st_info) == STT_FUNC && name.starts_with(kEntryPrefix)) {
        facts.entries.emplace_back(name);
    }
}

void take_symbols(std::span<const std::byte> symbols, std::span<const std::byte> names,
                  ElfFacts& facts) {
    const Reader reader(symbols);
    Elf64_Sym symbol{};
    for (std::uint64_t at = 0; reader.read(at, symbol); at += sizeof(symbol)) {
        take_symbol(symbol, name_at(names, symbol.st_name), facts);
    }
}

std::uint64_t padded(std::uint64_t size) { return (size + 3) & ~std::uint64_t{3}; }

void take_notes(std::span<const std::byte> notes, ElfFacts& facts) {
    const Reader reader(notes);
    Elf64_Nhdr header{};
    std::uint64_t at = 0;
    while (reader.read(at, header)) {
        petrel_abi_note note{};
        const bool ours = header.n_type == PETREL_ABI_NOTE_TYPE &&
                          header.n_namesz == sizeof(note.name) && header.n_descsz >= 4 &&
                          reader.read(at, note) &&
                          std::memcmp(note.name, "petrel\0", sizeof(note.name)) == 0;
        if (ours && !facts.abi) {
            facts.abi = AbiVersion{note.major, note.minor};
        }
        at += sizeof(header) + padded(header.n_namesz) + padded(header.n_descsz);
    }
}

}  // namespace

Result<ElfFacts> scan_elf(std::span<const std::byte> bytes) {
    const Reader reader(bytes);
    Elf64_Ehdr header{};
    if (Status checked = check_header(reader, header); !checked.ok()) {
        return checked;
    }
    std::vector<Elf64_Shdr> sections(header.e_shnum);
    for (std::size_t i = 0; i < sections.size(); ++i) {
        // An offset near the end of the number range wraps around to nothing readable.
        const std::uint64_t at = header.e_shoff + i * sizeof(Elf64_Shdr);
        if (at < header.e_shoff || !reader.read(at, sections[i])) {
            return Status::rejected("it is cut off: its section table lies beyond its end");
        }
    }
    ElfFacts facts;
    bool has_symbols = false;
    for (const Elf64_Shdr& section : sections) {
        if (section.sh_type == SHT_DYNSYM && section.sh_link < sections.size()) {
            has_symbols = true;
            take_symbols(reader.section(section), reader.section(sections[section.sh_link]), facts);
        } else if (section.sh_type == SHT_NOTE) {
            take_notes(reader.section(section), facts);
        }
    }
    if (!has_symbols) {
        return Status::rejected("it exports nothing: it has no table of dynamic symbols");
    }
    return facts;
}

}  // namespace petrel::core
