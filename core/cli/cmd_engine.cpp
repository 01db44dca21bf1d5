// The main thread of a running engine: control socket, process signals, watch over the rule folder.
#include "cli/cmd_engine.hpp"

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/ask_engine.hpp"
#include "cli/config_source.hpp"
#include "cli/coverage_text.hpp"
#include "cli/delivery_check.hpp"
#include "cli/engine_routes.hpp"
#include "cli/status_text.hpp"
#include "control/control_client.hpp"
#include "control/control_endpoint.hpp"
#include "observe/log.hpp"
#include "pipeline.hpp"
#include "runtime/human.hpp"
#include "runtime/process.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kWatchEveryMs = 200;

// Runs until a signal ends it. SIGHUP loads the rules again; a second SIGTERM is the system's own.
class ControlLoop {
public:
    explicit ControlLoop(Pipeline& pipeline)
        : pipeline_(pipeline),
          signals_(loop_, {SIGTERM, SIGINT, SIGHUP}, [this](int number) { on_signal(number); }),
          watch_(loop_) {}

    Status open(const std::string& socket) {
        if (Status added = add_engine_routes(pipeline_, table_); !added.ok()) {
            return added;
        }
        Result<std::unique_ptr<ControlEndpoint>> opened =
            ControlEndpoint::open(loop_, socket, table_);
        if (!opened.ok()) {
            return opened.status();
        }
        endpoint_ = std::move(*opened);
        return {};
    }

    // Until a signal ends it, or the store must not be used any more; false then.
    bool run() {
        look_around();
        loop_.run();
        return !store_broken_;
    }

private:
    void on_signal(int number) {
        if (number == SIGHUP) {
            if (const auto report = pipeline_.rules().reload("SIGHUP"); !report.ok()) {
                log::error("rules", "not reloaded, the version before decides: " +
                                        report.status().message());
            }
            return;
        }
        loop_.stop();
    }

    void look_around() {
        pipeline_.rules().look_after();
        if (pipeline_.delivery().store_broken()) {
            log::error("petrel",
                       "a sync of the store has failed: petrel stops, because only a "
                       "restart reads from the disk what is there. What was admitted "
                       "meanwhile is kept beside the store");
            store_broken_ = true;
            loop_.stop();
            return;
        }
        watch_.after(kWatchEveryMs, [this] { look_around(); });
    }

    Pipeline& pipeline_;
    IoLoop loop_;
    RouteTable table_;
    std::unique_ptr<ControlEndpoint> endpoint_;
    SignalWatch signals_;
    Timer watch_;
    bool store_broken_ = false;
};

bool prepare(PluginSetup& setup, ColourMode colour, Terminal& terminal) {
    settle_delivery(setup.config, setup.problems);
    terminal.err << render(setup.refusals, terminal.err_colour(colour));
    if (!setup.problems.empty()) {
        terminal.err << render(setup.problems, terminal.err_colour(colour));
    }
    if (has_errors(setup.problems)) {
        return false;
    }
    const Result<log::Level> level = log::level_of(setup.config.log.level);
    const Result<log::Format> format = log::format_of(setup.config.log.format);
    if (level.ok() && format.ok()) {
        log::configure(*level, *format);
    }
    std::error_code error;
    std::filesystem::create_directories(setup.config.state_dir, error);
    if (error) {
        terminal.err << "error: cannot make the state directory " << setup.config.state_dir << ": "
                     << error.message() << ". Set state_dir to a place that petrel may write to\n";
        return false;
    }
    return true;
}

void print_closing(const PipelineStatus& status, Terminal& terminal) {
    std::uint64_t findings = 0;
    for (const LaneSnapshot& lane : status.shards) {
        findings += lane.shard.findings;
    }
    const auto seconds =
        static_cast<std::uint64_t>((status.now_ns - status.started_ns) / kNsPerSecond);
    terminal.err << "petrel ran " << seconds << " s: " << human_count(status.accepted)
                 << " events, " << human_count(findings) << " findings, "
                 << human_count(status.delivery.store.signals) << " signals kept, "
                 << human_count(status.delivery.store.delivered) << " notifications delivered, "
                 << human_count(status.delivery.store.pending) << " pending\n";
}

// A name as one segment of an address.
std::string target_segment(const std::string& name) {
    constexpr const char* digits = "0123456789ABCDEF";
    std::string segment;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        segment +=
            plain ? std::string(1, c) : std::string{'%', digits[byte >> 4], digits[byte & 15]};
    }
    return segment;
}

// Asks for a reload and prints its answer, or its summary.
template <typename Arguments>
int ask_reload(const Arguments& arguments, const std::string& target, Terminal& terminal) {
    Config config;
    if (!load_engine_config(load_options(arguments.config, terminal, arguments.state_dir), config,
                            arguments.output.colour, terminal)) {
        return kExitUsage;
    }
    const ControlRequest request{control_socket_path(config), "POST", target, {}};
    return ask_engine(request, terminal, [&](const std::string& json) {
        if (arguments.output.json) {
            terminal.out << json << "\n";
            return static_cast<int>(kExitDone);
        }
        const auto answer = nlohmann::json::parse(json, nullptr, false);
        terminal.out << (answer.is_object() ? answer.value("summary", json) : json) << "\n";
        return static_cast<int>(kExitDone);
    });
}

}  // namespace

int cmd_run(const RunArguments& arguments, Terminal& terminal) {
    keep_memory_private();
    PluginSetup setup = load_setup(load_options(arguments.config, terminal));
    if (!prepare(setup, arguments.output.colour, terminal)) {
        return kExitUsage;
    }
    std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is an error of one write
    Result<std::unique_ptr<Pipeline>> pipeline = Pipeline::start(setup);
    if (!pipeline.ok()) {
        terminal.err << "error: " << pipeline.status().message() << "\n";
        return kExitBroken;
    }
    ControlLoop control(**pipeline);
    if (Status opened = control.open(control_socket_path(setup.config)); !opened.ok()) {
        terminal.err << "error: " << opened.message() << "\n";
        return kExitUsage;
    }
    log::info("petrel",
              "running; petrel status shows how it is, SIGHUP or petrel reload loads "
              "the rules again");
    const bool asked_to_end = control.run();
    const PipelineStatus last = (*pipeline)->status();
    (*pipeline)->stop();
    print_closing(last, terminal);
    return asked_to_end ? kExitDone : kExitBroken;
}

int cmd_status(const StatusArguments& arguments, Terminal& terminal) {
    Config config;
    if (!load_engine_config(load_options(arguments.config, terminal, arguments.state_dir), config,
                            arguments.output.colour, terminal)) {
        return kExitUsage;
    }
    const ControlRequest request{control_socket_path(config), "GET", "/v1/status", {}};
    return ask_engine(request, terminal, [&](const std::string& json) {
        const Result<StatusText> status = status_text(json);
        if (!status.ok()) {
            terminal.err << "error: " << status.status().message() << "\n";
            return static_cast<int>(kExitBroken);
        }
        if (!arguments.quiet) {
            terminal.out << (arguments.output.json ? json + "\n" : status->text);
        }
        return static_cast<int>(status->healthy ? kExitDone : kExitNo);
    });
}

int cmd_coverage(const CoverageArguments& arguments, Terminal& terminal) {
    Config config;
    if (!load_engine_config(load_options(arguments.config, terminal, arguments.state_dir), config,
                            arguments.output.colour, terminal)) {
        return kExitUsage;
    }
    const ControlRequest request{control_socket_path(config), "GET", "/v1/coverage", {}};
    return ask_engine(request, terminal, [&](const std::string& json) {
        const Result<std::string> text = coverage_text(json);
        if (!text.ok()) {
            terminal.err << "error: " << text.status().message() << "\n";
            return static_cast<int>(kExitBroken);
        }
        terminal.out << (arguments.output.json ? json + "\n" : *text);
        return static_cast<int>(kExitDone);
    });
}

int cmd_reload(const ReloadArguments& arguments, Terminal& terminal) {
    return ask_reload(arguments, "/v1/reload", terminal);
}

int cmd_plugin_reload(const PluginReloadArguments& arguments, Terminal& terminal) {
    return ask_reload(arguments, "/v1/plugins/" + target_segment(arguments.plugin) + "/reload",
                      terminal);
}

}  // namespace petrel::core
