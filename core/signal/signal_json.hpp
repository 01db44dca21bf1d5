// A signal as JSON: one line for --json and channels, one document for the store and `explain`.
//
// Field order is fixed and numbers are written in the shortest form that reads back to the same
// double, so equal signals give equal bytes.
#pragma once

#include <span>
#include <string>

#include "signal/signal.hpp"

namespace petrel::core {

// One line: what it is, its figures, score, verdict with reasons, rule version.
std::string signal_line(const Signal& signal);

// The line's fields, and the inputs, parts and evidence it rests on.
std::string signal_document(const Signal& signal);

// Voters, or parts of the health, as a JSON array: name, value (null: it abstained), weight, share.
std::string shares_json(std::span<const RuleShare> shares);

// What a verdict compared, as a JSON array: name, value, relation, limit, passed.
std::string checks_json(std::span<const VerdictCheck> checks);

}  // namespace petrel::core
