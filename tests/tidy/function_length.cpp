// Length of functions by counting braces. The rule: a brace that is not already inside a function
// opens one when the text before it, back to the last `;`, `{` or `}`, holds a parenthesis and
// does not begin a namespace, class, struct, union, enum or linkage block. Its length is the
// number of lines from that brace to its match; lambdas count towards the function around them.
// clang-tidy measures the same limit exactly; this one needs no compiler.
#include <array>
#include <cctype>

#include "code_rules.hpp"

namespace petrel::tidy {
namespace {

constexpr std::size_t kFunctionLinesMax = 70;

std::string_view trim(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \n");
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(" \n") - begin + 1);
}

// Drops leading `template <...>`, whose parameters may say class.
std::string_view without_template(std::string_view head) {
    while (head.starts_with("template")) {
        std::size_t depth = 0;
        std::size_t i = head.find('<');
        for (; i < head.size(); ++i) {
            depth += head[i] == '<' ? 1 : 0;
            if (head[i] == '>' && --depth == 0) {
                break;
            }
        }
        head = trim(head.substr(std::min(i, head.size() - 1) + 1));
    }
    return head;
}

bool opens_scope(std::string_view head) {
    static constexpr std::array<std::string_view, 6> kScopes{
        "namespace", "inline namespace", "class", "struct", "union", "enum"};
    head = without_template(trim(head));
    for (const std::string_view scope : kScopes) {
        if (head == scope || head.starts_with(std::string(scope) + " ")) {
            return true;
        }
    }
    return head.find('(') == std::string_view::npos;
}

// The brace of `: member_{value}`: the constructor's body is still to come.
bool initialises_member(std::string_view head) {
    head = trim(head);
    const std::size_t list = head.rfind(") :");
    if (head.empty() || list == std::string_view::npos) {
        return false;
    }
    const char last = head.back();
    return std::isalnum(static_cast<unsigned char>(last)) != 0 || last == '_' || last == '>';
}

class BraceCounter {
public:
    explicit BraceCounter(const SourceFile& file) : file_(file) {}

    Violations run() {
        bool continued = false;
        for (line_ = 0; line_ < file_.code.size(); ++line_) {
            const std::string& text = file_.code[line_];
            const bool directive = continued || trim(text).starts_with("#");
            continued = directive && text.ends_with("\\");
            if (!directive) {
                take_line(text);
            }
        }
        return found_;
    }

private:
    void take_line(std::string_view text) {
        for (const char c : text) {
            if (c == '{') {
                open();
            } else if (c == '}') {
                close();
            } else if (c == ';') {
                head_.clear();
            } else {
                head_ += c;
            }
        }
        head_ += ' ';
    }
    void open() {
        ++depth_;
        if (function_depth_ != 0 || member_depth_ != 0) {
            return;
        }
        if (initialises_member(head_)) {
            member_depth_ = depth_;
            return;
        }
        if (!opens_scope(head_)) {
            function_depth_ = depth_;
            first_line_ = line_;
        }
        head_.clear();
    }
    void close() {
        const std::size_t closed = depth_;
        depth_ -= depth_ > 0 ? 1 : 0;
        if (closed == member_depth_) {
            member_depth_ = 0;
            head_ += "()";  // stands for the braces, so that the body's own is seen
            return;
        }
        if (closed == function_depth_) {
            function_depth_ = 0;
            report(line_ - first_line_ + 1);
        }
        if (member_depth_ == 0) {
            head_.clear();
        }
    }
    void report(std::size_t length) {
        if (length > kFunctionLinesMax) {
            found_.push_back({file_.path, first_line_ + 1,
                              "function of " + std::to_string(length) + " lines, limit " +
                                  std::to_string(kFunctionLinesMax) + ": split it"});
        }
    }

    const SourceFile& file_;
    Violations found_;
    std::string head_;
    std::size_t line_ = 0;
    std::size_t depth_ = 0;
    std::size_t function_depth_ = 0;
    std::size_t member_depth_ = 0;
    std::size_t first_line_ = 0;
};

}  // namespace

Violations check_function_length(const SourceFile& file) {
    return file.language == Language::Cpp ? BraceCounter(file).run() : Violations{};
}

}  // namespace petrel::tidy
