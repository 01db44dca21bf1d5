// Reading and splitting of source files. Only C and C++ are taken apart; of other languages all
// views are the text as written. Runs in the one thread of the tidy test.
#include "source_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <utility>

namespace petrel::tidy {
namespace {

namespace fs = std::filesystem;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Keeps the shape of the text while blanking parts of it in one view or another.
class Splitter {
public:
    explicit Splitter(std::string_view text)
        : text_(text), code_(text), with_strings_(text), with_comments_(text) {}

    void run() {
        while (at_ < text_.size()) {
            if (starts("//")) {
                comment_until(text_.find('\n', at_), 0);
            } else if (starts("/*")) {
                comment_until(text_.find("*/", at_ + 2), 2);
            } else if (starts("R\"") && (at_ == 0 || !is_word(text_[at_ - 1]))) {
                raw_string();
            } else if (text_[at_] == '"') {
                quoted('"');
            } else if (text_[at_] == '\'' && !separates_digits()) {
                quoted('\'');
            } else {
                ++at_;
            }
        }
    }
    [[nodiscard]] const std::string& code() const { return code_; }
    [[nodiscard]] const std::string& with_strings() const { return with_strings_; }
    [[nodiscard]] const std::string& with_comments() const { return with_comments_; }

private:
    [[nodiscard]] bool starts(std::string_view what) const {
        return text_.substr(at_).starts_with(what);
    }
    static void blank(std::string& view, std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i) {
            if (view[i] != '\n') {
                view[i] = ' ';
            }
        }
    }
    void comment_until(std::size_t found, std::size_t extra) {
        const std::size_t end = found == std::string_view::npos ? text_.size() : found + extra;
        blank(code_, at_, end);
        blank(with_strings_, at_, end);
        at_ = end;
    }
    void string_until(std::size_t from, std::size_t to, std::size_t next) {
        blank(code_, from, to);
        blank(with_comments_, from, to);
        at_ = std::min(next, text_.size());
    }
    void quoted(char quote) {
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
            end += text_[end] == '\\' ? 2 : 1;
        }
        end = std::min(end, text_.size());
        string_until(at_ + 1, end, end + 1);
    }
    void raw_string() {
        const std::size_t open = text_.find('(', at_);
        if (open == std::string_view::npos) {
            at_ += 2;
            return;
        }
        std::string close(text_.substr(at_ + 1, open - at_));  // "delimiter(
        close.front() = ')';
        close.back() = '"';
        const std::size_t end = std::min(text_.find(close, open), text_.size());
        string_until(at_ + 2, end, end + close.size());
    }
    // 1'000: the token that the quote stands in began with a digit.
    [[nodiscard]] bool separates_digits() const {
        std::size_t begin = at_;
        while (begin > 0 && (is_word(text_[begin - 1]) || text_[begin - 1] == '\'')) {
            --begin;
        }
        return begin < at_ && std::isdigit(static_cast<unsigned char>(text_[begin])) != 0;
    }

    std::string_view text_;
    std::string code_;
    std::string with_strings_;
    std::string with_comments_;
    std::size_t at_ = 0;
};

Lines split_lines(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

Language language_of(std::string_view path, std::string_view text) {
    const std::string_view name = path.substr(path.rfind('/') + 1);
    const auto ends = [&](std::string_view ending) { return name.ends_with(ending); };
    if (ends(".cpp") || ends(".hpp") || ends(".h") || ends(".c")) {
        return Language::Cpp;
    }
    if (ends(".lua")) {
        return Language::Lua;
    }
    if (ends(".cmake") || name == "CMakeLists.txt") {
        return Language::CMake;
    }
    if (ends(".ts") || ends(".tsx")) {
        return Language::TypeScript;
    }
    if (ends(".md")) {
        return Language::Markdown;
    }
    const std::string_view first = text.substr(0, text.find('\n'));
    const bool shell = first.starts_with("#!") && first.ends_with("sh");
    return ends(".sh") || shell ? Language::Shell : Language::Other;
}

bool is_skipped(const std::string& name) {
    static constexpr std::array kSkipped{".git",         "build",        ".cache",
                                         "node_modules", "petrel-state", "__pycache__"};
    return std::find(kSkipped.begin(), kSkipped.end(), name) != kSkipped.end() ||
           name.starts_with("build-");
}

// Anything with a zero byte is no text; long recordings are known by path only.
bool is_text(std::string_view text) {
    constexpr std::size_t kTextBytesMax = 2'000'000;
    return text.size() <= kTextBytesMax && text.find('\0') == std::string_view::npos;
}

void read_entry(const fs::path& path, std::string relative, Tree& tree) {
    std::ifstream in(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (is_text(text)) {
        tree.files.push_back(make_source(std::move(relative), text));
    } else {
        tree.other_files.push_back(std::move(relative));
    }
}

}  // namespace

bool SourceFile::is_source() const {
    return language != Language::Markdown && language != Language::Other;
}

bool SourceFile::is_header() const { return path.ends_with(".hpp") || path.ends_with(".h"); }

std::string_view SourceFile::name() const {
    return std::string_view(path).substr(path.rfind('/') + 1);
}

std::string_view SourceFile::stem() const { return name().substr(0, name().rfind('.')); }

std::string_view SourceFile::folder() const {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string_view()
                                      : std::string_view(path).substr(0, slash);
}

const SourceFile* Tree::find(std::string_view path) const {
    const auto it = std::find_if(files.begin(), files.end(),
                                 [&](const SourceFile& file) { return file.path == path; });
    return it == files.end() ? nullptr : &*it;
}

bool Tree::exists(std::string_view path) const {
    const auto among = [&](const std::vector<std::string>& names) {
        return std::find(names.begin(), names.end(), path) != names.end();
    };
    return path.empty() || find(path) != nullptr || among(folders) || among(other_files);
}

SourceFile make_source(std::string path, std::string_view text) {
    SourceFile file;
    file.language = language_of(path, text);
    file.path = std::move(path);
    file.lines = split_lines(text);
    file.code = file.code_and_strings = file.code_and_comments = file.lines;
    if (file.language == Language::Cpp) {
        Splitter splitter(text);
        splitter.run();
        file.code = split_lines(splitter.code());
        file.code_and_strings = split_lines(splitter.with_strings());
        file.code_and_comments = split_lines(splitter.with_comments());
    }
    return file;
}

Tree read_tree(const fs::path& root) {
    Tree tree;
    for (auto it = fs::recursive_directory_iterator(root); it != fs::end(it); ++it) {
        const std::string relative = it->path().lexically_relative(root).generic_string();
        if (is_skipped(it->path().filename().string())) {
            it.disable_recursion_pending();
        } else if (it->is_directory()) {
            tree.folders.push_back(relative);
        } else if (it->is_regular_file()) {
            read_entry(it->path(), relative, tree);
        }
    }
    std::sort(tree.files.begin(), tree.files.end(),
              [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
    std::sort(tree.folders.begin(), tree.folders.end());
    return tree;
}

std::size_t find_word(std::string_view line, std::string_view word, std::size_t from) {
    for (std::size_t at = line.find(word, from); at != std::string_view::npos;
         at = line.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || !is_word(line[at - 1])) && (end == line.size() || !is_word(line[end]))) {
            return at;
        }
    }
    return std::string_view::npos;
}

bool has_call(std::string_view line, std::string_view word) {
    for (std::size_t at = find_word(line, word); at != std::string_view::npos;
         at = find_word(line, word, at + 1)) {
        const std::size_t next = line.find_first_not_of(' ', at + word.size());
        if (next != std::string_view::npos && line[next] == '(') {
            return true;
        }
    }
    return false;
}

}  // namespace petrel::tidy
