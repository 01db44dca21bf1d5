// An alert as Alertmanager's: what it is in labels, its figures in annotations, until when it
// fires.
//
// Pure. The label set is the identity, so it holds nothing that changes in a story but the
// severity; a news ends the same story at the other severities in the same request.
#pragma once

#include <cstdint>
#include <string>

#include "petrel/notifier.hpp"

namespace petrel::alertmanager {

// `firing_for_ms` is how long an alert fires after this attempt when no end is told.
std::string body_of(const Alert& alert, std::int64_t firing_for_ms);

}  // namespace petrel::alertmanager
