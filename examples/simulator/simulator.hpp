// The program around the World: ports, the timer that drives it, signals, the ready line.
#pragma once

#include "options.hpp"

namespace petrel::sim {

// Serves until SIGTERM, SIGINT or --duration. Returns the exit code.
int run_simulator(const Options& options);

}  // namespace petrel::sim
