// For the tests and the fuzz target of this folder: fixture lines by number, and a host without a
// heap, which only counts what it is told and says whether an event leaves its bounds.
#pragma once

#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "bounds.hpp"
#include "parse.hpp"

namespace petrel::coinbase {

#ifdef PETREL_FIXTURES
inline std::vector<std::string> fixture_frames() {
    std::ifstream file(std::string(PETREL_FIXTURES) + "/frames.jsonl");
    std::vector<std::string> frames;
    for (std::string line; std::getline(file, line);) {
        frames.push_back(line);
    }
    return frames;
}
#endif

inline bool event_in_bounds(const MarketEvent& e) {
    return e.kind > 0 && e.kind < PETREL_EVENT_KIND_END && time_fits(e.exchange_ts_ns) &&
           e.price > 0.0 && within(e.price, 0.0, kPriceMax) &&
           within(e.quantity, 0.0, kQuantityMax) && within(e.notional_usd, 0.0, kNotionalMax);
}

class CountingHost {
public:
    CountingHost() {
        out_.size = sizeof(out_);
        out_.capacity = static_cast<std::uint32_t>(room_.size());
        out_.stride = sizeof(MarketEvent);
        out_.events = room_.data();
        out_.context = this;
        out_.flush = [](petrel_decode_out* out) {
            auto& host = *static_cast<CountingHost*>(out->context);
            for (std::uint32_t i = 0; i < out->count; ++i) {
                host.all_in_bounds = host.all_in_bounds && event_in_bounds(out->events[i]);
            }
            host.events += out->count;
            out->count = 0;
            return static_cast<std::int32_t>(PETREL_OK);
        };
        out_.instrument = [](petrel_decode_out* out, const petrel_instrument*) {
            return static_cast<CountingHost*>(out->context)->instruments++;
        };
        out_.notice = [](petrel_decode_out* out, const petrel_notice*) {
            ++static_cast<CountingHost*>(out->context)->notices;
        };
        out_.request = [](petrel_decode_out*, const petrel_http_request*) {};
    }
    CountingHost(const CountingHost&) = delete;
    CountingHost& operator=(const CountingHost&) = delete;

    // `frame` has PETREL_FRAME_PADDING readable bytes behind it.
    Decoded decode(Decoder& decoder, std::string_view frame) {
        events = 0;
        DecodeOut out(&out_);
        const Decoded answer = decoder.decode({0, frame, 1'794'000'010'000 * kNsPerMs}, out);
        out_.flush(&out_);
        return answer;
    }

    std::uint32_t events = 0;  // of the last frame
    std::uint32_t notices = 0;
    std::uint32_t instruments = 0;
    bool all_in_bounds = true;

private:
    std::array<MarketEvent, 4> room_{};  // small, so that flushing is exercised
    petrel_decode_out out_{};
};

}  // namespace petrel::coinbase
