// Binance shows at most one liquidation a symbol and second: the largest.
//
// A second begins with the first liquidation after the last one ended. Pure; owned by the server.
#pragma once

#include <cstdint>
#include <vector>

#include "market_event.hpp"

namespace petrel::sim::binance {

class LiquidationSampler {
public:
    static constexpr std::int64_t kWindow_ms = 1000;

    explicit LiquidationSampler(std::size_t symbols) : windows_(symbols) {}

    void offer(const MarketEvent& event) {
        auto& window = windows_[event.symbol];
        if (!window.open) {
            window = {true, event.ts_ms + kWindow_ms, event};
        } else if (event.quantity * event.price > window.largest.quantity * window.largest.price) {
            window.largest = event;
        }
    }

    // Appends the largest of every second that is over.
    void collect(std::int64_t now_ms, std::vector<MarketEvent>& out) {
        for (auto& window : windows_) {
            if (window.open && now_ms >= window.ends_ms) {
                out.push_back(window.largest);
                window.open = false;
            }
        }
    }

private:
    struct Window {
        bool open = false;
        std::int64_t ends_ms = 0;
        MarketEvent largest;
    };
    std::vector<Window> windows_;
};

}  // namespace petrel::sim::binance
