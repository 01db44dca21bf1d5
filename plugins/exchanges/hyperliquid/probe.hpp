// For the recordings and the fuzz target of this folder: a decoder with a host that keeps what it
// is told, and a look at whether every event lies within its bounds.
#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "bounds.hpp"
#include "parse.hpp"

namespace petrel::hyperliquid {

class Probe {
public:
    Probe() {
        out_.size = sizeof(out_);
        out_.capacity = kRoom;
        out_.stride = sizeof(MarketEvent);
        out_.events = room_.data();
        out_.context = this;
        out_.flush = [](petrel_decode_out* out) {
            auto& all = static_cast<Probe*>(out->context)->events;
            all.insert(all.end(), out->events, out->events + out->count);
            out->count = 0;
            return PETREL_OK;
        };
        out_.instrument = [](petrel_decode_out* out, const petrel_instrument*) {
            return static_cast<Probe*>(out->context)->instruments++;
        };
        out_.notice = [](petrel_decode_out* out, const petrel_notice*) {
            ++static_cast<Probe*>(out->context)->notices;
        };
        out_.request = [](petrel_decode_out*, const petrel_http_request*) {};
    }
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;

    // The frame lies in a block of its own, with the padding and not a byte more.
    Decoded decode(std::string_view text) {
        events.clear();
        notices = 0;
        padded_.assign(text.begin(), text.end());
        padded_.insert(padded_.end(), PETREL_FRAME_PADDING, '"');
        padded_.shrink_to_fit();
        DecodeOut out(&out_);
        const Decoded decoded =
            decoder_.decode({0, {padded_.data(), text.size()}, 1'794'000'010'000 * kNsPerMs}, out);
        out_.flush(&out_);
        return decoded;
    }

    std::vector<MarketEvent> events;
    std::size_t notices = 0;
    std::uint32_t instruments = 0;

private:
    static constexpr std::uint32_t kRoom = 4;  // small, so that flushing is exercised

    Decoder decoder_;
    std::array<MarketEvent, kRoom> room_{};
    petrel_decode_out out_{};
    std::vector<char> padded_;
};

inline bool event_in_bounds(const MarketEvent& e) {
    const auto ms = static_cast<std::uint64_t>(e.exchange_ts_ns / kNsPerMs);
    const bool funding = e.kind == PETREL_EVENT_FUNDING;
    const bool interest = e.kind == PETREL_EVENT_OPEN_INTEREST;
    const bool priced = e.price > 0.0 || funding || interest;
    return e.kind > 0 && e.kind < PETREL_EVENT_KIND_END && time_fits(ms) && priced &&
           within(e.price, funding ? -1.0 : 0.0, kPriceMax) &&
           within(e.quantity, 0.0, kAmountMax) &&
           within(e.notional_usd, 0.0, interest ? kOpenInterestUsdMax : kNotionalUsdMax);
}

}  // namespace petrel::hyperliquid
