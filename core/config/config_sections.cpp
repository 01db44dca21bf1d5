// The sections that belong to the core itself: general keys, engine, detection, rules, journal,
// delivery, outcomes, log. Bounds stand here, defaults in defaults.toml.
#include "config/config_sections.hpp"

#include <algorithm>
#include <limits>

#include "config/plugin_values.hpp"
#include "config/units.hpp"
#include "config/url_check.hpp"

namespace petrel::core {
namespace {

constexpr std::uint64_t kSecond = 1'000;
constexpr std::uint64_t kMinute = 60 * kSecond;
constexpr std::uint64_t kHour = 60 * kMinute;
constexpr std::uint64_t kDay = 24 * kHour;
constexpr std::uint64_t kKiB = 1ULL << 10;
constexpr std::uint64_t kMiB = 1ULL << 20;
constexpr std::uint64_t kTiB = 1ULL << 40;

void read_engine(const Node& table, Problems& problems, EngineConfig& engine) {
    TableReader reader(table, "engine", problems);
    reader.integer("shards", {1, 64}, engine.shards);
    reader.integer("queue_capacity", {1'024, 1U << 22}, engine.queue_capacity);
    reader.duration("window", {kSecond, kHour}, engine.window_ms);
    reader.duration("window_horizon", {kSecond, kHour}, engine.window_horizon_ms);
    reader.duration("signal_valid", {5 * kSecond, 7 * kDay}, engine.signal_valid_ms);
    reader.duration("sentiment_valid", {kSecond, 7 * kDay}, engine.sentiment_valid_ms);
    reader.integer("kept_events_max", {16, 1U << 20}, engine.kept_events_max);
    if (engine.window_ms > engine.window_horizon_ms) {
        const Node* at = table.find("window");
        reader.report(at == nullptr ? table : *at, "PTL-C022",
                      "engine.window is " + format_duration_ms(engine.window_ms) +
                          ", longer than engine.window_horizon of " +
                          format_duration_ms(engine.window_horizon_ms),
                      "shorten it or lengthen window_horizon");
    }
    reader.finish();
}

void read_detection(const Node& table, Problems& problems, Config& config) {
    TableReader reader(table, "detection", problems);
    reader.number("minima_scale", {1e-6, 1e6}, config.minima_scale);
    reader.finish();
}

void read_parameter(TableReader& reader, const std::string& key, RulesConfig& rules) {
    const Node* node = reader.any(key);
    const std::optional<std::uint64_t> ms =
        node->type == Node::Type::Text ? parse_duration_ms(node->text) : std::nullopt;
    if (node->type == Node::Type::Integer || node->type == Node::Type::Number) {
        rules.parameters[key] = node->number;
    } else if (node->type == Node::Type::Boolean) {
        rules.parameters[key] = node->boolean ? 1 : 0;
    } else if (ms) {
        rules.parameters[key] = static_cast<double>(*ms);
    } else {
        reader.report(*node, "PTL-C004",
                      reader.name_of(key) + " is " + describe(*node) +
                          "; expected a number, true or false, or a duration like \"30s\"",
                      "expected a number");
    }
}

void read_secrets(const Node& table, Problems& problems, SecretStoreConfig& secrets) {
    TableReader reader(table, "secrets", problems);
    reader.path("store", secrets.file);
    reader.path("key_file", secrets.key_file);
    reader.finish();
}

void read_connections(const Node& table, Problems& problems, ConnectionLimits& limits) {
    constexpr Range<std::uint64_t> range{1, 10'000};
    TableReader reader(table, "connections", problems);
    reader.integer("total", range, limits.total);
    reader.integer("market_data", range, limits.market_data);
    reader.integer("user_data", range, limits.user_data);
    reader.integer("trading", range, limits.trading);
    reader.integer("system", range, limits.system);
    reader.finish();
}

void read_rules(const Node& table, Problems& problems, RulesConfig& rules) {
    TableReader reader(table, "rules", problems);
    reader.path("directory", rules.directory);
    reader.integer("fuel", {1'000, 100'000'000}, rules.fuel);
    reader.bytes("memory", {64 * kKiB, 256 * kMiB}, rules.memory_bytes);
    reader.duration("probation", {0, 86'400'000}, rules.probation_ms);
    reader.integer("shadow_findings_per_second", {1, 1'000'000}, rules.shadow_findings_per_s);
    if (const Node* parameters = reader.table("parameters")) {
        TableReader inner(*parameters, "rules.parameters", problems);
        for (const auto& [key, node] : parameters->members) {
            read_parameter(inner, key, rules);
        }
    }
    reader.finish();
}

void read_journal(const Node& table, Problems& problems, JournalConfig& journal) {
    TableReader reader(table, "journal", problems);
    reader.boolean("enabled", journal.enabled);
    reader.path("directory", journal.directory);
    reader.bytes("segment_size", {kMiB, 4'096 * kMiB}, journal.segment_bytes);
    reader.bytes("retain_size", {kMiB, 1'024 * kTiB}, journal.retain_bytes);
    std::uint64_t age_ms = journal.retain_s * kSecond;
    reader.duration("retain_age", {kMinute, 3'650 * kDay}, age_ms);
    journal.retain_s = age_ms / kSecond;
    reader.duration("sync_interval", {10, kMinute}, journal.sync_ms);
    reader.duration("rebuild_max", {0, 8 * kDay}, journal.rebuild_max_ms);
    reader.integer("rebuild_events_max", {1'000, 10'000'000'000ULL}, journal.rebuild_events_max);
    reader.finish();
}

void read_store(const Node& table, Problems& problems, StoreConfig& store) {
    TableReader reader(table, "store", problems, Excerpt::Masked);
    reader.text("url", store.url);
    const Node* url = reader.any("url");
    if (const Status checked = check_server_url(store.url); !store.url.empty() && !checked.ok()) {
        reader.report(*url, "PTL-C012", reader.name_of("url") + ": " + checked.message(),
                      "expected postgresql://user@host/database; the password goes into password = "
                      "{ file = \"path\" }");
        store.url.clear();
    }
    if (const Node* node = reader.any("password"); node != nullptr) {
        SecretReference secret;
        if (read_secret_reference(reader, "password", secret)) {
            store.password = secret;
            store.password_place = node->place;
        }
    }
    reader.bytes("spool_size", {kMiB, 64 * 1'024 * kMiB}, store.spool_bytes);
    std::uint64_t retain_ms = store.retain_s * kSecond;
    reader.duration("retain_age", {kDay, 3'650 * kDay}, retain_ms);
    store.retain_s = retain_ms / kSecond;
    reader.integer("near_misses_max", {0, 10'000'000}, store.near_misses_max);
    reader.finish();
}

void read_delivery(const Node& table, Problems& problems, DeliveryConfig& delivery) {
    TableReader reader(table, "delivery", problems);
    std::uint64_t use_by_ms = delivery.use_by_s * kSecond;
    reader.duration("use_by", {10 * kSecond, 7 * kDay}, use_by_ms);
    delivery.use_by_s = use_by_ms / kSecond;
    reader.integer("attempts_max", {1, 1'000}, delivery.attempts_max);
    reader.integer("queue_capacity", {16, 1U << 20}, delivery.queue_capacity);
    reader.duration("update_every", {1 * kSecond, kDay}, delivery.update_every_ms);
    reader.number("update_growth", {0.01, 100}, delivery.update_growth);
    reader.duration("digest_ahead", {0, 3'600 * kSecond}, delivery.digest_ahead_ms);
    reader.duration("stopped_retry", {0, 7 * kDay}, delivery.stopped_retry_ms);
    if (const Node* drill = reader.table("drill")) {
        TableReader inner(*drill, "delivery.drill", problems);
        std::uint64_t every_ms = delivery.drill_every_s * kSecond;
        std::uint64_t limit_ms = delivery.drill_limit_s * kSecond;
        inner.duration("every", {kMinute, 30 * kDay}, every_ms);
        inner.duration("limit", {kSecond, 60 * kMinute}, limit_ms);
        delivery.drill_every_s = every_ms / kSecond;
        delivery.drill_limit_s = limit_ms / kSecond;
        inner.finish();
    }
    reader.finish();
}

void read_horizons(TableReader& reader, std::vector<std::uint64_t>& horizons_ms) {
    constexpr Range<std::uint64_t> range{10 * kSecond, kDay};
    constexpr std::size_t horizons_max = 8;
    const std::string allowed = "allowed: at most 8 durations of " +
                                format_duration_ms(range.least) + " to " +
                                format_duration_ms(range.most) + ", like [\"1m\", \"15m\"]";
    const Node* written = reader.node().find("horizons");
    std::vector<std::uint64_t> read_ms;
    for (const Node& node : reader.texts("horizons")) {
        const std::optional<std::uint64_t> ms = parse_duration_ms(node.text);
        if (!ms) {
            reader.report(
                node, "PTL-C011",
                reader.name_of("horizons") + " holds " + describe(node) + ", which is no duration",
                allowed);
        } else if (*ms < range.least || *ms > range.most) {
            reader.report(node, "PTL-C005",
                          reader.name_of("horizons") + " holds " + describe(node) +
                              ", which is out of bounds",
                          allowed);
        } else {
            read_ms.push_back(*ms);
        }
    }
    std::sort(read_ms.begin(), read_ms.end());
    read_ms.erase(std::unique(read_ms.begin(), read_ms.end()), read_ms.end());
    if (read_ms.size() > horizons_max) {
        reader.report(
            *written, "PTL-C005",
            reader.name_of("horizons") + " has " + std::to_string(read_ms.size()) + " of them",
            allowed);
    } else if (written != nullptr) {
        horizons_ms = std::move(read_ms);
    }
}

void read_outcomes(const Node& table, Problems& problems, OutcomesConfig& outcomes) {
    TableReader reader(table, "outcomes", problems);
    read_horizons(reader, outcomes.horizons_ms);
    reader.number("hit_sigma", {0.01, 10}, outcomes.hit_sigma);
    reader.finish();
}

void read_privacy(const Node& table, Problems& problems, PrivacyConfig& privacy) {
    TableReader reader(table, "privacy", problems);
    for (const Node& node : reader.texts("patterns")) {
        privacy.patterns.push_back(node.text);
    }
    for (const Node& node : reader.texts("off")) {
        privacy.off.push_back(node.text);
    }
    reader.finish();
}

void read_log(const Node& table, Problems& problems, LogConfig& log) {
    TableReader reader(table, "log", problems);
    reader.choice("level", {"debug", "info", "warning", "error", "off"}, log.level);
    reader.choice("format", {"auto", "lines", "json"}, log.format);
    reader.finish();
}

void check_socket_length(TableReader& root, const Config& config) {
    constexpr std::size_t kSocketPathMax = 107;  // sun_path of Linux, less its zero
    const std::string path = control_socket_path(config);
    if (path.size() > kSocketPathMax) {
        const Node* at =
            root.node().find(config.control_socket.empty() ? "state_dir" : "control_socket");
        root.report(at == nullptr ? root.node() : *at, "PTL-C005",
                    "the control socket's path has " + std::to_string(path.size()) +
                        " bytes; a socket's has at most " + std::to_string(kSocketPathMax),
                    "set control_socket to a shorter path");
    }
}

}  // namespace

void read_general(TableReader& root, Problems& problems, Config& config) {
    root.path("state_dir", config.state_dir);
    if (const Node* node = root.node().find("state_dir");
        node != nullptr && node->type == Node::Type::Text && node->text.empty()) {
        root.report(*node, "PTL-C021", "state_dir is empty; petrel keeps its signals there",
                    "name a directory that petrel may write to");
    }
    root.path("control_socket", config.control_socket);
    check_socket_length(root, config);
    for (const Node& node : root.texts("plugin_directories")) {
        config.plugin_directories.push_back(resolved_path(node.text, node.place));
    }
    if (const Node* table = root.table("engine")) {
        read_engine(*table, problems, config.engine);
    }
    if (const Node* table = root.table("detection")) {
        read_detection(*table, problems, config);
    }
    if (const Node* table = root.table("rules")) {
        read_rules(*table, problems, config.rules);
    }
    if (const Node* table = root.table("journal")) {
        read_journal(*table, problems, config.journal);
    }
    if (const Node* table = root.table("store")) {
        read_store(*table, problems, config.store);
    }
    if (const Node* table = root.table("delivery")) {
        read_delivery(*table, problems, config.delivery);
    }
    if (const Node* table = root.table("outcomes")) {
        read_outcomes(*table, problems, config.outcomes);
    }
    if (const Node* table = root.table("connections")) {
        read_connections(*table, problems, config.connections);
    }
    if (const Node* table = root.table("secrets")) {
        read_secrets(*table, problems, config.secrets);
    }
    if (const Node* table = root.table("privacy")) {
        read_privacy(*table, problems, config.privacy);
    }
    if (const Node* table = root.table("log")) {
        read_log(*table, problems, config.log);
    }
}

}  // namespace petrel::core
