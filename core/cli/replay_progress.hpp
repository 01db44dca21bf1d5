// What commands that play recordings share: how far they are, and recordings that are not there.
//
// Main thread. The terminal outlives it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/terminal.hpp"
#include "plugin/plugin_setup.hpp"

namespace petrel::core {

// The progress line: on a terminal, after half a second; elsewhere a line each ten seconds.
class ReplayProgress {
public:
    explicit ReplayProgress(Terminal& terminal);

    // Bytes read, bytes in all (0: unknown), events so far.
    void update(std::uint64_t bytes, std::uint64_t bytes_total, std::uint64_t events);
    // Takes the line away, so that something else can stand there.
    void clear();

private:
    Terminal& terminal_;
    std::int64_t started_ns_;
    std::int64_t told_ns_;
    bool drawn_ = false;
};

// Whether a command may play these recordings by this configuration: libraries that were refused
// are told, and every mistake of the configuration or of the files, with what can be named instead.
bool can_replay(const PluginSetup& setup, const std::vector<std::string>& files,
                const OutputArguments& output, Terminal& terminal);

}  // namespace petrel::core
