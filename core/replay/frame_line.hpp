// One line of a frame recording: {"recv_ts":1786310819.27,"venue":"acme","raw":"<frame>"}.
//
// recv_ts is in epoch seconds with a fraction, or null; nine digits are whole nanoseconds, fewer or
// more are rounded to microseconds, as much as a double holds. `conn` numbers the socket (0). A
// line with an `event` is no frame: "open" and "end" of a socket, "reply" over REST, whose body is
// `raw` and which says `purpose`, `tag`, `status` and perhaps `native`, the instrument it is for.
// Key order is free, further keys are ignored. The parser reuses one buffer for the frame and
// allocates only when a frame is the longest so far.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace petrel::core {

enum class LineKind : std::uint8_t { Frame, Open, End, Reply };

class FrameLine {
public:
    // Takes the line apart. An empty answer means it is well formed; otherwise the reason why not.
    std::string_view parse(std::string_view line);

    [[nodiscard]] LineKind kind() const { return kind_; }
    [[nodiscard]] std::string_view venue() const { return venue_; }
    [[nodiscard]] std::uint32_t connection() const {
        return static_cast<std::uint32_t>(numbers_.connection);
    }
    // Of a reply.
    [[nodiscard]] std::uint32_t purpose() const { return purpose_; }  // PETREL_REQUEST_...
    [[nodiscard]] std::uint64_t tag() const { return numbers_.tag; }
    [[nodiscard]] std::uint32_t http_status() const {
        return static_cast<std::uint32_t>(numbers_.status);
    }
    [[nodiscard]] std::string_view native() const { return native_; }
    // The frame's exact bytes; 64 readable bytes follow.
    [[nodiscard]] std::string_view raw() const { return {raw_.data(), raw_length_}; }
    // Nanoseconds since 1970, or 0 when it was not recorded.
    [[nodiscard]] std::int64_t receive_ts_ns() const { return receive_ts_ns_; }

private:
    std::string_view read_string(std::string_view& rest, std::string_view& text);
    std::string_view read_raw(std::string_view& rest);
    std::string_view read_time(std::string_view& rest);
    std::string_view read_event(std::string_view& rest);
    std::string_view read_purpose(std::string_view& rest);
    std::string_view read_key(std::string_view key, std::string_view& rest);
    [[nodiscard]] std::string_view missing() const;

    struct Numbers {
        std::uint64_t connection = 0;
        std::uint64_t tag = 0;
        std::uint64_t status = 0;
    };

    LineKind kind_ = LineKind::Frame;
    bool has_raw_ = false;
    std::uint32_t purpose_ = 0;
    Numbers numbers_;
    std::string_view venue_;
    std::string_view native_;
    std::vector<char> raw_;
    std::size_t raw_length_ = 0;
    std::int64_t receive_ts_ns_ = 0;
};

}  // namespace petrel::core
