// The configuration as plain structs: what the loader makes of defaults, plugin defaults, the
// user's file, the environment and command-line settings. Immutable once loaded; shared by value.
//
// Made on the control thread before anything starts; read by every part that is built from it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/message_config.hpp"
#include "config/problem.hpp"
#include "config/routing_config.hpp"

namespace petrel::core {

// The variable that holds the passphrase of the secret store where there is no key file.
inline constexpr const char* kPassphraseVariable = "PETREL_SECRETS_PASSPHRASE";

// The encrypted file that petrel secrets keeps.
struct SecretStoreConfig {
    std::string file;      // empty: <state_dir>/secrets.ptl
    std::string key_file;  // empty: a passphrase
};

// A secret given by reference; the text is resolved when it is used and never printed.
struct SecretReference {
    enum class Source : std::uint8_t { File, Environment, Store };
    Source source = Source::File;
    std::string name;         // path, variable or name in the store
    SecretStoreConfig store;  // which store, for Store
};

// One value of a plugin's own table, checked later against the plugin's declared parameters.
struct PluginValue {
    // Duration is text that reads as one; a parameter declared as text takes its `text`.
    enum class Type : std::uint8_t { Number, Duration, Boolean, Text, Secret, PerGroup };
    Type type = Type::Number;
    double number = 0;  // durations in ms, booleans 0 or 1
    std::string text;   // as written; never quoted in a message, it may be a misplaced secret
    SecretReference secret;
    std::map<std::string, PluginValue> per_group;  // group name to its value
    Place place;                                   // for messages
    Place key_place;
};

struct PluginConfig {
    std::string name;    // name of the instance; for exchanges the venue
    std::string plugin;  // plugin that implements it, usually the same
    bool enabled = true;
    bool drill = false;  // of a notifier: it may get the test messages of fire drills
    std::map<std::string, PluginValue> values;
    Place place;  // of the section
};

// A key of the operator's at a venue.
struct ApiKeyConfig {
    std::string label;
    SecretReference key;
    SecretReference secret;
    std::optional<SecretReference> passphrase;
    std::uint32_t per_minute = 600;  // uses: signed requests and connections
    Place place;
};

struct ExchangeConfig {
    PluginConfig plugin;
    std::vector<std::string> ws_endpoints;  // empty: the adapter's own
    std::vector<std::string> rest_endpoints;
    std::vector<std::string> symbols;       // empty: those of [symbols]
    std::vector<std::string> channels;      // empty: all; words of channel_names.hpp
    std::string ca_file;                    // extra trust root for this venue, PEM
    std::uint32_t redundancy = 1;           // sockets that carry the same streams
    std::uint64_t relist_ms = 900'000;      // between two look-ups of the instruments; 0: once
    std::vector<std::uint32_t> ws_weights;  // as ws_endpoints; what is missing counts 1
    std::string endpoint_strategy;          // a word of endpoint_strategy.hpp; empty: the default
    std::uint32_t circuit_failures = 10;    // in a row, before an end point is left alone
    std::uint64_t circuit_open_ms = 30'000;
    // "http://host:port", "socks5://host:port" or "none"; empty: as the environment says.
    std::string proxy;
    std::optional<SecretReference> proxy_credentials;  // "user:password"
    Place proxy_credentials_place;
    std::string address_family = "any";  // or "ipv4", "ipv6"
    std::vector<ApiKeyConfig> keys;      // in the order of their labels
    std::optional<bool> compress;        // offer it on sockets; else as planned
};

// Connections to all venues together, by what they are for.
struct ConnectionLimits {
    std::uint32_t total = 1'000;
    std::uint32_t market_data = 1'000;
    std::uint32_t user_data = 100;
    std::uint32_t trading = 100;
    std::uint32_t system = 100;
};

inline constexpr std::size_t kVotersMax = 16;

// Under this name stands what is fed in over the control socket; no exchange may have it.
inline constexpr const char* kOperatorVenue = "operator";

struct SymbolGroup {
    std::string name;
    std::vector<std::string> symbols;  // canonical, e.g. "BTC-USDT-PERP"
};

struct EngineConfig {
    std::uint32_t shards = 1;                      // 1: feeds and stages share one thread
    std::uint32_t queue_capacity = 65536;          // events between two threads
    std::uint64_t window_ms = 30'000;              // base window of the rules' volume figures
    std::uint64_t window_horizon_ms = 300'000;     // length of the bucket ring
    std::uint64_t signal_valid_ms = 7'200'000;     // after its admission a signal expires
    std::uint64_t sentiment_valid_ms = 1'800'000;  // of what is fed; older is as good as none
    std::uint32_t kept_events_max = 4096;          // single events kept a symbol and kind
};

struct RulesConfig {
    std::string directory;                        // the active pack; empty: the one shipped
    std::uint64_t fuel = 100'000;                 // VM instructions a call
    std::uint64_t memory_bytes = 2'097'152;       // a Lua state
    std::uint64_t probation_ms = 600'000;         // of a version that has just gone live; 0: none
    std::uint64_t shadow_findings_per_s = 2'000;  // that a shadow looks at, of a shard
    std::map<std::string, double> parameters;     // passed to the pack; durations in ms
};

struct JournalConfig {
    bool enabled = true;
    std::string directory;  // empty: <state_dir>/journal
    std::uint64_t segment_bytes = 64ULL << 20;
    std::uint64_t retain_bytes = 4ULL << 30;
    std::uint64_t retain_s = 7ULL * 86'400;
    std::uint64_t sync_ms = 1'000;
    std::uint64_t rebuild_max_ms = 10'800'000;      // of it a start reads at most; 0: nothing
    std::uint64_t rebuild_events_max = 10'000'000;  // and so many events, the newest
};

struct StoreConfig {
    std::string url;  // postgresql://...; empty: SQLite in state_dir
    std::optional<SecretReference> password;
    Place password_place;
    std::uint64_t spool_bytes = 256ULL << 20;  // kept on disk at most while the store is down
    std::uint64_t retain_s = 90ULL * 86'400;   // of what has ended
    std::uint32_t near_misses_max = 10'000;    // the newest
};

// What a notifier's section says beside the plugin's own values.
struct ChannelConfig {
    std::string updates = "auto";  // auto, all, rise, none
    std::optional<bool> digests;   // not said: as the channel is able
    std::string fallback;          // another notifier; empty: none
    double per_minute = 0;         // 0: what the plugin declares
    Place place;                   // of the fallback
};

struct DeliveryConfig {
    std::uint64_t update_every_ms = 15'000;    // between two updates of a story on a channel
    double update_growth = 0.25;               // share by which the amount must have grown
    std::uint64_t digest_ahead_ms = 10'000;    // what a budget must hold for each to go alone
    std::uint64_t stopped_retry_ms = 900'000;  // 0: a stopped channel is tried at the next start
    std::map<std::string, ChannelConfig> channels;  // by name
    std::uint64_t use_by_s = 900;  // older notifications are recorded as expired, not sent
    std::uint32_t attempts_max = 10;
    std::uint32_t queue_capacity = 4096;   // admissions waiting for the store
    std::uint64_t drill_every_s = 86'400;  // between two fire drills of a channel
    std::uint64_t drill_limit_s = 60;      // by then one must have been delivered
};

// Following the price after a signal.
struct OutcomesConfig {
    // Ascending; none: nothing is followed.
    std::vector<std::uint64_t> horizons_ms{60'000, 300'000, 900'000, 3'600'000};
    double hit_sigma = 0.5;  // units of volatility that make a move a hit or a false alarm
};

// What is hidden in logs and alerts beside the built-in patterns.
struct PrivacyConfig {
    std::vector<std::string> patterns;  // RE2 expressions
    std::vector<std::string> off;       // built-in ones that are not wanted
};

struct LogConfig {
    std::string level = "info";
    std::string format = "auto";  // auto: lines for people on a terminal, else JSON
};

struct Config {
    std::string state_dir;
    std::string control_socket;  // empty: <state_dir>/petrel.sock
    EngineConfig engine;
    double minima_scale = 1.0;         // multiplies every USD minimum of the detectors
    std::vector<std::string> symbols;  // wanted symbols, canonical; see wanted_symbols
    std::vector<SymbolGroup> groups;   // in order; the last is the one for everything else
    std::string fallback_group;        // whose figures a group without its own takes
    std::map<std::string, std::uint64_t> cooldown_ms;  // alert type to cooldown
    RulesConfig rules;
    JournalConfig journal;
    StoreConfig store;
    DeliveryConfig delivery;
    RoutingConfig routing;
    MessagesConfig messages;
    PrivacyConfig privacy;
    OutcomesConfig outcomes;
    LogConfig log;
    SecretStoreConfig secrets;
    ConnectionLimits connections;
    std::vector<std::string> plugin_directories;
    std::vector<ExchangeConfig> exchanges;
    std::vector<PluginConfig> detectors;
    std::vector<PluginConfig> notifiers;
    std::vector<PluginConfig> voters;  // by name; at most kVotersMax
    std::string source;                // file it came from, "" for defaults alone
};

// What to subscribe to at a venue: its own list, else [symbols], else the members of the groups.
std::vector<std::string> wanted_symbols(const Config& config, const ExchangeConfig& exchange);

// Index of the symbol's group in config.groups; the last one for a symbol that no group names.
std::uint32_t group_index(const Config& config, const std::string& symbol);

// The horizon that scorecards and rules take when none is named: the longest one of at most 15
// minutes, else the shortest; 0 when nothing is followed.
std::uint64_t main_horizon_ms(const OutcomesConfig& outcomes);

// The paths that default to places inside state_dir.
std::string control_socket_path(const Config& config);
std::string secret_store_path(const Config& config);
std::string journal_directory(const Config& config);

}  // namespace petrel::core
