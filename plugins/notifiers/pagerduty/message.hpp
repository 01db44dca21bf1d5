// An alert as an event of PagerDuty's Events API v2.
//
// Pure. All events of a story carry its id as dedup_key, so that they fold into one incident.
#pragma once

#include <string>

#include "petrel/notifier.hpp"

namespace petrel::pagerduty {

constexpr std::size_t kSummaryMax = 1024;
constexpr std::size_t kDedupKeyMax = 255;

// trigger, acknowledge or resolve.
const char* action_of(std::uint32_t phase);

std::string body_of(const Alert& alert, const std::string& routing_key, const std::string& source);

}  // namespace petrel::pagerduty
