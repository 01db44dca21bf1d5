// One JSON line for each event on standard output, the tally on standard error.
#include "cli/cmd_decode.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/config_source.hpp"
#include "replay/decode.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

std::string hex_of(std::uint64_t id) {
    char text[24];
    std::snprintf(text, sizeof(text), "%016llx", static_cast<unsigned long long>(id));
    return text;
}

std::string event_line(const DecodedEvent& decoded) {
    const MarketEvent& event = *decoded.event;
    Json json;
    json["kind"] = kind_name(event.kind);
    json["venue"] = decoded.venue;
    json["instrument"] = decoded.instrument;
    json["symbol"] = decoded.symbol;
    json["side"] = side_name(event.side);
    json["price"] = event.price;
    json["quantity"] = event.quantity;
    json["notional_usd"] = event.notional_usd;
    json["exchange_ts_ns"] = event.exchange_ts_ns;
    // A venue's own number, or sixteen digits of the hash of its text.
    if ((event.flags & PETREL_FLAG_ID_HASHED) != 0) {
        json["id"] = hex_of(event.id);
    } else {
        json["id"] = event.id;
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The plugin by name, or by the path of its library, which is then taken alone.
const LoadedPlugin* find_plugin(const std::string& name, PluginSetup& setup) {
    if (name.find('/') == std::string::npos && !name.ends_with(".so")) {
        return setup.registry.find(PluginKind::Exchange, name);
    }
    for (const LoadedPlugin& plugin : setup.registry.all()) {
        if (plugin.kind == PluginKind::Exchange && plugin.path == name) {
            return &plugin;
        }
    }
    return nullptr;
}

std::string known_exchanges(const PluginSetup& setup) {
    std::string names;
    for (const LoadedPlugin& plugin : setup.registry.all()) {
        if (plugin.kind == PluginKind::Exchange) {
            names += (names.empty() ? "" : ", ") + plugin.name;
        }
    }
    return names.empty() ? "none" : names;
}

void print_summary(const DecodeSummary& summary, std::ostream& to) {
    to << human_count(summary.frames) << " frames → " << human_count(summary.events) << " events, "
       << human_count(summary.notices) << " notices, " << human_count(summary.ignored)
       << " without anything for us\n";
    if (summary.other_venue > 0) {
        to << human_count(summary.other_venue) << " lines of other venues were left out\n";
    }
    for (const auto& [reason, count] : summary.rejected) {
        to << "rejected " << human_count(count) << " × " << reason << ", first at "
           << summary.first_case.at(reason) << "\n";
    }
}

}  // namespace

int cmd_plugin_decode(const PluginDecodeArguments& arguments, Terminal& terminal) {
    const LoadOptions options = load_options(arguments.config, terminal, ImplicitFile::Ignored);
    PluginSetup setup = load_setup(options);
    if (arguments.plugin.find('/') != std::string::npos) {
        const std::size_t slash = arguments.plugin.rfind('/');
        setup.registry.discover(arguments.plugin.substr(0, slash),
                                PluginRegistry::Missing::Reported, setup.refusals);
    }
    const LoadedPlugin* plugin = find_plugin(arguments.plugin, setup);
    if (plugin == nullptr) {
        terminal.err << render(setup.refusals, terminal.err_colour(arguments.output.colour))
                     << "error: there is no exchange plugin '" << arguments.plugin
                     << "'. Loaded are: " << known_exchanges(setup)
                     << ". Give one of these names or the path of a library\n";
        return kExitUsage;
    }
    PluginConfig unwritten;
    unwritten.name = plugin->name;
    unwritten.plugin = plugin->name;
    DecodeOptions decode;
    decode.plugin = plugin;
    decode.values = resolve_plugin_config(*plugin, unwritten, setup.config, setup.problems);
    decode.frames = arguments.frames;
    decode.instruments = arguments.instruments;
    decode.on_event = [&](const DecodedEvent& event) { terminal.out << event_line(event) << '\n'; };
    const Result<DecodeSummary> summary = run_decode(decode);
    if (!summary.ok()) {
        terminal.err << "error: " << summary.status().message() << "\n";
        return kExitUsage;
    }
    terminal.out << std::flush;
    print_summary(*summary, terminal.err);
    return summary->rejected.empty() ? kExitDone : kExitNo;
}

}  // namespace petrel::core
