// Compares texts and effective values; whitespace counts, as it does in the version's hash.
#include "script/rule_changes.hpp"

#include <array>
#include <cstdio>

namespace petrel::core {
namespace {

std::string plain_number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.10g", value);
    return text.data();
}

}  // namespace

std::string RuleChange::words() const {
    switch (what) {
        case What::FileAdded:
            return name + " added";
        case What::FileRemoved:
            return name + " removed";
        case What::FileEdited:
            return name + " edited";
        default:
            return "parameter " + name + " " + plain_number(from) + " -> " + plain_number(to);
    }
}

std::vector<RuleChange> rule_changes(const RulePack& before, const RulePack& after) {
    std::vector<RuleChange> changes;
    for (const RuleFile& file : after.sources().files) {
        const RuleFile* old = before.sources().find(file.name);
        if (old == nullptr) {
            changes.push_back({RuleChange::What::FileAdded, file.name});
        } else if (old->text != file.text) {
            changes.push_back({RuleChange::What::FileEdited, file.name});
        }
    }
    for (const RuleFile& file : before.sources().files) {
        if (after.sources().find(file.name) == nullptr) {
            changes.push_back({RuleChange::What::FileRemoved, file.name});
        }
    }
    for (const RuleParameter& parameter : after.manifest().parameters) {
        const RuleParameter* old = before.manifest().parameter(parameter.name);
        if (old != nullptr && old->value != parameter.value) {
            changes.push_back(
                {RuleChange::What::Parameter, parameter.name, old->value, parameter.value});
        }
    }
    return changes;
}

}  // namespace petrel::core
