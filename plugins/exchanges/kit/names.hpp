// Native names as words of eight bytes, and a table of what is known by name.
//
// Looked up for every frame, so it is a small open-addressing table: no allocation and no
// std::string on the way. A table is owned by its adapter and used on the instance's data path.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace petrel::kit {

inline constexpr std::size_t kNameLengthMax = 32;

// A name of 1 to 32 bytes, zeros behind it; all zero for a text that is no such name.
struct Name {
    std::array<std::uint64_t, kNameLengthMax / 8> words{};

    static Name of(std::string_view text) {
        Name name;
        if (!text.empty() && text.size() <= kNameLengthMax) {
            std::memcpy(name.words.data(), text.data(), text.size());
        }
        return name;
    }
    // Of a text with at least 32 readable bytes from its begin on, as in a frame: no call.
    static Name in_frame(std::string_view text) {
        Name name;
        if (text.empty() || text.size() > kNameLengthMax) {
            return name;
        }
        for (std::size_t i = 0; i < name.words.size(); ++i) {
            const std::size_t left = text.size() > 8 * i ? text.size() - 8 * i : 0;
            std::memcpy(&name.words[i], text.data() + 8 * i, 8);
            name.words[i] &= left >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * left) - 1;
        }
        return name;
    }
    [[nodiscard]] bool none() const { return words[0] == 0; }
    [[nodiscard]] std::uint64_t hash() const {
        const std::uint64_t h = words[0] * 0x9e3779b97f4a7c15U ^ words[1];
        const std::uint64_t g = words[2] * 0xc2b2ae3d27d4eb4fU ^ words[3];
        return (h ^ h >> 29U ^ g) * 0xbf58476d1ce4e5b9U;
    }
    // Without a branch for each word.
    friend bool operator==(const Name& a, const Name& b) {
        return ((a.words[0] ^ b.words[0]) | (a.words[1] ^ b.words[1]) | (a.words[2] ^ b.words[2]) |
                (a.words[3] ^ b.words[3])) == 0;
    }
};

// Entries by their `name`, a member of Entry. They are only added, never removed, and pointers to
// them stay valid.
template <typename Entry>
class NameTable {
public:
    static constexpr std::size_t kEntriesMax = 4096;

    NameTable() : slots_(kSlots) { entries_.reserve(kEntriesMax); }

    // The entry of that name, null when there is none.
    [[nodiscard]] Entry* find(const Name& name) {
        for (std::size_t slot = slot_of(name);; slot = (slot + 1) & kSlotMask) {
            const std::uint16_t number = slots_[slot];
            if (number == 0) {
                return nullptr;
            }
            if (Entry& entry = entries_[number - 1U]; entry.name == name) {
                return &entry;
            }
        }
    }
    [[nodiscard]] Entry* find(std::string_view name) { return find(Name::of(name)); }
    [[nodiscard]] const Entry* find(const Name& name) const {
        return const_cast<NameTable*>(this)->find(name);  // NOLINT(*-const-cast): nothing changes
    }
    [[nodiscard]] const Entry* find(std::string_view name) const { return find(Name::of(name)); }

    // Whether add() of that name would give an entry.
    [[nodiscard]] bool has_room_for(const Name& name) const {
        return !name.none() && (entries_.size() < kEntriesMax || find(name) != nullptr);
    }
    // The entry of that name, made when there was none; null when there is no room for it.
    Entry* add(const Name& name) {
        if (!has_room_for(name)) {
            return nullptr;
        }
        if (Entry* known = find(name); known != nullptr) {
            return known;
        }
        std::size_t slot = slot_of(name);
        while (slots_[slot] != 0) {
            slot = (slot + 1) & kSlotMask;
        }
        Entry& entry = entries_.emplace_back();
        entry.name = name;
        slots_[slot] = static_cast<std::uint16_t>(entries_.size());
        return &entry;
    }

    // Entries are numbered in the order in which they were added.
    [[nodiscard]] std::size_t number_of(const Entry& entry) const {
        return static_cast<std::size_t>(&entry - entries_.data());
    }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    auto begin() { return entries_.begin(); }
    auto end() { return entries_.end(); }

private:
    static constexpr unsigned kSlotBits = 14;  // never more than a quarter full
    static constexpr std::size_t kSlots = std::size_t{1} << kSlotBits;
    static constexpr std::size_t kSlotMask = kSlots - 1;
    static_assert(kSlots == 4 * kEntriesMax);

    static std::size_t slot_of(const Name& name) { return name.hash() >> (64U - kSlotBits); }

    std::vector<std::uint16_t> slots_;  // number of an entry, from 1; 0 is empty
    std::vector<Entry> entries_;        // reserved at full size: never moves
};

}  // namespace petrel::kit
