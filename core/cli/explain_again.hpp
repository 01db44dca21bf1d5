// `petrel explain ID --again`: the stored inputs through the rules once more; and `--why-not`: what
// was decided about a symbol around a time.
//
// Cold path, main thread.
#pragma once

#include <cstdint>
#include <string>

#include "config/config.hpp"
#include "petrel/result.hpp"

namespace petrel::core {

struct AgainReport {
    std::string version;  // that was run now
    bool same = true;     // to the last bit
    std::string text;     // what differs, or that nothing does
};

// By the version that decided then, from those kept beside the journal; or by the pack of `rules`
// when it is not "". Fails when that version is not kept or the document is of an older petrel.
Result<AgainReport> explain_again(const Config& config, const std::string& document,
                                  const std::string& rules);

// Everything decided about the symbol within `within_ms` of the time, nearest first, from the JSON
// array of documents. Says so when there is nothing.
struct WhyNotQuestion {
    std::string symbol;
    std::int64_t at_ns = 0;
    std::uint64_t within_ms = 300'000;
};
Result<std::string> why_not_text(const std::string& documents, const WhyNotQuestion& question);
Result<std::string> why_not_json(const std::string& documents, const WhyNotQuestion& question);

}  // namespace petrel::core
