// What services answer, read with suspicion: a body may be anything, and may repeat a secret.
//
// Stage 9, on the channel's thread. Pure functions; nothing here throws. Whoever uses the values of
// a body includes nlohmann/json itself.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "petrel/notifier.hpp"

namespace petrel::kit {

using Secrets = std::span<const std::string>;

// An address and the parts of its path and query, any of which may be the secret one.
std::vector<std::string> secrets_of(std::string_view address);

// The body as JSON; a discarded value when it is none, or longer than 256 KiB.
nlohmann::json parsed_body(const NotifierReply& reply);

// The member of an object, or null. `object` may be of any type.
const nlohmann::json* member(const nlohmann::json& object, const char* name);
// The member where it is a text, otherwise empty.
std::string text_member(const nlohmann::json& object, const char* name);

// JSON as bytes to send; what is no UTF-8 is replaced.
std::string written(const nlohmann::json& body);

// A wish to wait in ms: between nothing and an hour, rounded up; what is no such number is none.
std::uint64_t wait_ms(double seconds);
std::uint64_t wait_ms(std::string_view seconds);
// By the header Retry-After: in seconds, or as a date, which counts from the reply's own Date.
std::uint64_t retry_after_ms(const NotifierReply& reply);

// The text with everything masked that could be a token or an id: long words that hold a digit,
// and runs of six or more digits.
std::string masked(std::string_view text);
// One short line of what a service said, without secrets.
std::string detail_of(std::string_view text, Secrets secrets);
// "sentence", or "sentence: detail".
std::string with_detail(std::string sentence, std::string_view detail);

Outcome outcome(std::uint32_t result, std::string reason, std::uint64_t retry_after_ms = 0);

// What most services mean by a status that is no success: 429 waits, 5xx and the like may pass,
// 401, 403, 404 and 410 are about the channel, other 4xx about this message. `detail` is free of
// secrets.
Outcome outcome_of_status(std::string_view service, const NotifierReply& reply,
                          std::string_view detail);

}  // namespace petrel::kit
