// A list has the order and a map finds the place in it.
#include "signal/remade_signals.hpp"

#include <iterator>
#include <utility>

namespace petrel::core {

void RemadeSignals::note(SignalChange change, const Signal& signal) {
    if (change == SignalChange::Held) {
        return;
    }
    if (const auto known = by_id_.find(signal.id); known != by_id_.end()) {
        known->second->signal = signal;
        by_change_.splice(by_change_.end(), by_change_, known->second);
        return;
    }
    by_change_.push_back({signal, change == SignalChange::Admitted ? signal.ts_ns : 0});
    by_id_.emplace(signal.id, std::prev(by_change_.end()));
    if (by_change_.size() > kMost) {
        by_id_.erase(by_change_.front().signal.id);
        by_change_.pop_front();
    }
}

std::vector<RemadeSignal> RemadeSignals::take() {
    std::vector<RemadeSignal> all(std::make_move_iterator(by_change_.begin()),
                                  std::make_move_iterator(by_change_.end()));
    by_change_.clear();
    by_id_.clear();
    return all;
}

}  // namespace petrel::core
