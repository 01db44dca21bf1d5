// A signal put into words: the alert that every channel gets, before any markup.
//
// Stage 8. The first line alone must be enough on a lock screen; then one field a line, always in
// the same order; id and time last. The words are those of the message book. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "outbox/message_book.hpp"
#include "routing/alert_facts.hpp"
#include "signal/signal.hpp"

namespace petrel::core {

struct AlertText {
    std::string id;
    std::string type;
    std::string symbol;
    std::string headline;  // at most 90 characters
    std::vector<std::pair<std::string, std::string>> fields;
    std::string footer;
    std::string json;
    std::uint32_t severity = 1;
    std::uint32_t side = 0;
    std::int64_t at_ns = 0;
    double score = 0;
    std::string strength;     // of the signal's score; empty where there is none
    double notional_usd = 0;  // of its cause
    // Of its picture; without points or words there is none.
    std::string picture;  // what it shows, in a sentence
    MarketSeries series;
    std::int64_t span_begin_ns = 0;
    std::int64_t span_end_ns = 0;
    // How it goes to its channel, as routing decided.
    std::string route;
    bool silent = false;  // without a sound
    // Where it stands in its story, PETREL_ALERT_..., and the provider's id of the message that was
    // sent first for it, where there is one.
    std::uint32_t phase = 1;
    std::string provider_id;
    std::string escalation;     // of one: why it was sent, for the record
    bool acknowledged = false;  // somebody had taken the story on when this was written
    // Of a picture: the phase of the message that it belongs to, how late that was, and whether it
    // may be a repeat.
    std::uint32_t shown_phase = 0;
    std::uint64_t late_ms = 0;
    bool may_repeat = false;
};

// What plugins are told of a row's phase: PETREL_ALERT_...
std::uint32_t abi_phase_of(const std::string& phase);

// What routing goes by.
AlertFacts facts_of(const Signal& signal, const AlertText& alert);
AlertFacts facts_of_system(const AlertText& alert);

AlertText compose_alert(const Signal& signal, const MessageBook& messages = shipped_messages());

// A first line, shortened to what a lock screen shows.
std::string headline_of(std::string_view line);

// How urgent it is beside others that wait: larger goes first. 100 for each step of severity, and
// 10 for each point of the score.
int priority_of(const AlertText& alert);

// 1 info, 2 warning, 3 critical: of a signal with that strength.
std::uint32_t severity_of_strength(const std::string& strength);

// An alert of the system itself: what failed and what to do.
AlertText compose_system_alert(std::string headline, std::string detail, std::int64_t at_ns,
                               const MessageBook& messages = shipped_messages());

}  // namespace petrel::core
