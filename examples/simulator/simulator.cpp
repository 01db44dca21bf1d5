// Opens the ports, says where they are, beats until it is told to stop, closes in reverse.
#include "simulator.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "clock.hpp"
#include "control.hpp"
#include "listener.hpp"
#include "text.hpp"
#include "tls.hpp"
#include "world.hpp"

namespace petrel::sim {
namespace {

using Json = nlohmann::ordered_json;
namespace asio = boost::asio;

constexpr std::chrono::milliseconds kBeat{5};
constexpr std::chrono::milliseconds kGoodbye{500};
constexpr std::uint16_t kGoingAway = 1001;

class Simulator {
public:
    explicit Simulator(const Options& options)
        : options_(options), world_(options, clock_.start_ms()), control_(world_) {}

    Outcome<Done> start();
    void run() { io_.run(); }
    [[nodiscard]] std::string state() const { return world_.state_json(); }

private:
    Outcome<Done> set_up_tls();
    Outcome<Done> open_venue(Venue venue, std::uint16_t port);
    Outcome<Done> open_control();
    Outcome<Done> announce() const;
    void tell(const std::string& sentence) const;
    void beat();
    void stop();
    void wait_until_gone();

    const Options& options_;
    Clock clock_;
    World world_;
    Control control_;
    // Connections live in the context's operations and borrow what is above: destroyed first.
    std::unique_ptr<asio::ssl::context> tls_;
    asio::io_context io_{1};
    asio::steady_timer timer_{io_};
    asio::signal_set signals_{io_, SIGINT, SIGTERM};
    std::vector<std::unique_ptr<Listener>> listeners_;
    Json addresses_ = Json::object();
    std::chrono::steady_clock::time_point gone_by_;
    bool stopping_ = false;
};

Outcome<Done> Simulator::start() {
    if (auto done = world_.begin(options_); !done.ok()) {
        return done;
    }
    if (auto done = set_up_tls(); !done.ok()) {
        return done;
    }
    for (const Venue venue : kVenues) {
        const auto& port = options_.port(venue);
        if (!port) {
            continue;
        }
        if (auto done = open_venue(venue, *port); !done.ok()) {
            return done;
        }
    }
    if (auto done = open_control(); !done.ok()) {
        return done;
    }
    signals_.async_wait([this](boost::system::error_code error, int) {
        if (!error) {
            stop();
        }
    });
    beat();
    return announce();
}

Outcome<Done> Simulator::set_up_tls() {
    TlsFiles files{options_.certificate, options_.key, ""};
    if (!options_.self_signed_folder.empty()) {
        auto made = make_self_signed(options_.self_signed_folder);
        if (!made.ok()) {
            return Failure{made.message()};
        }
        files = made.value();
        addresses_["ca"] = files.ca;
    } else if (!options_.tls) {
        return Done{};
    }
    auto context = tls_context(files);
    if (!context.ok()) {
        return Failure{context.message()};
    }
    tls_ = std::move(context.value());
    return Done{};
}

Outcome<Done> Simulator::open_venue(Venue venue, std::uint16_t port) {
    auto listener = listen_tcp(io_, world_.server(venue), {.port = port, .tls = tls_.get()});
    if (!listener.ok()) {
        return Failure{listener.message()};
    }
    const std::string authority = join("127.0.0.1:", listener.value()->port());
    addresses_[std::string(venue_name(venue))] = {
        {"ws", join(tls_ ? "wss://" : "ws://", authority)},
        {"rest", join(tls_ ? "https://" : "http://", authority)}};
    listeners_.push_back(std::move(listener.value()));
    return Done{};
}

Outcome<Done> Simulator::open_control() {
    const auto& place = options_.control;
    if (place.empty()) {
        return Done{};
    }
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(place.data(), place.data() + place.size(), port);
    const bool is_port = error == std::errc{} && end == place.data() + place.size();
    auto listener =
        is_port ? listen_tcp(io_, control_, {.port = port}) : listen_unix(io_, control_, place);
    if (!listener.ok()) {
        return Failure{join("--control: ", listener.message())};
    }
    addresses_["control"] =
        is_port ? join("http://127.0.0.1:", listener.value()->port()) : join("unix:", place);
    listeners_.push_back(std::move(listener.value()));
    return Done{};
}

// The ready file appears with its whole content or not at all.
Outcome<Done> Simulator::announce() const {
    const std::string line = addresses_.dump() + "\n";
    if (!options_.ready_file.empty()) {
        const std::string draft = options_.ready_file + ".new";
        std::ofstream(draft) << line;
        std::error_code error;
        std::filesystem::rename(draft, options_.ready_file, error);
        if (error) {
            return Failure{
                join("--ready-file: cannot write '", options_.ready_file, "': ", error.message())};
        }
    }
    std::cout << line << std::flush;
    return Done{};
}

void Simulator::tell(const std::string& sentence) const {
    if (options_.json) {
        std::cerr << Json{{"ts_ms", clock_.now_ms()}, {"message", sentence}}.dump() << "\n";
    } else {
        std::cerr << "petrel-sim: " << sentence << "\n";
    }
}

void Simulator::beat() {
    const double elapsed_s = clock_.elapsed_s();
    for (const auto& sentence : world_.advance(elapsed_s)) {
        tell(sentence);
    }
    if (options_.duration_s && elapsed_s >= *options_.duration_s) {
        stop();
        return;
    }
    timer_.expires_after(kBeat);
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error && !stopping_) {
            beat();
        }
    });
}

void Simulator::stop() {
    stopping_ = true;
    for (auto& listener : listeners_) {
        listener->stop();
    }
    world_.close_all(kGoingAway, "simulator stops");
    gone_by_ = std::chrono::steady_clock::now() + kGoodbye;
    wait_until_gone();
}

// Clients get a moment to answer the close frame; those that do not are left.
void Simulator::wait_until_gone() {
    if (world_.connections() == 0 || std::chrono::steady_clock::now() >= gone_by_) {
        io_.stop();
        return;
    }
    timer_.expires_after(kBeat);
    timer_.async_wait([this](boost::system::error_code) { wait_until_gone(); });
}

}  // namespace

int run_simulator(const Options& options) {
    std::signal(SIGPIPE, SIG_IGN);
    Simulator simulator(options);
    if (const auto started = simulator.start(); !started.ok()) {
        std::cerr << "petrel-sim: " << started.message() << "\n";
        return 1;
    }
    simulator.run();
    if (options.json) {
        std::cout << simulator.state() << std::endl;
    }
    return 0;
}

}  // namespace petrel::sim
