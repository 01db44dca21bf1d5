// The loop's inside, for the other sources of this folder only: the context and what connections
// of one loop share. Includes the network library; nothing outside core/net may include it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <map>
#include <utility>

#include "net/io_loop.hpp"
#include "net/tls_session.hpp"

namespace petrel::core {

struct IoLoop::Impl {
    using Due = std::pair<std::int64_t, std::uint64_t>;  // steady clock, order of arming

    // Calls the timers that are due. Between any two handlers, not when the library next looks: its
    // timers come by the same door as sockets, 128 at a time, and a thousand busy sockets are
    // ahead.
    void run_due();
    void wake_for_the_first();

    std::map<Due, Timer*> timers;  // these first: what is pending dies with the context
    std::uint64_t timers_armed = 0;
    boost::asio::io_context context{1};        // one thread runs it; others may post
    boost::asio::steady_timer alarm{context};  // ends the wait of a loop that has nothing to do
    std::int64_t alarm_ns = 0;                 // when it goes off; 0: it does not
    TlsTrust trust;                            // trust roots, loaded once a file
};

}  // namespace petrel::core
