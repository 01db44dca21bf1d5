// Windows for tests of detectors: keeps every event and answers each question by adding up what
// lies in (now - horizon, now]. Slow and plainly right, where the product's windows are fast.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "petrel/abi/detector.h"
#include "petrel/types.hpp"

namespace petrel::testing {

class FakeWindows {
public:
    FakeWindows() {
        view_.size = sizeof(view_);
        view_.context = this;
        view_.sum = &sum;
        view_.events = &events;
        view_.state = &state;
    }
    FakeWindows(const FakeWindows&) = delete;
    FakeWindows& operator=(const FakeWindows&) = delete;

    // Takes the event in; what the view answers is from now on about its symbol.
    void add(std::uint32_t symbol, const MarketEvent& event) {
        current_ = &symbols_[symbol];
        current_->kept.push_back(event);
        current_->now_ns = std::max(current_->now_ns, event.exchange_ts_ns);
        if (event.kind == PETREL_EVENT_TRADE) {
            current_->state.last_price = event.price;
        } else if (event.kind == PETREL_EVENT_MARK_PRICE) {
            current_->state.mark_price = event.price;
            current_->state.index_price = event.quantity;
        } else if (event.kind == PETREL_EVENT_FUNDING) {
            current_->state.funding_rate = event.price;
        } else if (event.kind == PETREL_EVENT_OPEN_INTEREST) {
            current_->state.open_interest_usd = event.notional_usd;
        } else if (event.kind == PETREL_EVENT_BEST_BID) {
            current_->state.best_bid = event.price;
        } else if (event.kind == PETREL_EVENT_BEST_ASK) {
            current_->state.best_ask = event.price;
        }
    }
    [[nodiscard]] std::int64_t now_ns() const { return current_->now_ns; }
    [[nodiscard]] const petrel_window_view* raw() const { return &view_; }

    double coverage = 1.0;  // what every sum reports

private:
    struct Symbol {
        std::vector<MarketEvent> kept;
        std::int64_t now_ns = 0;
        petrel_market_state state{};
    };

    static const FakeWindows& self(const petrel_window_view* view) {
        return *static_cast<const FakeWindows*>(view->context);
    }
    [[nodiscard]] bool covers(const petrel_window_query& query, const MarketEvent& event) const {
        const std::int64_t from_ns = current_->now_ns - query.horizon_ms * kNsPerMs;
        return event.kind == query.kind && event.exchange_ts_ns > from_ns &&
               event.notional_usd >= query.notional_usd_min &&
               (query.venue == PETREL_VENUE_ALL || query.venue == event.venue);
    }

    static std::int32_t sum(const petrel_window_view* view, const petrel_window_query* query,
                            petrel_window_sum* sum) {
        const FakeWindows& windows = self(view);
        std::set<std::uint16_t> venues;
        petrel_window_sum total{};
        total.size = sum->size;
        total.coverage = windows.coverage;
        for (const MarketEvent& event : windows.current_->kept) {
            if (!windows.covers(*query, event)) {
                continue;
            }
            const bool first = event.side == PETREL_SIDE_BUY || event.side == PETREL_SIDE_LONG;
            (first ? total.first_count : total.second_count) += event.count;
            (first ? total.first_notional_usd : total.second_notional_usd) += event.notional_usd;
            (first ? total.first_quantity : total.second_quantity) += event.quantity;
            total.flags |= event.flags & PETREL_FLAG_SAMPLED;
            venues.insert(event.venue);
        }
        total.venue_count = static_cast<std::uint32_t>(venues.size());
        *sum = total;
        return PETREL_OK;
    }

    static std::uint32_t events(const petrel_window_view* view, const petrel_window_query* query,
                                petrel_market_event* room, std::uint32_t capacity) {
        const FakeWindows& windows = self(view);
        std::vector<MarketEvent> found;
        for (auto event = windows.current_->kept.rbegin(); event != windows.current_->kept.rend();
             ++event) {
            if (windows.covers(*query, *event)) {
                found.push_back(*event);
            }
        }
        std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
            return a.exchange_ts_ns > b.exchange_ts_ns;
        });
        const std::size_t count = std::min<std::size_t>(found.size(), capacity);
        std::copy_n(found.begin(), count, room);
        return static_cast<std::uint32_t>(count);
    }

    static std::int32_t state(const petrel_window_view* view, petrel_market_state* state) {
        const std::uint32_t size = state->size;
        *state = self(view).current_->state;
        state->size = size;
        return PETREL_OK;
    }

    std::map<std::uint32_t, Symbol> symbols_;
    Symbol* current_ = &symbols_[0];
    petrel_window_view view_{};
};

}  // namespace petrel::testing
