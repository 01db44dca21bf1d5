// Merging keeps the place of whichever layer had the last word, so that messages point there.
#include "config/node.hpp"

#include "config/units.hpp"

namespace petrel::core {

bool is_loose(const Node& node) {
    return node.place.source != nullptr &&
           (node.place.source->kind == SourceText::Kind::Environment ||
            node.place.source->kind == SourceText::Kind::Setting);
}

void merge(Node& lower, const Node& upper) {
    if (lower.type != Node::Type::Table || upper.type != Node::Type::Table) {
        lower = upper;
        return;
    }
    lower.place = upper.place;
    lower.key_place = upper.key_place;
    for (const auto& [key, value] : upper.members) {
        const auto [at, added] = lower.members.try_emplace(key, value);
        if (!added) {
            merge(at->second, value);
        }
    }
}

std::string describe(const Node& node) {
    switch (node.type) {
        case Node::Type::Table:
            return "a table";
        case Node::Type::List:
            return "a list";
        case Node::Type::Text:
            return "text";
        case Node::Type::Integer:
        case Node::Type::Number:
            return "the number " + format_number(node.number);
        case Node::Type::Boolean:
            return node.boolean ? "true" : "false";
        case Node::Type::Other:
            break;
    }
    return "a date or time";
}

}  // namespace petrel::core
