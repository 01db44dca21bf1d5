// For the tests and the fuzz target of this folder: runs one frame through the decoder as it is and
// through the general way alone, and says in a sentence where the two differ or where an event
// leaves its bounds. Both keep their contracts and prices over frames, as the product does.
#pragma once

#include <array>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "messages.hpp"
#include "parse.hpp"

namespace petrel::binance {

enum class Way : std::uint8_t { FastFirst, SlowOnly };

// A decoder with a host that keeps what it is told.
class Probe {
public:
    explicit Probe(Way way) : way_(way) {
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
        out_.instrument = [](petrel_decode_out* out, const petrel_instrument* instrument) {
            auto& all = static_cast<Probe*>(out->context)->instruments;
            return all.try_emplace(string_of(instrument->native), all.size()).first->second;
        };
        out_.notice = [](petrel_decode_out* out, const petrel_notice* notice) {
            static_cast<Probe*>(out->context)
                ->notices.push_back(std::to_string(notice->type) + " " + string_of(notice->text));
        };
        out_.request = [](petrel_decode_out*, const petrel_http_request*) {};
    }
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;

    // Decodes the first `length` bytes of `text`; the rest of it lies in the padding, as what an
    // earlier frame left in a buffer. The block ends with the padding.
    Decoded decode(std::string_view text, std::size_t length) {
        events.clear();
        notices.clear();
        padded_.assign(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(length));
        const std::string_view rest = text.substr(length, PETREL_FRAME_PADDING);
        padded_.insert(padded_.end(), rest.begin(), rest.end());
        padded_.resize(length + PETREL_FRAME_PADDING, '"');
        padded_.shrink_to_fit();
        return decode_padded({padded_.data(), length});
    }
    Decoded decode(std::string_view text) { return decode(text, text.size()); }

    // A text that has its padding already.
    Decoded decode_padded(std::string_view text) {
        DecodeOut out(&out_);
        const Frame frame{0, text, kReceived_ns};
        const Decoded decoded =
            way_ == Way::FastFirst ? decoder_.decode(frame, out) : decoder_.decode_slow(frame, out);
        out_.flush(&out_);
        return decoded;
    }
    Decoder& decoder() { return decoder_; }

    static constexpr std::int64_t kReceived_ns = 1'794'000'010'000 * kNsPerMs;

    std::vector<MarketEvent> events;
    std::vector<std::string> notices;
    std::map<std::string, std::uint32_t> instruments;

private:
    static constexpr std::uint32_t kRoom = 3;  // small, so that flushing is exercised

    Way way_;
    Decoder decoder_;
    std::array<MarketEvent, kRoom> room_{};
    petrel_decode_out out_{};
    std::vector<char> padded_;
};

inline bool event_in_bounds(const MarketEvent& e) {
    const auto inside = [](double v, double low, double high) { return v >= low && v <= high; };
    const bool funding = e.kind == PETREL_EVENT_FUNDING;
    return e.kind > 0 && e.kind < PETREL_EVENT_KIND_END && e.exchange_ts_ns > 0 &&
           is_time(static_cast<std::uint64_t>(e.exchange_ts_ns / kNsPerMs)) &&
           (e.price > 0 || funding) &&
           inside(e.price, funding ? -kFundingRateMax : 0, funding ? kFundingRateMax : kPriceMax) &&
           inside(e.quantity, 0, kQuantityMax) && inside(e.notional_usd, 0, kNotionalUsdMax);
}

// Empty when all is well.
inline std::string compare_ways(Probe& fast, Probe& slow, std::string_view text,
                                std::size_t length) {
    const Decoded a = fast.decode(text, length);
    const Decoded b = slow.decode(text, length);
    if (a.code != b.code || a.reason != b.reason) {
        return "answers differ: '" + std::string(a.reason) + "' and '" + std::string(b.reason) +
               "'";
    }
    if (fast.events.size() != slow.events.size() || fast.notices != slow.notices ||
        fast.instruments != slow.instruments) {
        return "numbers of events, notices or instruments differ";
    }
    if (a.code != PETREL_OK && !fast.events.empty()) {
        return "a refused or ignored frame gave events";
    }
    for (std::size_t i = 0; i < fast.events.size(); ++i) {
        if (std::memcmp(&fast.events[i], &slow.events[i], sizeof(MarketEvent)) != 0) {
            return "event " + std::to_string(i) + " differs";
        }
        if (!event_in_bounds(fast.events[i])) {
            return "event " + std::to_string(i) + " is out of bounds";
        }
    }
    return {};
}
inline std::string compare_ways(Probe& fast, Probe& slow, std::string_view text) {
    return compare_ways(fast, slow, text, text.size());
}

// The lines of a file; none when it cannot be read.
inline std::vector<std::string> lines_of(const std::string& path) {
    std::vector<std::string> lines;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        lines.push_back(line);
    }
    return lines;
}

}  // namespace petrel::binance
