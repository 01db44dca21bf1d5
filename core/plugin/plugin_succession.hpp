// Which library of a detector runs, and the one that is to follow it: read again from its file,
// checked as at a start, mapped beside the one before.
//
// A library that was followed, or refused once it was mapped, stays mapped until the process ends;
// their number is bounded. Values are those that the configuration gave at the start. Control
// thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "plugin/plugin_setup.hpp"

namespace petrel::core {

// A detector of the configuration whose instances are to be followed.
struct SuccessionSeat {
    std::size_t number = 0;  // its place among the detectors of the configuration
    PlannedPlugin planned;   // with the new library
};

struct Successor {
    const LoadedPlugin* before = nullptr;  // both live as long as the process
    const LoadedPlugin* plugin = nullptr;  // the same as `before` when the file has not changed
    std::vector<SuccessionSeat> seats;
};

// For status: a library that runs.
struct RunningLibrary {
    const LoadedPlugin* plugin = nullptr;
    std::uint64_t reloads = 0;
};

class PluginSuccession {
public:
    static constexpr std::size_t kRetiredMax = 50;

    // `setup` outlives it.
    explicit PluginSuccession(const PluginSetup& setup);

    // The successor of the detector plugin of that name, or one sentence that says why there is
    // none: PETREL_E_UNSUPPORTED when no such detector runs.
    Result<Successor> prepare(const std::string& name);
    // It has taken over.
    void take_over(const Successor& successor);

    // Libraries that are mapped and do not run.
    [[nodiscard]] std::size_t retired() const { return retired_; }
    // By name.
    [[nodiscard]] std::vector<RunningLibrary> running() const;

private:
    [[nodiscard]] Status no_such(const std::string& name) const;
    Result<const LoadedPlugin*> read_again(const LoadedPlugin& before);
    Result<std::vector<SuccessionSeat>> seats_of(const LoadedPlugin& plugin) const;

    const PluginSetup& setup_;
    std::map<std::string, RunningLibrary> running_;  // detectors of the configuration, by plugin
    std::vector<PluginLibrary> libraries_;
    std::deque<LoadedPlugin> plugins_;  // addresses stay
    std::size_t retired_ = 0;
};

}  // namespace petrel::core
