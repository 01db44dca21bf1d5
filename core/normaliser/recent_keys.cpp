// Changing over and growing.
#include "normaliser/recent_keys.hpp"

#include <utility>

namespace petrel::core {

void RecentKeys::Table::resize(std::size_t size, std::int64_t now_ns) {
    slots.assign(size, {});  // keeps its memory when the size is the same
    count = 0;
    since_ns = now_ns;
}

void RecentKeys::make_room(std::int64_t now_ns) {
    const std::size_t size = young_.slots.size();
    if (now_ns - young_.since_ns >= kReachNs || size >= kSlotsMax) {
        std::swap(young_, old_);
        young_.resize(size, now_ns);
        return;
    }
    old_.slots.reserve(2 * size);  // so that changing over allocates nothing
    Table larger;
    larger.resize(2 * size, young_.since_ns);
    for (const Slot& slot : young_.slots) {
        if (slot.key != 0) {
            larger.find(slot.key) = slot;
            ++larger.count;
        }
    }
    young_ = std::move(larger);
}

}  // namespace petrel::core
