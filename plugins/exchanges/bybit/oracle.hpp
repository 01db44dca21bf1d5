// For the tests and the fuzz target of this folder: runs one frame through the decoder as it is and
// through the general reader alone, and says in a sentence where the two differ or where an event
// leaves its bounds. The two keep their state over frames, as the product does.
#pragma once

#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "bounds.hpp"
#include "parse.hpp"

namespace petrel::bybit {

// A decoder with a host that keeps what it is told.
class Probe {
public:
    explicit Probe(Readers readers) : decoder_(readers) {
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
        out_.notice = [](petrel_decode_out* out, const petrel_notice* notice) {
            auto& all = static_cast<Probe*>(out->context)->notices;
            all.push_back(std::to_string(notice->type) + " " + string_of(notice->text));
        };
        out_.request = [](petrel_decode_out*, const petrel_http_request*) {};
    }
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;

    // The frame lies in a block of its own, with the padding and not a byte more.
    Decoded decode(std::string_view text) {
        events.clear();
        notices.clear();
        padded_.assign(text.begin(), text.end());
        padded_.insert(padded_.end(), PETREL_FRAME_PADDING, '"');
        padded_.shrink_to_fit();
        DecodeOut out(&out_);
        const Decoded decoded =
            decoder_.decode({0, {padded_.data(), text.size()}, 1'794'000'010'000 * kNsPerMs}, out);
        out_.flush(&out_);
        return decoded;
    }
    Decoder& decoder() { return decoder_; }

    std::vector<MarketEvent> events;
    std::vector<std::string> notices;
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
           within(e.quantity, 0.0, kQuantityMax * 1e7) &&
           within(e.notional_usd, 0.0, interest ? kOpenInterestUsdMax : kNotionalUsdMax);
}

// Empty when all is well.
inline std::string compare_readers(Probe& both, Probe& slow, std::string_view text) {
    const Decoded a = both.decode(text);
    const Decoded b = slow.decode(text);
    if (a.code != b.code || a.reason != b.reason) {
        return "answers differ: '" + std::string(a.reason) + "' and '" + std::string(b.reason) +
               "'";
    }
    if (both.events.size() != slow.events.size() || both.notices != slow.notices ||
        both.instruments != slow.instruments) {
        return "numbers of events, notices or instruments differ";
    }
    if (a.code != PETREL_OK && !both.events.empty()) {
        return "a refused or ignored frame gave events";
    }
    for (std::size_t i = 0; i < both.events.size(); ++i) {
        if (std::memcmp(&both.events[i], &slow.events[i], sizeof(MarketEvent)) != 0) {
            return "event " + std::to_string(i) + " differs";
        }
        if (!event_in_bounds(both.events[i])) {
            return "event " + std::to_string(i) + " is out of bounds";
        }
    }
    return {};
}

}  // namespace petrel::bybit
