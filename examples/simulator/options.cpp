// The command line, by CLI11, with the checks that need more than one option.
#include "options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <iterator>

#include "text.hpp"

namespace petrel::sim {
namespace {

constexpr int kWrongUsage = 2;

constexpr const char* kExamples = R"(Examples:
  petrel-sim                          Binance and Bybit on free ports, a storm after 6 s
  petrel-sim --okx 0 --kraken 0       OKX and Kraken futures beside them
  petrel-sim --config examples/simulator/eleven.toml             all eleven, from a file
  petrel-sim --seed 7 --binance 9001 --bybit 9002 --control 9009
  petrel-sim --rate 0 --no-storms --control 9009  a silent market, events on request only:
      curl -d '{"kind":"liquidation","venue":"bybit","symbol":"BTCUSDT","side":"long",
                "usd":3000000,"events":3}' http://127.0.0.1:9009/burst
  petrel-sim --tls-self-signed /tmp/tls           wss and https; trust /tmp/tls/ca.pem
  petrel-sim --play frames.jsonl --venue bybit --speed 10
  petrel-sim --fault kind=stall,venue=binance,after_s=10,for_s=20

The first line on standard output is JSON with the addresses served.)";

constexpr std::array<std::string_view, kVenueCount> kServed{
    "Binance USD-M",   "Bybit v5 linear", "OKX v5 swaps",     "Bitget futures",
    "Gate futures v4", "Deribit futures", "Bitfinex v2",      "Kraken futures",
    "BitMEX",          "Hyperliquid",     "Coinbase Exchange"};
// What is added to the usual symbols where venues are served that do not trade against USDT.
constexpr std::string_view kOtherDollars = "BTCUSD,ETHUSD,SOLUSD,BTCUSDC,ETHUSDC,SOLUSDC";

struct Texts {
    std::array<std::string, kVenueCount> ports;
    std::string symbols;
    std::string play_file;
    std::string play_venue;
    double speed = 1.0;
    bool play_all = false;
    bool no_storms = false;
    double duration_s = 0.0;
    std::vector<std::string> faults;
};

Leave wrong(const std::string& sentence) {
    return {kWrongUsage, join("petrel-sim: ", sentence, "\n")};
}

Outcome<std::optional<std::uint16_t>> port_from(const char* option, const std::string& text) {
    if (text == "off") {
        return std::optional<std::uint16_t>();
    }
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return Failure{join(option, ": '", text, "' is no port; use 1 to 65535, 0 for any free ",
                            "one, or off")};
    }
    return std::optional(port);
}

void declare(CLI::App& app, Options& options, Texts& texts) {
    const auto positive = CLI::Range(0.0, 1e9);
    app.add_option("--seed", options.seed, "Seed of the market; the same seed, the same events")
        ->capture_default_str();
    for (const Venue venue : kVenues) {
        auto& text = texts.ports[index_of(venue)];
        text = options.port(venue) ? "0" : "off";
        app.add_option(join("--", venue_name(venue)), text,
                       join("Port for ", kServed[index_of(venue)], ", 0 = any free one, or off"))
            ->capture_default_str();
    }
    app.set_config("--config", "", "Read options from a TOML file: their long names are its keys")
        ->check(CLI::ExistingFile);
    app.allow_config_extras(false);
    app.add_flag("--tls", options.tls, "Serve wss and https; needs --cert and --key");
    app.add_option("--cert", options.certificate, "Certificate chain, PEM");
    app.add_option("--key", options.key, "Its private key, PEM");
    app.add_option("--tls-self-signed", options.self_signed_folder,
                   "Make a CA and a certificate for localhost into this folder, serve with them");
    app.add_option("--symbols", texts.symbols, "Names such as BTCUSDT,ETHUSD,SOLUSDC, or how many");
    app.add_option("--rate", options.events_per_s,
                   "Trades and book changes a second, all symbols and venues; 0 = silent")
        ->check(positive)
        ->capture_default_str();
    app.add_option("--storm-after", options.storm_after_s, "Seconds until the first BTCUSDT storm")
        ->check(positive)
        ->capture_default_str();
    app.add_option("--states-every", options.states_every_s,
                   "Least seconds between two tickers or marks of a symbol on Bybit and the venues "
                   "after it; 0 = each venue's own pace")
        ->check(CLI::Range(0.0, 60.0))
        ->capture_default_str();
    app.add_flag("--no-storms", texts.no_storms, "No storms but those asked for by /burst");
    app.add_option("--play", texts.play_file, "Play a recorded file instead of the market");
    app.add_option("--venue", texts.play_venue, "Venue of the recorded file: binance or bybit");
    app.add_option("--speed", texts.speed, "Speed of playing; 0 = as fast as clients read")
        ->check(positive)
        ->capture_default_str();
    app.add_flag("--play-all", texts.play_all, "Play to every connection, subscribed or not");
    app.add_option("--duration", texts.duration_s, "Leave after this many seconds")
        ->check(CLI::Range(0.001, 1e9));
    app.add_option("--ready-file", options.ready_file, "Write the first line into this file too");
    app.add_option("--control", options.control,
                   "Port or Unix socket path for /state, /ledger, /fault, /burst and /frame");
    app.add_option(
           "--fault", texts.faults,
           "A fault from the start, e.g. kind=drop,venue=binance,after_s=5; may be repeated")
        ->take_all();
    app.add_flag("--json", options.json, "Messages as JSON lines, figures at the end as JSON");
    app.footer(kExamples);
}

std::optional<Leave> check_play(Options& options, const Texts& texts, const CLI::App& app) {
    if (texts.play_file.empty()) {
        for (const char* name : {"--venue", "--speed", "--play-all"}) {
            if (app.count(name) > 0) {
                return wrong(join(name, " is about a recorded file; add --play FILE"));
            }
        }
        return std::nullopt;
    }
    const auto venue = venue_from(texts.play_venue);
    if (!venue.ok() || (venue.value() != Venue::Binance && venue.value() != Venue::Bybit)) {
        return wrong(join("--play needs --venue binance or --venue bybit",
                          texts.play_venue.empty() ? "" : ", not ", texts.play_venue));
    }
    if (!options.port(venue.value())) {
        return wrong(join("--play for ", texts.play_venue, " needs that venue, but it is off"));
    }
    options.play =
        PlayOptions{texts.play_file, venue.value(),
                    texts.play_all ? Audience::Everybody : Audience::Subscribers, texts.speed};
    return std::nullopt;
}

std::optional<Leave> check_tls(const Options& options) {
    const bool files = !options.certificate.empty() || !options.key.empty();
    if (options.tls && options.self_signed_folder.empty() &&
        (options.certificate.empty() || options.key.empty())) {
        return wrong("--tls needs --cert FILE and --key FILE; --tls-self-signed DIR makes both");
    }
    if (files && !options.tls) {
        return wrong("--cert and --key are for --tls; add --tls");
    }
    if (files && !options.self_signed_folder.empty()) {
        return wrong("--tls-self-signed makes its own files; leave --cert and --key out");
    }
    return std::nullopt;
}

// The ports, and symbols that every venue served lists some of.
std::optional<Leave> check_venues(Options& options, const Texts& texts) {
    bool other_dollars = false;
    for (const Venue venue : kVenues) {
        const auto& text = texts.ports[index_of(venue)];
        const auto port = port_from(join("--", venue_name(venue)).c_str(), text);
        if (!port.ok()) {
            return wrong(port.message());
        }
        options.ports[index_of(venue)] = port.value();
        other_dollars = other_dollars || (port.value() && index_of(venue) > 1);
    }
    if (std::ranges::none_of(options.ports, [](const auto& port) { return port.has_value(); })) {
        return wrong("all venues are off; leave --binance or --bybit on, or name another");
    }
    auto symbols = choose_symbols(texts.symbols);
    if (!symbols.ok()) {
        return wrong(symbols.message());
    }
    options.symbols = std::move(symbols.value());
    if (texts.symbols.empty() && other_dollars) {
        auto more = choose_symbols(std::string(kOtherDollars));
        std::ranges::move(more.value(), std::back_inserter(options.symbols));
    }
    for (const Venue venue : kVenues) {
        const bool lists_some = std::ranges::any_of(
            options.symbols,
            [venue](const SymbolSpec& spec) { return listing_of(venue, spec).has_value(); });
        if (options.port(venue) && !lists_some) {
            return wrong(join("--symbols: ", venue_name(venue), " lists none of them; add one ",
                              "that it trades, such as ",
                              venue == Venue::Hyperliquid                          ? "BTCUSDC"
                              : venue == Venue::Kraken || venue == Venue::Coinbase ? "BTCUSD"
                                                                                   : "BTCUSDT"));
        }
    }
    return std::nullopt;
}

std::optional<Leave> resolve(Options& options, const Texts& texts, const CLI::App& app) {
    if (auto leave = check_venues(options, texts)) {
        return leave;
    }
    if (texts.no_storms) {
        options.storm_after_s = Market::kNever;
    }
    if (app.count("--duration") > 0) {
        options.duration_s = texts.duration_s;
    }
    for (const auto& text : texts.faults) {
        auto rule = parse_fault(text);
        if (!rule.ok()) {
            return wrong(join("--fault: ", rule.message()));
        }
        options.faults.push_back(std::move(rule.value()));
    }
    if (auto leave = check_tls(options)) {
        return leave;
    }
    return check_play(options, texts, app);
}

}  // namespace

std::variant<Options, Leave> parse_options(int argc, const char* const* argv) {
    Options options;
    Texts texts;
    CLI::App app(
        "Serves the public protocols of eleven crypto venues on loopback, with a simulated "
        "market.",
        "petrel-sim");
    declare(app, options, texts);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        return Leave{0, app.help()};
    } catch (const CLI::ParseError& error) {
        return wrong(join(error.what(), "; see petrel-sim --help"));
    }
    if (auto leave = resolve(options, texts, app)) {
        return *leave;
    }
    return options;
}

}  // namespace petrel::sim
