// What a detector remembers, as bytes that another version of its library can read: numbers of
// fixed width, little end first, no padding.
//
// A state is handed over within one running petrel, so numbers of symbols and venues keep their
// meaning. Begin with a version of your own, and refuse in load_state() what you cannot have
// written. Both are used on the detector's instance, for the duration of one call.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "petrel/abi/detector.h"
#include "petrel/result.hpp"

namespace petrel {

class StateWriter {
public:
    explicit StateWriter(petrel_state_out* out) : out_(out) {}
    StateWriter(const StateWriter&) = delete;
    StateWriter& operator=(const StateWriter&) = delete;

    void u8(std::uint8_t value) { put(value, 1); }
    void u32(std::uint32_t value) { put(value, 4); }
    void u64(std::uint64_t value) { put(value, 8); }
    void i64(std::int64_t value) { put(static_cast<std::uint64_t>(value), 8); }
    void f64(double value) { put(std::bit_cast<std::uint64_t>(value), 8); }

    // Hands on what is left; a failure when the host took less than was written.
    Status finish() {
        flush();
        return code_ >= 0
                   ? Status()
                   : Status::failure(code_, "the state is larger than " +
                                                std::to_string(PETREL_STATE_BYTES_MAX) + " bytes");
    }

private:
    void put(std::uint64_t value, std::size_t width) {
        if (used_ + width > room_.size()) {
            flush();
        }
        for (std::size_t i = 0; i < width; ++i) {
            room_[used_++] = static_cast<unsigned char>(value >> (8 * i));
        }
    }
    void flush() {
        if (code_ >= 0 && used_ > 0) {
            code_ = out_->write(out_, room_.data(), used_);
        }
        used_ = 0;
    }

    petrel_state_out* out_;
    std::int32_t code_ = PETREL_OK;
    std::array<unsigned char, 4096> room_{};  // so that the host is not called for every number
    std::size_t used_ = 0;
};

// Reading past the end gives 0 and is found by finish(), which the wrapper calls; check counts
// against left() before making room for them.
class StateReader {
public:
    explicit StateReader(std::span<const unsigned char> bytes) : rest_(bytes) {}

    std::uint8_t u8() { return static_cast<std::uint8_t>(get(1)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(get(4)); }
    std::uint64_t u64() { return get(8); }
    std::int64_t i64() { return static_cast<std::int64_t>(get(8)); }
    double f64() { return std::bit_cast<double>(get(8)); }

    [[nodiscard]] std::size_t left() const { return rest_.size(); }
    // Whether all was there and all was read.
    [[nodiscard]] Status finish() const {
        if (short_) {
            return Status::rejected("the state is cut short");
        }
        return rest_.empty() ? Status()
                             : Status::rejected("the state has " + std::to_string(rest_.size()) +
                                                " bytes too many");
    }

private:
    std::uint64_t get(std::size_t width) {
        short_ = short_ || rest_.size() < width;
        const std::size_t there = std::min(width, rest_.size());
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < there; ++i) {
            value |= static_cast<std::uint64_t>(rest_[i]) << (8 * i);
        }
        rest_ = rest_.subspan(there);
        return short_ ? 0 : value;
    }

    std::span<const unsigned char> rest_;
    bool short_ = false;
};

}  // namespace petrel
