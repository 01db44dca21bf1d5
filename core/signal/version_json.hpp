// Stories of two versions as JSON: for `petrel rules diff`, its page, and the shadow's ledger.
//
// Cold path; the text is UTF-8 and stands on one line. Pure.
#pragma once

#include <span>
#include <string>

#include "signal/version_compare.hpp"

namespace petrel::core {

// An array of objects: id, type, symbol, side, change, later_s, both views, terms that differ.
std::string stories_json(std::span<const VersionPair> pairs);

// An object: sent_before, sent_after, one count a change, earlier, later and their means.
std::string version_counts_json(const VersionCounts& counts);

}  // namespace petrel::core
