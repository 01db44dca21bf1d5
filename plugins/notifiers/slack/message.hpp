// An alert as the body of a Slack incoming webhook: fallback text and blocks.
//
// Pure. Everything is cleaned and cut first and escaped last. Blocks are plain text: Slack's own
// markup has no escape for its stars and underscores.
#pragma once

#include <string>

#include "petrel/notifier.hpp"

namespace petrel::slack {

constexpr std::size_t kTextMax = 3000;
constexpr std::size_t kHeaderMax = 150;
constexpr std::size_t kFieldMax = 2000;
constexpr std::size_t kFieldsInSection = 10;
constexpr std::size_t kSectionsMax = 4;

std::string body_of(const Alert& alert);

}  // namespace petrel::slack
