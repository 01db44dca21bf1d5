// Changing over and growing.
#include "normaliser/recent_keys.hpp"

#include <utility>

namespace petrel::core {

void RecentKeys::Table::resize(std::size_t size, std::int64_t now_ns) {
    tags.assign(size, 0);  // keeps its memory when the size is the same
    keys.resize(size);
    batches.clear();
    count = 0;
    since_ns = now_ns;
}

void RecentKeys::make_room(std::int64_t now_ns) {
    const std::size_t size = young_.tags.size();
    if (now_ns - young_.since_ns >= kReachNs || size >= kSlotsMax) {
        std::swap(young_, old_);
        young_.resize(size, now_ns);
        return;
    }
    Table larger;
    larger.resize(2 * size, young_.since_ns);
    old_.tags.reserve(2 * size);  // so that changing over allocates nothing
    old_.keys.reserve(2 * size);
    if (!young_.batches.empty()) {
        old_.batches.reserve(2 * size);
    }
    for (std::size_t i = 0; i < size; ++i) {
        if (young_.tags[i] != 0) {
            larger.put(larger.find(young_.keys[i]), young_.keys[i], young_.batch(i));
        }
    }
    young_ = std::move(larger);
}

}  // namespace petrel::core
