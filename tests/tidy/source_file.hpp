// One file of the source tree as the tidy rules see it, and what a rule says of it.
//
// A C or C++ file is held in four views of equal shape: as written, and with comments or string
// contents blanked, so that a rule about code is not misled by prose. Rules are pure functions
// from SourceFile (or the whole Tree) to violations; they are fed snippets in their own tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace petrel::tidy {

// What find() says when it finds nothing.
inline constexpr std::size_t kNowhere = std::string_view::npos;

enum class Language : std::uint8_t { Cpp, Lua, Shell, CMake, TypeScript, Markdown, Other };

using Lines = std::vector<std::string>;

struct SourceFile {
    std::string path;  // relative to the root, with forward slashes
    Language language = Language::Other;
    Lines lines;                           // as written
    Lines code;                            // no comments, string contents blank
    Lines code_and_strings;                // no comments
    Lines code_and_comments;               // string contents blank
    [[nodiscard]] bool is_source() const;  // held to the limits of size and width
    [[nodiscard]] bool is_header() const;
    [[nodiscard]] std::string_view name() const;    // without folders
    [[nodiscard]] std::string_view stem() const;    // name without its ending
    [[nodiscard]] std::string_view folder() const;  // path without name, no slash at the end
    [[nodiscard]] bool below(std::string_view prefix) const { return path.starts_with(prefix); }
};

struct Violation {
    std::string file;
    std::size_t line = 0;  // from 1; 0 speaks of the whole file
    std::string what;      // what is wrong and what to do
};
using Violations = std::vector<Violation>;

// Every text file of the project, sorted by path, and the folders it was found in.
struct Tree {
    std::vector<SourceFile> files;
    std::vector<std::string> folders;
    [[nodiscard]] const SourceFile* find(std::string_view path) const;
    [[nodiscard]] bool exists(std::string_view path) const;  // a file or a folder
    std::vector<std::string> other_files;  // known by path only: pictures, recordings
};

// Makes a file from text, as the tests of the rules do.
SourceFile make_source(std::string path, std::string_view text);

// Reads everything below `root` but build output, version control and what packages brought.
Tree read_tree(const std::filesystem::path& root);

// Where `word` stands in `line` as a whole C identifier at or after `from`; npos when nowhere.
std::size_t find_word(std::string_view line, std::string_view word, std::size_t from = 0);

// True when `word` is followed by an opening parenthesis.
bool has_call(std::string_view line, std::string_view word);

}  // namespace petrel::tidy
