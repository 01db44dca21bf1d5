// An alert as the body of a webhook: {"type","timestamp","data"}.
//
// Pure. The same alert gives the same bytes at every attempt, so that a receiver which took one
// copy knows the other by its id.
#pragma once

#include <string>

#include "petrel/notifier.hpp"

namespace petrel::webhook {

// Receivers of Standard Webhooks may refuse what is longer.
constexpr std::size_t kBodyMax = 20'000;

std::string body_of(const Alert& alert);

}  // namespace petrel::webhook
