// Frames for the benchmarks: seeded, of the shape and mix that the venues send.
//
// Two hundred symbols drawn by Zipf's law; times advance as at 5,000 frames a second. Every frame
// is followed by the readable padding that decoders may rely on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace petrel::bench {

class Frames {
public:
    void add(const std::string& frame);
    [[nodiscard]] std::size_t size() const { return places_.size(); }
    [[nodiscard]] std::string_view operator[](std::size_t i) const {
        return {bytes_.data() + places_[i].first, places_[i].second};
    }
    [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

private:
    std::vector<char> bytes_;
    std::vector<std::pair<std::size_t, std::size_t>> places_;
};

// 85 % aggTrade, 10 % markPriceUpdate, 5 % forceOrder, in the combined form.
const Frames& binance_frames();

// publicTrade, one to five trades a frame.
const Frames& bybit_frames();

// The frames of the venue of that name.
const Frames& frames_of(const std::string& venue);

}  // namespace petrel::bench
