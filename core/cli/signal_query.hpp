// Signals asked of a running engine, or of its store when none runs.
//
// One process may write the store; while it runs it answers for it. Only when nobody serves the
// control socket is the file opened here, for reading.
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"
#include "store/database.hpp"

namespace petrel::core {

std::string database_path(const Config& config);

// JSON array of the signals' documents, newest first.
Result<std::string> query_signals(const Config& config, const SignalQuery& query);

// The document of the one signal whose id begins so ("last": the newest); fails when there is none
// or more than one.
Result<std::string> query_signal(const Config& config, const std::string& id_prefix);

// What the engine's routes answer with, and the fallback above: the documents as a JSON array.
Result<std::string> signals_json(Database& database, const SignalQuery& query);
Result<std::string> signal_json(Database& database, const std::string& id_prefix);

}  // namespace petrel::core
