// The loop's inside, for the other sources of this folder only: the context and what connections
// of one loop share. Includes the network library; nothing outside core/net may include it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <string>

#include "net/io_loop.hpp"
#include "net/tls_session.hpp"

namespace petrel::core {

struct IoLoop::Impl {
    int websockets = 0;  // that live; first, as what is pending dies with the context
    boost::asio::io_context context{1};  // one thread runs it; others may post
    TlsTrust trust;                      // trust roots, loaded once a file
};

}  // namespace petrel::core
