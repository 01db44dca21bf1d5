// Sees everything that adapters are told, before they are: for recordings.
//
// Called on the feed thread; what is handed over lives until the call returns.
#pragma once

#include <cstdint>
#include <string_view>

namespace petrel::core {

// A reply over REST, as an adapter gets it.
struct LoggedReply {
    std::uint32_t purpose = 0;  // PETREL_REQUEST_...
    std::uint64_t tag = 0;
    std::uint32_t instrument = 0;  // PETREL_NO_INSTRUMENT: for none
    std::uint32_t http_status = 0;
    std::string_view body;
    std::int64_t receive_ts_ns = 0;
};

class FrameLog {
public:
    virtual ~FrameLog() = default;
    virtual void on_frame(std::uint16_t venue, std::uint32_t connection, std::int64_t receive_ts_ns,
                          std::string_view frame) = 0;
    virtual void on_reply(std::uint16_t venue, const LoggedReply& reply) = 0;
    virtual void on_opened(std::uint16_t venue, std::uint32_t connection) = 0;
    virtual void on_ended(std::uint16_t venue, std::uint32_t connection, std::string_view why) = 0;
};

}  // namespace petrel::core
