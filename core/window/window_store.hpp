// All windows of a shard, found by symbol in O(1) and made when a symbol is first seen.
//
// Stage 3. Owned by one shard.
#pragma once

#include <cstdint>
#include <vector>

#include "window/window.hpp"

namespace petrel::core {

class WindowStore {
public:
    // `keep_trades_from_usd` by group: from which size single trades are kept.
    WindowStore(const WindowShape& shape, std::vector<double> keep_trades_from_usd)
        : shape_(shape), keep_trades_from_usd_(std::move(keep_trades_from_usd)) {}

    // Adds the event to its symbol's windows and returns them.
    Window& add(std::uint32_t symbol, std::uint32_t group, const MarketEvent& event) {
        Window& window = of(symbol, group);
        window.add(event);
        return window;
    }
    // The symbol's windows, made when needed.
    Window& of(std::uint32_t symbol, std::uint32_t group) {
        if (symbol >= windows_.size() || windows_[symbol] == nullptr) {
            make(symbol, group);
        }
        return *windows_[symbol];
    }

    // The symbol's windows, or null when it was never seen.
    [[nodiscard]] const Window* find(std::uint32_t symbol) const {
        return symbol < windows_.size() ? windows_[symbol] : nullptr;
    }
    // How long single events are kept, at least.
    [[nodiscard]] std::int64_t kept_horizon_ns() const { return shape_.kept_horizon_ns; }
    [[nodiscard]] std::size_t symbols() const { return active_; }
    [[nodiscard]] std::uint64_t late() const;
    [[nodiscard]] std::uint64_t forgotten() const;

private:
    void make(std::uint32_t symbol, std::uint32_t group);

    WindowShape shape_;
    std::vector<double> keep_trades_from_usd_;
    // Windows of many symbols side by side, so that few pages hold them; they never move.
    std::vector<std::vector<Window>> blocks_;
    std::vector<Window*> windows_;  // by symbol
    std::size_t active_ = 0;
};

}  // namespace petrel::core
