// Values by the number of a time slot, kept only for slots in which something happened, in order.
//
// Stage 3, inside the rings of a symbol. A slot that is not held has the value of the last one
// before it, so a gap costs nothing, however long. Memory begins empty and doubles up to a fixed
// number of entries; the oldest gives way once a later one stands for everything before the reach.
// Owned by one shard.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

namespace petrel::core {

template <typename Value>
class SparseRing {
public:
    struct Entry {
        std::int64_t slot = 0;
        Value value{};
    };

    // `reach`: how many slots back values are asked for, at least 1. No more entries are held.
    explicit SparseRing(std::uint32_t reach) : reach_(reach) {}

    [[nodiscard]] std::uint32_t size() const { return count_; }
    [[nodiscard]] std::uint32_t reach() const { return reach_; }
    // Entry `i` from the oldest, which may lie before the reach.
    [[nodiscard]] const Entry& operator[](std::uint32_t i) const { return entries_[place(i)]; }
    Entry& operator[](std::uint32_t i) { return entries_[place(i)]; }

    // Adds a slot later than all held. `head` is the slot of now: what is further back than the
    // reach before it may go, all but the entry that holds there.
    void push(std::int64_t slot, const Value& value, std::int64_t head) {
        if (count_ == capacity_) {
            make_room(head);
        }
        entries_[place(count_)] = {slot, value};
        ++count_;
    }

    // Adds a slot that is not held, in its place among the others.
    void insert(std::int64_t slot, const Value& value, std::int64_t head) {
        push(slot, value, head);
        for (std::uint32_t i = count_ - 1; i > 0 && (*this)[i - 1].slot > slot; --i) {
            std::swap((*this)[i - 1], (*this)[i]);
        }
    }

    // How many entries lie at or before `slot`: the last of them holds there.
    [[nodiscard]] std::uint32_t count_until(std::int64_t slot) const {
        std::uint32_t low = 0;
        std::uint32_t high = count_;
        while (low < high) {
            const std::uint32_t middle = (low + high) / 2;
            if ((*this)[middle].slot <= slot) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    void clear() { count_ = 0; }

private:
    [[nodiscard]] std::uint32_t place(std::uint32_t i) const {
        const std::uint32_t at = first_ + i;
        return at < capacity_ ? at : at - capacity_;
    }

    void make_room(std::int64_t head) {
        if (count_ > 1 && (*this)[1].slot <= head - static_cast<std::int64_t>(reach_)) {
            first_ = place(1);
            --count_;
        } else {
            grow();
        }
    }

    // Slots differ, so a full ring of the last size always has an entry that may go.
    [[gnu::noinline]] void grow() {
        constexpr std::uint32_t capacity_min = 4;
        const std::uint32_t larger =
            std::min(std::max(capacity_ * 2, capacity_min), std::max(reach_, 2U));
        auto entries = std::make_unique<Entry[]>(larger);
        for (std::uint32_t i = 0; i < count_; ++i) {
            entries[i] = (*this)[i];
        }
        entries_ = std::move(entries);
        capacity_ = larger;
        first_ = 0;
    }

    std::unique_ptr<Entry[]> entries_;
    std::uint32_t first_ = 0;
    std::uint32_t count_ = 0;
    std::uint32_t capacity_ = 0;
    std::uint32_t reach_;
};

}  // namespace petrel::core
