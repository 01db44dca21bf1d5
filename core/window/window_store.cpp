// All windows of a shard: sums over them, and their making.
#include "window/window_store.hpp"

namespace petrel::core {

void WindowStore::make(std::uint32_t symbol, std::uint32_t group) {
    if (symbol >= windows_.size()) {
        windows_.resize(std::size_t{symbol} + 1);
    }
    windows_[symbol] = std::make_unique<Window>(shape_, keep_trades_from_usd_[group]);
    ++active_;
}

std::uint64_t WindowStore::late() const {
    std::uint64_t total = 0;
    for (const auto& window : windows_) {
        total += window == nullptr ? 0 : window->late();
    }
    return total;
}

std::uint64_t WindowStore::forgotten() const {
    std::uint64_t total = 0;
    for (const auto& window : windows_) {
        total += window == nullptr ? 0 : window->forgotten();
    }
    return total;
}

}  // namespace petrel::core
