// Wraps toml++. It stops at the first syntax error, so a faulty line is blanked and the rest read
// again, unless the line opened a table: what follows would then be read into the wrong one.
//
// Some malformed headers ("[=") trip assertions inside the library, which end the process or, with
// NDEBUG, are taken for granted; here they throw and are caught as one more syntax error. Cold
// path, loading thread.
#include "config/toml_reader.hpp"

#include <cassert>
#include <exception>

namespace {

struct LibraryFault : std::exception {
    [[nodiscard]] const char* what() const noexcept override { return "not understood"; }
};

[[noreturn]] void library_fault() { throw LibraryFault(); }

}  // namespace

#pragma push_macro("NDEBUG")
#undef NDEBUG  // the library drops its assertions with it
#define TOML_ASSERT(expression) ((expression) ? void() : library_fault())
#define TOML_EXCEPTIONS 1
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 32
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <toml++/toml.h>
#pragma GCC diagnostic pop
#pragma pop_macro("NDEBUG")

#include <algorithm>
#include <optional>
#include <utility>

#include "config/toml_scan.hpp"

namespace petrel::core {
namespace {

constexpr int kSyntaxErrorsMax = 20;
constexpr std::size_t kLineMax = 16'384;
constexpr int kDotsMax = 24;  // outside quotes: bounds how deep dotted keys nest

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        lines.emplace_back(line);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

// The first `count` lines.
std::string join_lines(const std::vector<std::string>& lines, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += lines[i];
        text += '\n';
    }
    return text;
}

std::string_view trimmed(std::string_view line) {
    const std::size_t start = line.find_first_not_of(" \t");
    return start == std::string_view::npos ? std::string_view() : line.substr(start);
}

// A line that may hold a secret: in a section of exchanges or notifiers, or with no section known.
bool may_hold_secret(const std::vector<std::string>& lines, std::size_t index) {
    constexpr std::string_view sections[] = {"exchanges", "notifiers"};
    const auto names_section = [&](std::string_view text) {
        return std::any_of(std::begin(sections), std::end(sections), [&](std::string_view section) {
            return text.find(section) != std::string_view::npos;
        });
    };
    if (names_section(lines[index])) {
        return true;
    }
    for (std::size_t i = index; i-- > 0;) {
        if (trimmed(lines[i]).starts_with('[')) {
            return names_section(lines[i]);
        }
    }
    return false;
}

class Converter {
public:
    explicit Converter(std::shared_ptr<const SourceText> source) : source_(std::move(source)) {}

    [[nodiscard]] Node convert(const toml::node& from, const toml::source_region& key) const {
        Node node;
        node.place = place_of(from.source());
        node.key_place = place_of(key);
        if (const toml::table* table = from.as_table()) {
            for (const auto& [name, value] : *table) {
                node.members.emplace(std::string(name.str()), convert(value, name.source()));
            }
        } else if (const toml::array* array = from.as_array()) {
            node.type = Node::Type::List;
            for (const toml::node& item : *array) {
                node.items.push_back(convert(item, item.source()));
            }
        } else {
            take_scalar(from, node);
        }
        return node;
    }

private:
    static void take_scalar(const toml::node& from, Node& node) {
        if (const auto* text = from.as_string()) {
            node.type = Node::Type::Text;
            node.text = text->get();
        } else if (const auto* integer = from.as_integer()) {
            node.type = Node::Type::Integer;
            node.integer = integer->get();
            node.number = static_cast<double>(node.integer);
        } else if (const auto* number = from.as_floating_point()) {
            node.type = Node::Type::Number;
            node.number = number->get();
        } else if (const auto* boolean = from.as_boolean()) {
            node.type = Node::Type::Boolean;
            node.boolean = boolean->get();
        } else {
            node.type = Node::Type::Other;
        }
    }

    [[nodiscard]] Place place_of(const toml::source_region& region) const {
        Place place;
        place.source = source_;
        place.line = region.begin.line;
        place.column = region.begin.column;
        const bool one_line =
            region.begin.line == region.end.line && region.end.column > region.begin.column;
        place.length = one_line ? region.end.column - region.begin.column : 1;
        return place;
    }

    std::shared_ptr<const SourceText> source_;
};

Problem too_deep(const std::shared_ptr<const SourceText>& source, std::size_t line) {
    Problem problem;
    problem.code = "PTL-C002";
    problem.message = "line " + std::to_string(line) + " is longer than " +
                      std::to_string(kLineMax) + " bytes or nests more than " +
                      std::to_string(kDotsMax) + " dotted keys";
    problem.place = {source, static_cast<std::uint32_t>(line), 1, 1};
    problem.help = "split the line";
    problem.excerpt = Excerpt::Hidden;
    return problem;
}

bool is_bounded(std::string_view line) {
    int dots = 0;
    char quote = 0;
    for (const char c : line) {
        if (quote != 0) {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else {
            dots += c == '.' ? 1 : 0;
        }
    }
    return line.size() <= kLineMax && (dots <= kDotsMax || trimmed(line).starts_with('#'));
}

struct SyntaxError {
    std::uint32_t line = 0;
    std::uint32_t column = 1;
    std::string description;
};

enum class Parsed : std::uint8_t { Whole, Faulty, Fault };

// One run of the library over the first `count` lines.
Parsed parse_lines(const std::vector<std::string>& lines, std::size_t count, toml::table& table,
                   SyntaxError& error) {
    try {
        table = toml::parse(join_lines(lines, count));
        return Parsed::Whole;
    } catch (const toml::parse_error& thrown) {
        error.line = thrown.source().begin.line;
        error.column = thrown.source().begin.column;
        error.description = thrown.description();
        return Parsed::Faulty;
    } catch (const std::exception& thrown) {
        error.description = thrown.what();
        return Parsed::Fault;
    }
}

// Nothing: `table` holds it all. A fault comes without a place; it lies on the last line of the
// shortest beginning that has it.
std::optional<SyntaxError> parse_all(const std::vector<std::string>& lines, toml::table& table) {
    SyntaxError error;
    if (const auto foreign = find_foreign_letter(lines)) {
        return SyntaxError{foreign->line, foreign->column,
                           "a letter that TOML allows only inside quotes"};
    }
    const Parsed whole = parse_lines(lines, lines.size(), table, error);
    if (whole != Parsed::Fault) {
        return whole == Parsed::Whole ? std::nullopt : std::optional(error);
    }
    std::size_t without = 0;
    std::size_t with = lines.size();
    while (with - without > 1) {
        const std::size_t middle = without + (with - without) / 2;
        SyntaxError ignored;
        toml::table part;
        (parse_lines(lines, middle, part, ignored) == Parsed::Fault ? with : without) = middle;
    }
    error.line = static_cast<std::uint32_t>(with);
    return error;
}

Problem syntax_problem(const SyntaxError& error, const std::vector<std::string>& lines,
                       const std::shared_ptr<const SourceText>& source) {
    Problem problem;
    problem.code = "PTL-C002";
    const std::size_t index =
        std::min<std::size_t>(error.line == 0 ? 0 : error.line - 1, lines.size());
    problem.place = {source, error.line, error.column, 1};
    const bool hidden = index < lines.size() && may_hold_secret(lines, index);
    problem.excerpt = hidden ? Excerpt::Hidden : Excerpt::Shown;
    // The library's sentence quotes the text, which here may be part of a secret.
    problem.message = hidden ? "this line is not valid TOML (not shown, it may hold a secret)"
                             : "not valid TOML: " + error.description;
    problem.help = hidden ? "text needs quotes; a secret is { file = \"...\" } or { env = \"...\" }"
                          : "expected key = value or a [section]; text needs quotes";
    return problem;
}

}  // namespace

Node read_toml(std::string_view text, const SourceLabel& label, Problems& problems) {
    if (text.starts_with("\xEF\xBB\xBF")) {  // a byte order mark
        text.remove_prefix(3);
    }
    auto source = std::make_shared<SourceText>();
    source->kind = label.kind;
    source->name = label.name;
    source->directory = label.directory;
    Node empty;
    if (text.size() > kConfigBytesMax) {
        Problem problem;
        problem.code = "PTL-C001";
        problem.message = label.name + " has " + std::to_string(text.size()) +
                          " bytes; a configuration has at most " + std::to_string(kConfigBytesMax);
        problems.push_back(std::move(problem));
        return empty;
    }
    source->lines = split_lines(text);
    std::vector<std::string> lines = source->lines;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!is_bounded(lines[i])) {
            problems.push_back(too_deep(source, i + 1));
            lines[i].clear();
        }
    }
    empty.place.source = source;
    for (int attempt = 0; attempt < kSyntaxErrorsMax; ++attempt) {
        toml::table table;
        const std::optional<SyntaxError> error = parse_all(lines, table);
        if (!error) {
            return Converter(source).convert(table, toml::source_region{});
        }
        problems.push_back(syntax_problem(*error, lines, source));
        const std::size_t line = error->line;
        if (line == 0 || line > lines.size() || trimmed(lines[line - 1]).empty() ||
            trimmed(lines[line - 1]).starts_with('[')) {
            break;
        }
        lines[line - 1].clear();
    }
    return empty;
}

}  // namespace petrel::core
