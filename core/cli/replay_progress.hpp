// What commands that play recordings share: how far they are, and recordings that are not there.
//
// Main thread. The terminal outlives it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/terminal.hpp"

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

// Names each recording that is not there, and what can be named instead.
bool recordings_missing(const std::vector<std::string>& files, Terminal& terminal);

}  // namespace petrel::core
