// Writes problems out: heading, arrow, the quoted line with carets under the value, what to do.
// Runs on the thread that loads; keeps no state.
#include "config/problem.hpp"

#include <algorithm>

namespace petrel::core {
namespace {

struct Paint {
    const char* error = "";
    const char* warning = "";
    const char* frame = "";
    const char* off = "";
};

Paint paint_for(Colour colour) {
    return colour == Colour::Always ? Paint{"\x1b[1;31m", "\x1b[1;33m", "\x1b[1;34m", "\x1b[0m"}
                                    : Paint{};
}

bool starts_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_code_point));
}

// Blanks as wide as the first `count` code points of the line; tabs stay tabs.
std::string blanks(std::string_view line, std::size_t count) {
    std::string out;
    for (const char c : line) {
        if (!starts_code_point(c)) {
            continue;
        }
        if (count-- == 0) {
            return out;
        }
        out += c == '\t' ? '\t' : ' ';
    }
    return out;
}

// Control characters of a source never reach a terminal.
std::string printable(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\t') || byte == 0x7f) {
            c = '?';
        }
    }
    return out;
}

std::string quoted_line(const Problem& problem) {
    const Place& place = problem.place;
    if (place.source == nullptr || place.line == 0 || problem.excerpt == Excerpt::Hidden ||
        place.line > place.source->lines.size()) {
        return {};
    }
    const std::string& line = place.source->lines[place.line - 1];
    return printable(problem.excerpt == Excerpt::Masked ? masked_line(line) : line);
}

void append_excerpt(std::string& out, const Problem& problem, const Paint& paint) {
    constexpr std::size_t kLineShownMax = 200;
    const std::string line = quoted_line(problem);
    const std::size_t width = code_points(line);
    const std::size_t start = problem.place.column == 0 ? 0 : problem.place.column - 1;
    if (line.empty() || width > kLineShownMax || start > width) {
        if (!problem.help.empty()) {
            out += std::string("   ") + paint.frame + "= " + paint.off + problem.help + "\n";
        }
        return;
    }
    const std::string number = std::to_string(problem.place.line);
    const std::string gutter(number.size() + 1, ' ');
    const std::size_t carets =
        std::clamp<std::size_t>(problem.place.length, 1, std::max<std::size_t>(width - start, 1));
    out += std::string(paint.frame) + " " + number + " │ " + paint.off + line + "\n";
    out += paint.frame + gutter + " │ " + paint.off + blanks(line, start);
    out += paint.error + std::string(carets, '^') + paint.off;
    out += problem.help.empty() ? "\n" : " " + problem.help + "\n";
}

void append(std::string& out, const Problem& problem, const Paint& paint) {
    const bool error = problem.severity == Severity::Error;
    out += error ? paint.error : paint.warning;
    out += (error ? "error[" : "warning[") + problem.code + "]" + paint.off + ": ";
    out += printable(problem.message) + "\n";
    if (problem.place.source != nullptr) {
        out += std::string("  ") + paint.frame + "-->" + paint.off + " " +
               printable(origin_of(problem.place)) + "\n";
    }
    append_excerpt(out, problem, paint);
}

}  // namespace

std::string origin_of(const Place& place) {
    if (place.source == nullptr) {
        return {};
    }
    if (place.line == 0) {
        return place.source->name;
    }
    return place.source->name + ":" + std::to_string(place.line) + ":" +
           std::to_string(place.column);
}

bool has_errors(const Problems& problems) {
    return std::any_of(problems.begin(), problems.end(),
                       [](const Problem& p) { return p.severity == Severity::Error; });
}

std::string masked_line(std::string_view line) {
    if (line.find("\"\"\"") != std::string_view::npos ||
        line.find("'''") != std::string_view::npos) {
        return {};
    }
    std::string out;
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quote == 0) {
            quote = c == '"' || c == '\'' ? c : '\0';
            out += c;
        } else if (c == quote) {
            quote = 0;
            out += c;
        } else if (c == '\\' && quote == '"' && i + 1 < line.size()) {
            out += "··";
            ++i;
        } else if (starts_code_point(c)) {
            out += "·";
        }
    }
    return quote == 0 ? out : std::string();
}

std::string render(const Problems& problems, Colour colour) {
    const Paint paint = paint_for(colour);
    std::string out;
    for (const Severity severity : {Severity::Warning, Severity::Error}) {
        for (const Problem& problem : problems) {
            if (problem.severity == severity) {
                append(out, problem, paint);
            }
        }
    }
    return out;
}

}  // namespace petrel::core
