// The products the adapter has met: their handle, what their quote is worth, where their trades
// stand.
//
// Looked up by name in each frame, so it is a small open-addressing table over words of eight
// bytes: no allocation and no std::string on the way. Owned by the decoder, on the instance's data
// path. Products are only added, never removed; pointers to them stay valid.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "petrel/exchange.hpp"

namespace petrel::coinbase {

// A name of at most 31 bytes, zeros behind it.
struct Name {
    std::array<std::uint64_t, 4> words{};

    static Name of(std::string_view text) {  // not longer than 31
        Name name;
        std::memcpy(name.words.data(), text.data(), text.size());
        return name;
    }
    [[nodiscard]] std::uint64_t hash() const {
        const std::uint64_t h = words[0] * 0x9e3779b97f4a7c15U ^ words[1];
        return (h ^ h >> 29U ^ words[2] * 0x94d049bb133111ebU ^ words[3]) * 0xbf58476d1ce4e5b9U;
    }
    friend bool operator==(const Name&, const Name&) = default;
};

struct Product {
    Name name;
    std::uint32_t handle = PETREL_NO_INSTRUMENT;
    std::uint32_t connection = 0;
    double usd_per_quote = 1.0;
    std::uint64_t last_id = 0;     // of the latest trade over this connection; 0: none yet
    std::uint64_t awaited_id = 0;  // told by a heartbeat and not seen by then; 0: none
};

class ProductTable {
public:
    static constexpr std::size_t kProductsMax = 4096;

    ProductTable() : slots_(kSlots) { products_.reserve(kProductsMax); }

    // The product of that name, null when it was not met yet.
    [[nodiscard]] Product* find(std::string_view native);
    // Announces the instrument to the host and keeps what frames need of it; what was known of the
    // same name is overwritten. Null for a bad name, when the table is full, or the host takes no
    // more.
    Product* announce(const Instrument& instrument, DecodeOut& out);
    // find(), and what was never announced is announced as far as its name tells.
    Product* find_or_announce(std::string_view native, DecodeOut& out);

    // A connection was opened anew: where its trades stood says nothing any more.
    void forget_ids(std::uint32_t connection);

    [[nodiscard]] std::size_t size() const { return products_.size(); }

private:
    static constexpr std::size_t kSlots = 4 * kProductsMax;  // never more than a quarter full
    static constexpr std::size_t kSlotMask = kSlots - 1;
    static std::size_t slot_of(const Name& name) { return name.hash() >> 50U; }
    static_assert(kSlots == std::size_t{1} << (64U - 50U));

    std::vector<std::uint16_t> slots_;  // number of a product, from 1; 0 is empty
    std::vector<Product> products_;     // reserved at full size: never moves
};

}  // namespace petrel::coinbase
