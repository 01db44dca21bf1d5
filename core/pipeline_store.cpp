// The store's place: SQLite in the state directory unless an address is given.
#include "pipeline_store.hpp"

#include <unistd.h>

#include <array>
#include <filesystem>

#include "runtime/hash.hpp"
#include "secrets/secret_reader.hpp"

namespace petrel::core {
namespace {

// The same machine with the same state directory is the same node, also after a restart.
std::string node_of(const Config& config) {
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    std::error_code ignored;
    const auto directory = std::filesystem::absolute(config.state_dir, ignored);
    return hash_hex(std::string(host.data()) + "\n" + directory.lexically_normal().string());
}

}  // namespace

Result<StorePlace> store_place(const Config& config) {
    StorePlace place;
    place.path = config.state_dir + "/petrel.db";
    if (config.store.url.empty()) {
        return place;
    }
    place.url = config.store.url;
    place.node = node_of(config);
    if (config.store.password) {
        Result<std::string> password = read_secret(*config.store.password);
        if (!password.ok()) {
            return password.status();
        }
        place.password = std::move(*password);
    }
    return place;
}

}  // namespace petrel::core
