// Opens a TCP connection to one of a host's addresses: both families by turns, the next address
// when one refuses or has been silent for a quarter of a second, the first to answer wins
// (RFC 8305 in small).
//
// Member of a connector, on its loop's thread; private to this folder. The time limit as a whole is
// the owner's: it cancels. The owner is kept alive by `keep` while an attempt is in flight.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/io_loop_impl.hpp"
#include "net/wire_impl.hpp"

namespace petrel::core {

class Dialer {
public:
    using Endpoint = boost::asio::ip::tcp::endpoint;
    // Empty: `socket` is connected. Else a sentence.
    using Done = std::function<void(std::string failure)>;

    static constexpr std::size_t kAddressesMax = 8;
    static constexpr std::int64_t kSilence_ms = 250;

    Dialer(IoLoop& loop, Wire::Socket& socket) : socket_(socket), silence_(loop) {}

    // Calls `done` once, later, unless it is cancelled before.
    void dial(const std::vector<Endpoint>& addresses, std::shared_ptr<void> keep, Done done);
    void cancel();

    // The families by turns, beginning with that of the first; at most kAddressesMax.
    static std::vector<Endpoint> by_turns(const std::vector<Endpoint>& addresses);

private:
    using ErrorCode = boost::system::error_code;

    void try_next();
    void ended(const std::shared_ptr<Wire::Socket>& attempt, ErrorCode error);
    void finish(std::string failure);

    Wire::Socket& socket_;
    Timer silence_;
    std::vector<Endpoint> addresses_;
    std::size_t tried_ = 0;
    std::size_t failed_ = 0;
    std::vector<std::shared_ptr<Wire::Socket>> attempts_;  // shared with the connects in flight
    std::shared_ptr<void> keep_;
    Done done_;
};

}  // namespace petrel::core
