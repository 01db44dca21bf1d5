// Frames for the benchmarks: seeded, of the shape and mix that the venues send.
//
// Two hundred symbols, unless told otherwise, drawn by Zipf's law; times advance as at 5,000 frames
// a second. Every frame is followed by the readable padding that decoders may rely on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace petrel::bench {

class Frames {
public:
    // `feed`: which of several feeds of the venue brings the frame.
    void add(const std::string& frame, std::size_t feed = 0);
    [[nodiscard]] std::size_t size() const { return places_.size(); }
    [[nodiscard]] std::string_view operator[](std::size_t i) const {
        return {bytes_.data() + places_[i].begin, places_[i].size};
    }
    [[nodiscard]] std::size_t feed(std::size_t i) const { return places_[i].feed; }
    [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

private:
    std::vector<char> bytes_;
    struct Place {
        std::size_t begin;
        std::uint32_t size;
        std::uint32_t feed;
    };
    std::vector<Place> places_;
};

// 85 % aggTrade, 10 % markPriceUpdate, 5 % forceOrder, in the combined form.
const Frames& binance_frames();

// The same mix over any number of symbols, which share as few feeds as an adapter's limit of
// symbols allows; long enough that every symbol comes up.
Frames binance_frames_of(std::size_t symbols);
std::size_t feeds_for(std::size_t symbols);

// Draws of a symbol's rank by Zipf's law: rank r as often as 1 / (r + 1).
class Zipf {
public:
    explicit Zipf(std::size_t ranks);
    // The rank that `x`, uniform in [0, 1), leads to.
    [[nodiscard]] std::size_t rank(double x) const;

private:
    std::vector<double> cumulative_;
};

// publicTrade, one to five trades a frame.
const Frames& bybit_frames();

// The frames of the venue of that name.
const Frames& frames_of(const std::string& venue);

}  // namespace petrel::bench
