// Numbers are shown with two decimals, and with more where two would make value and limit the same.
#include "script/verdict_check.hpp"

#include <array>

#include "runtime/human.hpp"

namespace petrel::core {
namespace {

constexpr std::array<std::string_view, 6> kSigns{">=", ">", "<=", "<", "part", "needs"};
constexpr std::array<std::string_view, 4> kOpposites{"<", "<=", ">", ">="};

}  // namespace

std::string_view check_sign(CheckRelation relation) {
    return kSigns[static_cast<std::size_t>(relation)];
}

bool check_relation_of(std::string_view sign, CheckRelation& relation) {
    for (std::size_t i = 0; i < kSigns.size(); ++i) {
        if (sign == kSigns[i]) {
            relation = static_cast<CheckRelation>(i);
            return true;
        }
    }
    return false;
}

std::string check_text(const VerdictCheck& check) {
    const std::string name(check.name.view());
    if (check.relation == CheckRelation::Part) {
        return name + " " + human_fixed(check.value, 2) + " x " + human_fixed(check.limit, 2);
    }
    if (check.relation == CheckRelation::Needs) {
        return name + " " + human_fixed(check.value, 0) + " of " + human_fixed(check.limit, 0) +
               (check.passed ? "" : ": abstains");
    }
    constexpr int decimals_most = 9;
    int decimals = 2;
    while (decimals < decimals_most && check.value != check.limit &&
           human_fixed(check.value, decimals) == human_fixed(check.limit, decimals)) {
        ++decimals;
    }
    const auto relation = static_cast<std::size_t>(check.relation);
    return name + " " + human_fixed(check.value, decimals) + " " +
           std::string(check.passed ? kSigns[relation] : kOpposites[relation]) + " " +
           human_fixed(check.limit, decimals);
}

}  // namespace petrel::core
