// For tests and fuzz targets: hosts that a decoder writes to, and whether what it wrote lies within
// bounds. Nothing here needs a test library.
//
// CountingHost only counts, so that a test may count allocations; Probe keeps the events.
#pragma once

#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "kit/bounds.hpp"
#include "petrel/exchange.hpp"

namespace petrel::kit {

// The lines of a file; none when it cannot be read.
inline std::vector<std::string> lines_of(const std::string& path) {
    std::vector<std::string> lines;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        lines.push_back(line);
    }
    return lines;
}

struct EventLimits {
    double quantity_max = kQuantityMax;
    double interest_usd_max = kOpenInterestMax;
};

inline bool event_in_bounds(const MarketEvent& e, EventLimits limits = {}) {
    const bool funding = e.kind == PETREL_EVENT_FUNDING;
    const bool interest = e.kind == PETREL_EVENT_OPEN_INTEREST;
    const bool priced = e.price > 0.0 || funding || interest;
    return e.kind > 0 && e.kind < PETREL_EVENT_KIND_END && time_ns_fits(e.exchange_ts_ns) &&
           priced && within(e.price, funding ? -1.0 : 0.0, kPriceMax) &&
           within(e.quantity, 0.0, limits.quantity_max) &&
           within(e.notional_usd, 0.0, interest ? limits.interest_usd_max : kNotionalMax);
}

// The host's side of decoding; `Self` derives from it and has take(MarketEvent).
template <typename Self, std::uint32_t kRoom>
class DecodeHost {
public:
    DecodeHost() {
        out_.size = sizeof(out_);
        out_.capacity = kRoom;
        out_.stride = sizeof(MarketEvent);
        out_.events = room_.data();
        out_.context = static_cast<Self*>(this);
        out_.flush = [](petrel_decode_out* out) {
            for (std::uint32_t i = 0; i < out->count; ++i) {
                self(out).take(out->events[i]);
            }
            out->count = 0;
            return static_cast<std::int32_t>(PETREL_OK);
        };
        out_.instrument = [](petrel_decode_out* out, const petrel_instrument*) {
            return self(out).instruments++;
        };
        out_.notice = [](petrel_decode_out* out, const petrel_notice* notice) {
            ++self(out).notices;
            self(out).gaps += notice->type == PETREL_NOTICE_GAP ? 1U : 0U;
        };
        out_.request = [](petrel_decode_out*, const petrel_http_request*) {};
    }
    DecodeHost(const DecodeHost&) = delete;
    DecodeHost& operator=(const DecodeHost&) = delete;

    std::uint32_t instruments = 0;
    std::uint32_t notices = 0;
    std::uint32_t gaps = 0;  // notices of gaps

protected:
    // `frame` has PETREL_FRAME_PADDING readable bytes behind it.
    template <typename Decoder>
    Decoded run(Decoder& decoder, std::string_view frame) {
        DecodeOut out(&out_);
        const Decoded answer = decoder.decode({0, frame, 1'794'000'010'000 * kNsPerMs}, out);
        out_.flush(&out_);
        return answer;
    }

private:
    static Self& self(petrel_decode_out* out) { return *static_cast<Self*>(out->context); }

    std::array<MarketEvent, kRoom> room_{};  // small, so that flushing is exercised
    petrel_decode_out out_{};
};

class CountingHost : public DecodeHost<CountingHost, 4> {
public:
    explicit CountingHost(EventLimits limits = {}) : limits_(limits) {}

    template <typename Decoder>
    Decoded decode(Decoder& decoder, std::string_view frame) {
        events = 0;
        return run(decoder, frame);
    }
    void take(const MarketEvent& event) {
        ++events;
        all_in_bounds = all_in_bounds && event_in_bounds(event, limits_);
    }

    std::uint32_t events = 0;  // of the last frame
    bool all_in_bounds = true;

private:
    EventLimits limits_;
};

// A decoder with its host.
template <typename Decoder>
class Probe : public DecodeHost<Probe<Decoder>, 4> {
public:
    // The frame lies in a block of its own, with the padding and not a byte more.
    Decoded decode(std::string_view text) {
        events.clear();
        this->notices = 0;
        padded_.assign(text.begin(), text.end());
        padded_.insert(padded_.end(), PETREL_FRAME_PADDING, '"');
        padded_.shrink_to_fit();
        return this->run(decoder_, {padded_.data(), text.size()});
    }
    void take(const MarketEvent& event) { events.push_back(event); }
    Decoder& decoder() { return decoder_; }

    std::vector<MarketEvent> events;  // of the last frame

private:
    Decoder decoder_;
    std::vector<char> padded_;
};

}  // namespace petrel::kit
