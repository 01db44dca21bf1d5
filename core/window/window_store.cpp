// All windows of a shard: sums over them, and their making.
#include "window/window_store.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kBlock = 32;

}  // namespace

void WindowStore::make(std::uint32_t symbol, std::uint32_t group) {
    if (symbol >= windows_.size()) {
        windows_.resize(std::size_t{symbol} + 1, nullptr);
    }
    if (blocks_.empty() || blocks_.back().size() == kBlock) {
        blocks_.emplace_back().reserve(kBlock);
    }
    windows_[symbol] = &blocks_.back().emplace_back(shape_, keep_trades_from_usd_[group]);
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
