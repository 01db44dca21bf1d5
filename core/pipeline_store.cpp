// The store's place: SQLite in the state directory unless an address is given; and what delivery is
// told.
#include "pipeline_store.hpp"

#include <unistd.h>

#include <array>
#include <filesystem>

#include "runtime/clock.hpp"
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

void set_channels(const DeliveryConfig& config, DeliveryOptions& options) {
    options.outbox.updates = {static_cast<std::int64_t>(config.update_every_ms) * kNsPerMs,
                              config.update_growth};
    options.outbox.dispatch.ahead_ns = static_cast<std::int64_t>(config.digest_ahead_ms) * kNsPerMs;
    options.stopped_retry_ms = config.stopped_retry_ms;
    for (const auto& [name, channel] : config.channels) {
        options.channels[name] = {update_mode_of(channel.updates), channel.digests,
                                  channel.fallback, channel.per_minute};
    }
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

Result<DeliveryOptions> delivery_options(const Config& config) {
    DeliveryOptions options;
    Result<StorePlace> place = store_place(config);
    if (!place.ok()) {
        return place.status();
    }
    options.store = std::move(*place);
    options.routing = config.routing;
    options.messages = config.messages;
    options.store.may_be_down = options.store.is_server();
    options.spool = config.state_dir + "/store.spool";
    options.spool_bytes = config.store.spool_bytes;
    options.outbox.began_ns = wall_now_ns();
    options.outbox.use_by_ns = static_cast<std::int64_t>(config.delivery.use_by_s) * kNsPerSecond;
    options.outbox.retry.attempts_max = static_cast<int>(config.delivery.attempts_max);
    options.queue_capacity = config.delivery.queue_capacity;
    set_channels(config.delivery, options);
    options.keep_ended_s = config.store.retain_s;
    options.near_misses_max = static_cast<int>(config.store.near_misses_max);
    options.drill.every_ns =
        static_cast<std::int64_t>(config.delivery.drill_every_s) * kNsPerSecond;
    options.drill.limit_ns =
        static_cast<std::int64_t>(config.delivery.drill_limit_s) * kNsPerSecond;
    for (const PluginConfig& notifier : config.notifiers) {
        if (notifier.enabled && notifier.drill) {
            options.drill.channels.push_back(notifier.name);
        }
    }
    return options;
}

}  // namespace petrel::core
