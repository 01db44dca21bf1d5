// Relations of the checks of a verdict: their signs, what holds, and how a check is told.
//
// Pure functions beside rule_io.hpp; used by the script engine on the thread of a shard, by what
// compares versions and by what people read.
#pragma once

#include <string>
#include <string_view>

#include "script/rule_io.hpp"

namespace petrel::core {

// ">=", ">", "<=", "<", "part" or "needs".
std::string_view check_sign(CheckRelation relation);
// False when the text is none of them.
bool check_relation_of(std::string_view sign, CheckRelation& relation);

// Whether the relation compares; else it tells.
inline bool compares(CheckRelation relation) { return relation < CheckRelation::Part; }

inline bool holds(double value, CheckRelation relation, double limit) {
    switch (relation) {
        case CheckRelation::AtLeast:
            return value >= limit;
        case CheckRelation::Over:
            return value > limit;
        case CheckRelation::AtMost:
            return value <= limit;
        case CheckRelation::Under:
            return value < limit;
        case CheckRelation::Needs:
            return value >= limit;
        default:
            return true;
    }
}

// What is true of the two numbers: "quality 0.71 >= 0.50" of a check that passed, "score 0.45 <
// 0.60" of one that did not, "margin 0.35 x 0.25" of a part, "outcomes 3 of 20: abstains" of one
// that has too few figures.
std::string check_text(const VerdictCheck& check);

}  // namespace petrel::core
