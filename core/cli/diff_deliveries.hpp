// The part of a diff that tells what each version asks of the channels: in words and as JSON.
//
// Functions of the diff alone.
#pragma once

#include <string>

#include "replay/rule_diff.hpp"

namespace petrel::core {

// One line a channel: how many are sent, late, in digests, expired, held. Empty without channels.
std::string channels_text(const RuleDiff& diff);

// How a signal fares otherwise: "telegram sent → digested after 14.2 s"; empty when it does not.
std::string delivery_text(const RuleDiff& diff, const std::string& signal_id);

// An object: `channels`, and `changed`, both arrays.
std::string deliveries_json(const RuleDiff& diff);

}  // namespace petrel::core
