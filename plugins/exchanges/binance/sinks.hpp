// Where emit() puts events: straight into the host's array, or aside until a whole frame is known
// to be good. Both live for one call of the decoder.
#pragma once

#include <vector>

#include "petrel/exchange.hpp"

namespace petrel::binance {

class DirectSink {
public:
    DirectSink(DecodeOut& out, std::int64_t receive_ts_ns)
        : out_(out), receive_ts_ns_(receive_ts_ns) {}
    MarketEvent& push() { return out_.push(); }
    [[nodiscard]] std::int64_t receive_ts_ns() const { return receive_ts_ns_; }

private:
    DecodeOut& out_;
    std::int64_t receive_ts_ns_;
};

// Keeps events in a vector that the decoder lends, so that its room is reused.
class StagedSink {
public:
    StagedSink(std::vector<MarketEvent>& events, std::int64_t receive_ts_ns)
        : events_(events), receive_ts_ns_(receive_ts_ns) {
        events_.clear();
    }
    MarketEvent& push() {
        MarketEvent& event = events_.emplace_back();
        event.count = 1;
        return event;
    }
    [[nodiscard]] std::int64_t receive_ts_ns() const { return receive_ts_ns_; }
    void commit(DecodeOut& out) {
        for (const MarketEvent& event : events_) {
            out.push() = event;
        }
    }
    [[nodiscard]] bool empty() const { return events_.empty(); }

private:
    std::vector<MarketEvent>& events_;
    std::int64_t receive_ts_ns_;
};

}  // namespace petrel::binance
