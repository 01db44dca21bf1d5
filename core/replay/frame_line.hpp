// One line of a frame recording: {"recv_ts":1786310819.27,"venue":"acme","raw":"<frame>"}.
//
// recv_ts is in epoch seconds with a fraction, or null. Key order is free, further keys are
// ignored. The parser reuses one buffer for the frame and allocates only when a frame is the
// longest so far.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace petrel::core {

class FrameLine {
public:
    // Takes the line apart. An empty answer means it is well formed; otherwise the reason why not.
    std::string_view parse(std::string_view line);

    [[nodiscard]] std::string_view venue() const { return venue_; }
    // The frame's exact bytes; 64 readable bytes follow.
    [[nodiscard]] std::string_view raw() const { return {raw_.data(), raw_length_}; }
    // Nanoseconds since 1970, or 0 when it was not recorded.
    [[nodiscard]] std::int64_t receive_ts_ns() const { return receive_ts_ns_; }

private:
    std::string_view read_string(std::string_view& rest, std::string_view& text);
    std::string_view read_raw(std::string_view& rest);
    std::string_view read_time(std::string_view& rest);

    std::string_view venue_;
    std::vector<char> raw_;
    std::size_t raw_length_ = 0;
    std::int64_t receive_ts_ns_ = 0;
};

}  // namespace petrel::core
