// TLS for the simulator: a context from given files, or a CA and a certificate made on the spot.
//
// Start-up only, on the main thread.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "outcome.hpp"

namespace petrel::sim {

struct TlsFiles {
    std::string certificate;  // PEM, with its chain
    std::string key;
    std::string ca;  // what clients should trust; empty when the files were given
};

// Writes ca.pem, server.pem and server.key (mode 0600) into the folder, for localhost and
// 127.0.0.1, valid for a year. Each call makes a new CA.
Outcome<TlsFiles> make_self_signed(const std::string& folder);

Outcome<std::unique_ptr<boost::asio::ssl::context>> tls_context(const TlsFiles& files);

}  // namespace petrel::sim
