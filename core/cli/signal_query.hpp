// Signals asked of a running engine, or of its store when none runs.
//
// One process may write the store; while it runs it answers for it. Only when nobody serves the
// control socket is the file opened here, for reading.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "outcome/scorecard.hpp"
#include "store/database.hpp"

namespace petrel::core {

// A text as a part of a request's address.
std::string percent_encoded(const std::string& text);

// Asks a running engine for `target`; when none can be reached, `otherwise` answers from the store.
Result<std::string> ask_or_read(const Config& config, const std::string& target,
                                const std::function<Result<std::string>(Database&)>& otherwise);

// A text as one value or one segment of an address.
std::string percent_encoded(const std::string& text);

// JSON array of the signals' documents, newest first.
Result<std::string> query_signals(const Config& config, const SignalQuery& query);

// The document of the one signal whose id begins so ("last": the newest); fails when there is none
// or more than one.
Result<std::string> query_signal(const Config& config, const std::string& id_prefix);

// What is added up, and how.
struct ScoreQuery {
    std::int64_t since_ns = 0;
    std::int64_t horizon_ms = 0;
    ScoreBy by = ScoreBy::Version;
    bool each = false;  // the newest kScoreEachMax, one by one
    OutcomesOf of = OutcomesOf::Sent;
};
inline constexpr int kScoreSignalsMax = 50'000;
inline constexpr std::size_t kScoreEachMax = 1'000;

// A scorecard as JSON; fails when there are outcomes, and none at that horizon.
Result<std::string> query_score(const Config& config, const ScoreQuery& query);

// What the engine's routes answer with, and the fallback above: the documents as a JSON array.
Result<std::string> signals_json(Database& database, const SignalQuery& query);
Result<std::string> signal_json(Database& database, const std::string& id_prefix);
Result<std::string> score_json(Database& database, const ScoreQuery& query);

}  // namespace petrel::core
