// The alerts whose signals are active now, for inhibitions: kept by what happens to signals, and
// read from the store at a start.
//
// Stage 8; owned by the outbox, on the delivery thread. Holds the newest 10,000.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "routing/alert_facts.hpp"
#include "store/rows.hpp"

namespace petrel::core {

// What routing goes by, of a signal that is stored: the same as of the signal itself.
AlertFacts facts_of(const SignalRow& row);

class ActiveAlerts {
public:
    // One that is there already is replaced.
    void add(AlertFacts facts, std::int64_t expires_ns);
    // A signal that goes on counts for longer; one that is not known stays so.
    void renew(const std::string& id, std::int64_t expires_ns);
    void remove(const std::string& id);

    // Without those that have ended by themselves; valid until the next call.
    std::span<const AlertFacts> at(std::int64_t now_ns);
    // Null when it is not active.
    [[nodiscard]] const AlertFacts* find(const std::string& id) const;

private:
    std::vector<AlertFacts> facts_;  // oldest first
    std::map<std::string, std::int64_t> expires_ns_;
    std::int64_t next_end_ns_ = INT64_MAX;  // none ends before
};

}  // namespace petrel::core
