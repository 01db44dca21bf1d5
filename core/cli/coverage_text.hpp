// The coverage ledger of a running engine: as JSON for the control socket, as text for people.
// Pure.
#pragma once

#include <span>
#include <string>

#include "pipeline.hpp"

namespace petrel::core {

// {"counts":{...},"entries":[...]}, entries in the order given.
std::string coverage_json(const CoverageCounts& counts, std::span<const CoverageEntry> entries);

// What `petrel coverage` prints of that object.
Result<std::string> coverage_text(const std::string& json);

}  // namespace petrel::core
