// A configuration value with the place it came from, and how layers of them merge.
//
// The loader's own tree: made by toml_reader and setting_layer, merged in order of precedence,
// then read into the plain structs of config.hpp. Values; nothing of the parser's library.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.hpp"

namespace petrel::core {

struct Node {
    enum class Type : std::uint8_t { Table, List, Text, Integer, Number, Boolean, Other };
    Type type = Type::Table;
    // Text of a Text; for values from the environment or a setting also what was written there.
    std::string text;
    std::int64_t integer = 0;
    double number = 0;  // also of an Integer
    bool boolean = false;
    std::vector<Node> items;
    std::map<std::string, Node> members;
    Place place;      // of the value
    Place key_place;  // of the key that names it, when it is a member

    [[nodiscard]] const Node* find(const std::string& key) const {
        const auto found = members.find(key);
        return found == members.end() ? nullptr : &found->second;
    }
};

// True for values that a person wrote outside a file: they have no types of their own.
bool is_loose(const Node& node);

// Tables merge member by member; anything else in `upper` replaces what `lower` has.
void merge(Node& lower, const Node& upper);

// "text", "the number 3", "a table": what was found, for messages. Never the text itself.
std::string describe(const Node& node);

}  // namespace petrel::core
