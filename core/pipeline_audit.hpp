// The audit of the rules, and of the detectors' libraries: who changed what, when, and what came of
// it.
//
// One JSON object a line, appended and synced, in the state folder; a file that has grown large is
// kept once under another name. Written on the control thread; `petrel rules log` reads the file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "petrel/result.hpp"

namespace petrel::core {

struct RuleAction {
    std::int64_t at_ns = 0;  // wall clock
    // reload, shadow, drop, promote, restore, roll_back, start; plugin_reload
    std::string what;
    std::string who;     // "control socket, user 1000", "folder", "SIGHUP"
    std::string from;    // version that decided before, or ran; may be empty
    std::string to;      // version that decides after; the shadow's for shadow, drop
    std::string result;  // "live", "unchanged", "looks on" ... or why it was refused
    bool good = true;
    std::vector<std::string> changed;  // in words: files and parameters
};

class RuleAudit {
public:
    static constexpr std::uint64_t kBytesMax = 4U << 20;

    explicit RuleAudit(std::string path) : path_(std::move(path)) {}

    // An error says that the action is not on record.
    Status add(const RuleAction& action);

private:
    std::string path_;
};

std::string rule_audit_path(const std::string& state_dir);

// The latest `count` lines as they stand in the file, oldest first. A line that a crash cut short
// is left out.
Result<std::vector<std::string>> read_rule_audit(const std::string& state_dir, std::size_t count);

}  // namespace petrel::core
