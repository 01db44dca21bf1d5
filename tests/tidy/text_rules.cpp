// Text rules. Each walks the lines once; limits are those of ARCHITECTURE.md and CONTRIBUTING.md.
#include "text_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace petrel::tidy {
namespace {

constexpr std::size_t kFileLinesMax = 400;
constexpr std::size_t kLineColumnsMax = 100;
constexpr std::size_t kCoreHeaderCommentLinesMin = 3;
constexpr std::size_t kSmallHeaderLinesMax = 40;  // one sentence is enough for a small value

// One column for each code point: continuation bytes of UTF-8 take none.
std::size_t columns_of(std::string_view line) {
    return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::string_view without_indent(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

// #12 somewhere in the line.
bool names_an_issue(std::string_view line) {
    for (std::size_t at = line.find('#'); at != std::string_view::npos;
         at = line.find('#', at + 1)) {
        if (at + 1 < line.size() && std::isdigit(static_cast<unsigned char>(line[at + 1])) != 0) {
            return true;
        }
    }
    return false;
}

bool is_comment(Language language, std::string_view line) {
    const std::string_view text = without_indent(line);
    switch (language) {
        case Language::Lua:
            return text.starts_with("--");
        case Language::Shell:
            return text.starts_with("#");
        default:
            return text.starts_with("//") || text.starts_with("/*") || text.starts_with("*");
    }
}

// A path from the root of somebody's machine, standing at the beginning of a word.
bool has_local_path(std::string_view line, std::string_view prefix) {
    static constexpr std::string_view kPathCharacters = "/.-_}~";
    for (std::size_t at = line.find(prefix); at != std::string_view::npos;
         at = line.find(prefix, at + 1)) {
        const char before = at == 0 ? ' ' : line[at - 1];
        const bool inside = std::isalnum(static_cast<unsigned char>(before)) != 0 ||
                            kPathCharacters.find(before) != std::string_view::npos;
        if (!inside) {
            return true;
        }
    }
    return false;
}

}  // namespace

Violations check_file_length(const SourceFile& file) {
    if (!file.is_source() || file.lines.size() <= kFileLinesMax) {
        return {};
    }
    return {{file.path, file.lines.size(),
             "has " + std::to_string(file.lines.size()) + " lines, limit " +
                 std::to_string(kFileLinesMax) + ": split it by concept"}};
}

Violations check_line_width(const SourceFile& file) {
    Violations found;
    for (std::size_t i = 0; file.is_source() && i < file.lines.size(); ++i) {
        const std::size_t columns = columns_of(file.lines[i]);
        if (columns > kLineColumnsMax) {
            found.push_back({file.path, i + 1,
                             "is " + std::to_string(columns) + " columns wide, limit " +
                                 std::to_string(kLineColumnsMax) + ": break it"});
        }
    }
    return found;
}

Violations check_white_space(const SourceFile& file) {
    Violations found;
    for (std::size_t i = 0; file.is_source() && i < file.lines.size(); ++i) {
        const std::string& line = file.lines[i];
        if (line.find('\t') != std::string::npos) {
            found.push_back({file.path, i + 1, "holds a tab: indent with 4 spaces"});
        }
        if (!line.empty() && (line.back() == ' ' || line.back() == '\r')) {
            found.push_back({file.path, i + 1, "ends in white space: remove it"});
        }
    }
    return found;
}

Violations check_marks(const SourceFile& file) {
    static constexpr std::array<std::string_view, 4> kMarks{"TODO", "FIXME", "XXX", "HACK"};
    Violations found;
    for (std::size_t i = 0; file.is_source() && i < file.code_and_comments.size(); ++i) {
        const std::string& line = file.code_and_comments[i];
        for (const std::string_view mark : kMarks) {
            if (find_word(line, mark) != std::string_view::npos && !names_an_issue(line)) {
                found.push_back({file.path, i + 1,
                                 std::string(mark) + " names no issue: finish it, or write " +
                                     std::string(mark) + "(#number)"});
            }
        }
    }
    return found;
}

Violations check_pragma_once(const SourceFile& file) {
    if (!file.path.ends_with(".hpp")) {
        return {};
    }
    const auto count = std::count(file.code.begin(), file.code.end(), "#pragma once");
    if (count == 1) {
        return {};
    }
    return {{file.path, 0, "has " + std::to_string(count) + " '#pragma once': have exactly one"}};
}

Violations check_head_comment(const SourceFile& file) {
    // Build files are exempt: a plugin's is one call, and calls say what they do.
    if (!file.is_source() || file.language == Language::CMake) {
        return {};
    }
    std::size_t i = !file.lines.empty() && file.lines[0].starts_with("#!") ? 1 : 0;
    while (i < file.lines.size() && without_indent(file.lines[i]).empty()) {
        ++i;
    }
    std::size_t count = 0;
    while (i + count < file.lines.size() && is_comment(file.language, file.lines[i + count])) {
        ++count;
    }
    const bool large_core_header =
        file.below("core/") && file.is_header() && file.lines.size() > kSmallHeaderLinesMax;
    const std::size_t least = large_core_header ? kCoreHeaderCommentLinesMin : 1;
    if (count >= least) {
        return {};
    }
    return {{file.path, i + 1,
             "opens with " + std::to_string(count) + " comment lines, at least " +
                 std::to_string(least) +
                 " wanted: say what it is, where in the flow, who owns it, on which thread"}};
}

Violations check_local_paths(const SourceFile& file) {
    static constexpr std::array<std::string_view, 4> kPrefixes{"/home/", "/root/", "/work/",
                                                               "/Users/"};
    Violations found;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        for (const std::string_view prefix : kPrefixes) {
            if (has_local_path(file.lines[i], prefix)) {
                found.push_back({file.path, i + 1,
                                 "names a path of one machine (" + std::string(prefix) +
                                     "…): use a relative path or a variable"});
            }
        }
    }
    return found;
}

}  // namespace petrel::tidy
