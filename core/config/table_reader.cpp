// Type and bounds checks of configuration values. Messages follow one form: key, what was found,
// what is allowed; the carets point at the value, or at the key when the key is wrong.
#include "config/table_reader.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include "config/closest.hpp"
#include "config/units.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kEchoMax = 60;

std::string echo(const Node& node, Excerpt excerpt) {
    if (node.type != Node::Type::Text || excerpt != Excerpt::Shown) {
        return describe(node);
    }
    const bool longer = node.text.size() > kEchoMax;
    return "\"" + node.text.substr(0, kEchoMax) + (longer ? "...\"" : "\"");
}

std::vector<std::string> comma_parts(const std::string& text) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    while (start <= text.size()) {
        const std::size_t end = std::min(text.find(',', start), text.size());
        std::string part = text.substr(start, end - start);
        part.erase(0, part.find_first_not_of(' '));
        part.erase(part.find_last_not_of(' ') + 1);
        if (!part.empty()) {
            parts.push_back(std::move(part));
        }
        start = end + 1;
    }
    return parts;
}

}  // namespace

TableReader::TableReader(const Node& table, std::string path, Problems& problems, Excerpt excerpt)
    : table_(table), path_(std::move(path)), problems_(problems), excerpt_(excerpt) {}

std::string TableReader::name_of(const std::string& key) const {
    return path_.empty() ? key : path_ + "." + key;
}

void TableReader::report(const Node& node, std::string code, std::string message,
                         std::string help) {
    Problem problem;
    problem.code = std::move(code);
    problem.message = std::move(message);
    problem.place = node.place;
    problem.help = std::move(help);
    problem.excerpt = excerpt_;
    problems_.push_back(std::move(problem));
}

const Node* TableReader::any(const std::string& key) {
    known_.push_back(key);
    return table_.find(key);
}

void TableReader::wrong_type(const std::string& key, const Node& node,
                             const std::string& expected) {
    report(node, "PTL-C004",
           name_of(key) + " is " + echo(node, excerpt_) + "; expected " + expected,
           "expected " + expected);
}

void TableReader::integer(const std::string& key, Range<std::uint64_t> range, std::uint64_t& out) {
    const Node* node = any(key);
    if (node == nullptr) {
        return;
    }
    if (node->type != Node::Type::Integer) {
        wrong_type(key, *node, "a whole number");
        return;
    }
    const auto value = static_cast<std::uint64_t>(node->integer);
    if (node->integer < 0 || value < range.least || value > range.most) {
        const std::string allowed =
            std::to_string(range.least) + " to " + std::to_string(range.most);
        report(*node, "PTL-C005",
               name_of(key) + " = " + std::to_string(node->integer) + " is out of bounds",
               "allowed: " + allowed);
        return;
    }
    out = value;
}

void TableReader::integer(const std::string& key, Range<std::uint64_t> range, std::uint32_t& out) {
    std::uint64_t wide = out;
    integer(key, range, wide);
    out = static_cast<std::uint32_t>(wide);
}

void TableReader::number(const std::string& key, Range<double> range, double& out) {
    const Node* node = any(key);
    if (node == nullptr) {
        return;
    }
    if (node->type != Node::Type::Integer && node->type != Node::Type::Number) {
        wrong_type(key, *node, "a number");
        return;
    }
    if (!std::isfinite(node->number) || node->number < range.least || node->number > range.most) {
        report(*node, "PTL-C005",
               name_of(key) + " = " + format_number(node->number) + " is out of bounds",
               "allowed: " + format_number(range.least) + " to " + format_number(range.most));
        return;
    }
    out = node->number;
}

void TableReader::duration(const std::string& key, Range<std::uint64_t> range_ms,
                           std::uint64_t& out_ms) {
    const Node* node = any(key);
    if (node == nullptr) {
        return;
    }
    const std::string allowed = "allowed: " + format_duration_ms(range_ms.least) + " to " +
                                format_duration_ms(range_ms.most);
    const auto value = node->type == Node::Type::Text ? parse_duration_ms(node->text)
                                                      : std::optional<std::uint64_t>();
    if (!value) {
        report(*node, "PTL-C011",
               name_of(key) + " is " + echo(*node, excerpt_) +
                   ", which is no duration; write a number with its unit (ms, s, m, h, d), "
                   "like \"30s\"",
               allowed);
    } else if (*value < range_ms.least || *value > range_ms.most) {
        report(*node, "PTL-C005",
               name_of(key) + " = " + echo(*node, excerpt_) + " is out of bounds", allowed);
    } else {
        out_ms = *value;
    }
}

void TableReader::bytes(const std::string& key, Range<std::uint64_t> range, std::uint64_t& out) {
    const Node* node = any(key);
    if (node == nullptr) {
        return;
    }
    const std::string allowed =
        "allowed: " + format_bytes(range.least) + " to " + format_bytes(range.most);
    const auto value =
        node->type == Node::Type::Text ? parse_bytes(node->text) : std::optional<std::uint64_t>();
    if (!value) {
        report(*node, "PTL-C011",
               name_of(key) + " is " + echo(*node, excerpt_) +
                   ", which is no size; write a number with its unit (KiB, MiB, GiB), like "
                   "\"64MiB\"",
               allowed);
    } else if (*value < range.least || *value > range.most) {
        report(*node, "PTL-C005",
               name_of(key) + " = " + echo(*node, excerpt_) + " is out of bounds", allowed);
    } else {
        out = *value;
    }
}

void TableReader::boolean(const std::string& key, bool& out) {
    const Node* node = any(key);
    if (node == nullptr) {
        return;
    }
    if (node->type != Node::Type::Boolean) {
        wrong_type(key, *node, "true or false");
        return;
    }
    out = node->boolean;
}

void TableReader::text(const std::string& key, std::string& out) {
    const Node* node = any(key);
    if (node == nullptr) {
        return;
    }
    const bool loose = is_loose(*node) && node->type != Node::Type::Table;
    if (node->type != Node::Type::Text && !loose) {
        wrong_type(key, *node, "text in quotes");
        return;
    }
    if (node->text.find('\0') != std::string::npos) {
        report(*node, "PTL-C004", name_of(key) + " holds a zero byte", "remove it");
        return;
    }
    out = node->text;
}

void TableReader::path(const std::string& key, std::string& out) {
    std::string written;
    text(key, written);
    if (!written.empty()) {
        out = resolved_path(written, table_.find(key)->place);
    }
}

void TableReader::choice(const std::string& key, const std::vector<std::string>& allowed,
                         std::string& out) {
    std::string value = out;
    text(key, value);
    const Node* node = table_.find(key);
    if (node == nullptr || value == out) {
        return;
    }
    if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
        const std::string list = human_list(allowed);
        const std::string near = did_you_mean(value, allowed);
        report(*node, "PTL-C007",
               name_of(key) + " is " + echo(*node, excerpt_) + "; allowed: " + list,
               near.empty() ? "allowed: " + list : near);
        return;
    }
    out = value;
}

std::vector<Node> TableReader::texts(const std::string& key) {
    const Node* node = any(key);
    std::vector<Node> found;
    if (node == nullptr) {
        return found;
    }
    if (node->type == Node::Type::Text) {
        if (!is_loose(*node)) {
            return {*node};
        }
        for (std::string& part : comma_parts(node->text)) {
            found.push_back(*node);
            found.back().text = std::move(part);
        }
        return found;
    }
    if (node->type != Node::Type::List) {
        wrong_type(key, *node, "a list of texts, like [\"a\", \"b\"]");
        return found;
    }
    for (const Node& item : node->items) {
        if (item.type != Node::Type::Text) {
            wrong_type(key, item, "only texts in the list");
        } else {
            found.push_back(item);
        }
    }
    return found;
}

const Node* TableReader::table(const std::string& key) {
    const Node* node = any(key);
    if (node != nullptr && node->type != Node::Type::Table) {
        wrong_type(key, *node, "a table, like [" + name_of(key) + "]");
        return nullptr;
    }
    return node;
}

void TableReader::finish() {
    for (const auto& [key, node] : table_.members) {
        if (std::find(known_.begin(), known_.end(), key) != known_.end()) {
            continue;
        }
        Problem problem;
        const bool in_environment = node.key_place.source != nullptr &&
                                    node.key_place.source->kind == SourceText::Kind::Environment;
        // Service managers set variables of their own; a name we do not know may be theirs.
        problem.severity = in_environment ? Severity::Warning : Severity::Error;
        problem.code = in_environment ? "PTL-C017" : "PTL-C003";
        problem.message =
            "unknown key '" + key.substr(0, kEchoMax) + "'" +
            (path_.empty() ? std::string(" at the top level") : " in [" + path_ + "]");
        problem.place = node.key_place;
        problem.help = did_you_mean(key, known_);
        problem.excerpt = excerpt_;
        if (problem.help.empty() && !known_.empty() && known_.size() <= 12) {
            problem.help = "known keys:";
            for (const std::string& known : known_) {
                problem.help += " " + known;
            }
        }
        problems_.push_back(std::move(problem));
    }
}

std::string resolved_path(const std::string& text, const Place& place) {
    const std::filesystem::path written(text);
    if (text.empty() || written.is_absolute() || place.source == nullptr ||
        place.source->directory.empty()) {
        return text;
    }
    return (std::filesystem::path(place.source->directory) / written).lexically_normal().string();
}

}  // namespace petrel::core
