// Admits signals at a steady pace into stages 8 and 9 as a configuration describes them: the real
// store, outbox and channels in a process of their own, which tests kill, starve and measure.
//
//   petrel_admit CONFIG --count N [--first N] [--per-second N] [--stories N] [--promises FILE]
//                [--times FILE]
//
// Not the whole engine, because its rules let one signal a contract through at a time, and here
// fifty a second are wanted. Step n admits signal n; with --stories, every so many-th signal rises
// forty steps later and ends forty behind that. What the journal does for the engine (what was
// not durable is found again by the next start) --first does here. A number in the file of promises
// is a step all of which the store has shown to be there. Ends when nothing waits any more, at
// SIGTERM, or, as the engine does, when the store must not be written any more; prints its figures
// as JSON.
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "notifier/notifier_stage.hpp"
#include "pipeline_delivery.hpp"
#include "runtime/clock.hpp"
#include "runtime/process.hpp"

namespace petrel::core {
namespace {

constexpr long long kStepsOfTurn = 40;  // between two turns of a story
constexpr long long kStronger = 20;     // of so many signals one becomes stronger as it rises
constexpr double kUsd = 17'934'000;     // of a first message
constexpr int kStoreBroken = 1;         // exit code
std::atomic<bool> ended{false};

struct Options {
    std::string config;
    std::string promises;
    std::string times;  // lines "number nanoseconds": when each was handed over, steady
    long long first = 0;
    long long count = 0;
    long long stories = 0;  // one signal of so many rises and ends; 0: none
    double per_second = 50;
};

bool parse(int count, char** words, Options& options) {
    if (count < 2 || count % 2 != 0) {
        return false;
    }
    options.config = words[1];
    for (int i = 2; i + 1 < count; i += 2) {
        const std::string name = words[i];
        const char* value = words[i + 1];
        if (name == "--count") {
            options.count = std::atoll(value);
        } else if (name == "--first") {
            options.first = std::atoll(value);
        } else if (name == "--per-second") {
            options.per_second = std::atof(value);
        } else if (name == "--stories") {
            options.stories = std::atoll(value);
        } else if (name == "--promises") {
            options.promises = value;
        } else if (name == "--times") {
            options.times = value;
        } else {
            return false;
        }
    }
    return options.count > 0 && options.per_second > 0;
}

std::string id_of(long long number) {
    char text[32];
    std::snprintf(text, sizeof(text), "sig-%012lld", number);
    return text;
}

Signal signal_of(long long number) {
    Signal signal;
    signal.id = id_of(number);
    signal.type = "LIQ_STORM";
    signal.short_symbol = "C" + std::to_string(number % 200);
    signal.symbol = signal.short_symbol + "-USDT-PERP";
    signal.group = signal.short_symbol;
    signal.cause.type = signal.type;
    signal.cause.side = "long";
    signal.cause.venue = "all";
    signal.cause.events = 312;
    signal.cause.notional_usd = kUsd;
    signal.cause.threshold_usd = 2'000'000;
    signal.cause.price = 91'214.5;
    signal.cause.window_ms = 30'000;
    signal.ts_ns = wall_now_ns();
    signal.onset_ns = signal.ts_ns - kNsPerSecond;
    signal.expires_ns = signal.ts_ns + 7'200 * kNsPerSecond;
    signal.state = SignalState::Active;
    signal.score.total = 1.4;
    signal.score.pattern = "storm_only";
    signal.score.strength = "strong";
    signal.score.pressure = "bearish";
    signal.verdict.decision = RuleDecision::Send;
    signal.verdict.reasons = {"score above minimum"};
    signal.rule_version = "default@000000";
    return signal;
}

Signal risen(long long number) {
    Signal signal = signal_of(number);
    signal.cause.notional_usd *= 3;
    signal.score.strength = number % kStronger == 0 ? "extreme" : "strong";
    signal.updates = 1;
    signal.peak_usd = signal.cause.notional_usd;
    return signal;
}

// Stages 8 and 9, and the instances that they borrow.
struct Stage {
    PluginSetup setup;
    std::vector<NotifierInstance> instances;
    std::unique_ptr<NotifierStage> stage;

    Status start(const std::string& config);
};

Status Stage::start(const std::string& config) {
    LoadOptions options;
    options.file = config;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string text = *variable;
        const std::size_t equals = text.find('=');
        options.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    setup = load_setup(options);
    if (!setup.problems.empty()) {
        return Status::invalid(setup.problems.front().message);
    }
    auto started = start_stage(setup, instances);
    if (!started.ok()) {
        return started.status();
    }
    stage = std::move(*started);
    return {};
}

// The story that is at its n-th turn in this step, if there is one.
std::optional<long long> story_of(long long step, long long turn, const Options& options) {
    const long long number = step - turn * kStepsOfTurn;
    return options.stories > 0 && number >= 0 && number % options.stories == 0
               ? std::optional(number)
               : std::nullopt;
}

void do_step(NotifierStage& stage, long long step, const Options& options) {
    stage.on_signal(SignalChange::Admitted, signal_of(step));
    if (const auto rises = story_of(step, 1, options)) {
        stage.on_signal(SignalChange::Updated, risen(*rises));
    }
    if (const auto ends = story_of(step, 2, options)) {
        Signal signal = risen(*ends);
        signal.state = SignalState::Expired;
        stage.on_signal(SignalChange::Expired, signal);
    }
}

// The pace of admissions and of looking; ends early on a signal to the process.
void pause_ms(std::int64_t wait_ms) { ::poll(nullptr, 0, static_cast<int>(wait_ms)); }

void pause_until_ns(std::int64_t at_ns) {
    const std::int64_t wait_ns = at_ns - steady_now_ns();
    if (wait_ns > 0) {
        pause_ms((wait_ns + kNsPerMs - 1) / kNsPerMs);
    }
}

// Whether the store has all that a step brought.
bool is_durable(Database& database, long long step, const Options& options) {
    const auto row_of = [&](long long number) {
        const auto rows = database.find(id_of(number));
        return rows.ok() && rows->size() == 1 ? rows->front() : SignalRow{};
    };
    const auto rises = story_of(step, 1, options);
    const auto ends = story_of(step, 2, options);
    return !row_of(step).id.empty() && (!rises || row_of(*rises).notional_usd > kUsd) &&
           (!ends || row_of(*ends).state == "expired");
}

// Looks into the store for each step in turn, and writes down which it found.
void promise(NotifierStage& stage, const Options& options, const std::atomic<long long>& admitted) {
    const int file = ::open(options.promises.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    long long number = options.first;
    while (!ended && number < options.first + options.count) {
        const auto found = number < admitted
                               ? stage.query<bool>([number, options](Database& database) {
                                     return Result<bool>(is_durable(database, number, options));
                                 })
                               : std::nullopt;
        const bool there = found && found->ok() && **found;
        if (!there) {
            pause_ms(2);
            continue;
        }
        const std::string line = std::to_string(number++) + "\n";
        if (::write(file, line.data(), line.size()) < 0) {
            break;
        }
    }
    ::close(file);
}

bool all_sent(NotifierStage& stage, const Options& options) {
    const DeliveryFigures figures = stage.figures();
    return figures.admissions_waiting == 0 && figures.store.pending == 0 && !figures.store_down &&
           figures.store.signals >= static_cast<std::uint64_t>(options.first + options.count);
}

nlohmann::json told(NotifierStage& stage) {
    const DeliveryFigures figures = stage.figures();
    nlohmann::json out = {{"signals", figures.store.signals},
                          {"pending", figures.store.pending},
                          {"delivered", figures.store.delivered},
                          {"refused", figures.store.refused},
                          {"expired", figures.store.expired},
                          {"admissions_refused", figures.admissions_refused},
                          {"admissions_lost", figures.admissions_lost},
                          {"store_failures", figures.store_failures},
                          {"spool_refused", figures.spool_refused},
                          {"resident_bytes", resident_bytes()}};
    for (const ChannelFigures& channel : figures.channels) {
        out["channels"][channel.name] = {{"delivered", channel.delivered},
                                         {"retried", channel.retried},
                                         {"refused", channel.refused},
                                         {"broken", channel.broken}};
    }
    return out;
}

int run(const Options& options) {
    Stage stage;
    if (Status started = stage.start(options.config); !started.ok()) {
        std::fprintf(stderr, "petrel_admit: %s\n", started.message().c_str());
        return 2;
    }
    std::atomic<long long> admitted{options.first};
    std::thread promising;
    if (!options.promises.empty()) {
        promising = std::thread([&] { promise(*stage.stage, options, admitted); });
    }
    std::FILE* times = options.times.empty() ? nullptr : std::fopen(options.times.c_str(), "w");
    const std::int64_t begun_ns = steady_now_ns();
    for (long long n = 0; n < options.count && !ended && !stage.stage->store_broken(); ++n) {
        pause_until_ns(begun_ns + static_cast<std::int64_t>(static_cast<double>(n) /
                                                            options.per_second * 1e9));
        if (times != nullptr) {
            std::fprintf(times, "%lld %lld\n", options.first + n,
                         static_cast<long long>(steady_now_ns()));
        }
        do_step(*stage.stage, options.first + n, options);
        admitted = options.first + n + 1;
    }
    if (times != nullptr) {
        std::fclose(times);
    }
    std::printf("admitted %lld\n", admitted - options.first);
    std::fflush(stdout);
    while (!ended && !stage.stage->store_broken() && !all_sent(*stage.stage, options)) {
        pause_ms(100);
    }
    ended = true;
    if (promising.joinable()) {
        promising.join();
    }
    const nlohmann::json figures = told(*stage.stage);
    const bool broken = stage.stage->store_broken();
    stage.stage->stop();
    std::printf("%s\n", figures.dump().c_str());
    return broken ? kStoreBroken : 0;
}

}  // namespace
}  // namespace petrel::core

int main(int count, char** words) {
    petrel::core::Options options;
    if (!petrel::core::parse(count, words, options)) {
        std::fprintf(
            stderr,
            "usage: petrel_admit CONFIG --count N [--first N] [--per-second N] [--stories N] "
            "[--promises FILE] [--times FILE]\n");
        return 2;
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // whoever traces it may be killed itself
    std::signal(SIGTERM, [](int) { petrel::core::ended = true; });
    return petrel::core::run(options);
}
