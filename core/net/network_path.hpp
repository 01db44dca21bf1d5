// How the clients of this folder reach a host: over which family of addresses, through which
// proxy. Plain value; the default is any address, directly.
#pragma once

#include <cstdint>
#include <memory>

#include "net/proxy.hpp"

namespace petrel::core {

enum class AddressFamily : std::uint8_t { Any, Ipv4, Ipv6 };

struct NetworkPath {
    AddressFamily family = AddressFamily::Any;
    std::shared_ptr<const ProxyRules> proxies = {};  // null: directly; shared by all users
};

}  // namespace petrel::core
