// One pass over the bytes; long brackets for texts and comments alike.
#include "script/lint_token.hpp"

#include <algorithm>
#include <array>

namespace petrel::core {
namespace {

constexpr std::array<std::string_view, 22> kKeywords{
    "and",      "break",  "do",   "else", "elseif", "end",  "false", "for",
    "function", "goto",   "if",   "in",   "local",  "nil",  "not",   "or",
    "repeat",   "return", "then", "true", "until",  "while"};

// Longest first.
constexpr std::array<std::string_view, 10> kLongSymbols{
    "...", "..", "==", "~=", "<=", ">=", "<<", ">>", "//", "::"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class TokenReader {
public:
    explicit TokenReader(std::string_view source) : source_(source) {
        if (source_.starts_with('#')) {
            skip_line();
        }
    }

    LintToken next() {
        skip_blank();
        LintToken token;
        token.line = line_;
        token.column = static_cast<int>(at_ - line_start_) + 1;
        if (at_ >= source_.size()) {
            return token;
        }
        const char c = source_[at_];
        if (is_letter(c)) {
            token.text =
                std::string(take_while([](char x) { return is_letter(x) || is_digit(x); }));
            const bool keyword =
                std::find(kKeywords.begin(), kKeywords.end(), token.text) != kKeywords.end();
            token.kind = keyword ? LintToken::Kind::Keyword : LintToken::Kind::Name;
        } else if (is_digit(c) || (c == '.' && at_ + 1 < source_.size() && is_digit(peek(1)))) {
            token.kind = LintToken::Kind::Number;
            token.text = number();
        } else if (c == '"' || c == '\'') {
            token.kind = LintToken::Kind::Text;
            token.text = quoted(c);
        } else if (c == '[' && long_level() >= 0) {
            token.kind = LintToken::Kind::Text;
            token.text = long_text();
        } else {
            token.kind = LintToken::Kind::Symbol;
            token.text = symbol();
        }
        return token;
    }

private:
    [[nodiscard]] char peek(std::size_t ahead) const {
        return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
    }
    void step() {
        if (source_[at_++] == '\n') {
            ++line_;
            line_start_ = at_;
        }
    }
    void skip_line() {
        while (at_ < source_.size() && source_[at_] != '\n') {
            step();
        }
    }
    void skip_blank() {
        while (at_ < source_.size()) {
            if (peek(0) == '-' && peek(1) == '-') {
                at_ += 2;
                if (peek(0) == '[' && long_level() >= 0) {
                    long_text();
                } else {
                    skip_line();
                }
            } else if (static_cast<unsigned char>(peek(0)) <= ' ') {
                step();
            } else {
                return;
            }
        }
    }
    template <typename Belongs>
    std::string_view take_while(Belongs belongs) {
        const std::size_t begin = at_;
        while (at_ < source_.size() && belongs(source_[at_])) {
            ++at_;
        }
        return source_.substr(begin, at_ - begin);
    }
    // Digits, letters and points; a sign only behind an exponent.
    std::string number() {
        const bool hex = peek(0) == '0' && (peek(1) == 'x' || peek(1) == 'X');
        char before = '0';
        return std::string(take_while([&](char c) {
            const bool exponent =
                hex ? before == 'p' || before == 'P' : before == 'e' || before == 'E';
            const bool belongs =
                is_letter(c) || is_digit(c) || c == '.' || ((c == '+' || c == '-') && exponent);
            before = c;
            return belongs;
        }));
    }
    std::string quoted(char quote) {
        step();
        std::string text;
        while (at_ < source_.size() && source_[at_] != quote && source_[at_] != '\n') {
            if (source_[at_] == '\\' && at_ + 1 < source_.size()) {
                text += source_[at_];
                step();
            }
            text += source_[at_];
            step();
        }
        if (at_ < source_.size()) {
            step();
        }
        return text;
    }
    // Signs between the brackets of "[==[", or -1 when no long bracket begins here.
    [[nodiscard]] int long_level() const {
        std::size_t ahead = 1;
        while (peek(ahead) == '=') {
            ++ahead;
        }
        return peek(ahead) == '[' ? static_cast<int>(ahead) - 1 : -1;
    }
    std::string long_text() {
        const auto level = static_cast<std::size_t>(long_level());
        const std::string close = "]" + std::string(level, '=') + "]";
        const std::size_t begin = at_ + level + 2;
        const std::size_t found = source_.find(close, begin);
        const std::size_t end = std::min(found, source_.size());
        while (at_ < std::min(end + close.size(), source_.size())) {
            step();
        }
        return std::string(source_.substr(begin, end - std::min(begin, end)));
    }
    std::string symbol() {
        for (const std::string_view known : kLongSymbols) {
            if (source_.substr(at_).starts_with(known)) {
                at_ += known.size();
                return std::string(known);
            }
        }
        step();
        return std::string(1, source_[at_ - 1]);
    }

    std::string_view source_;
    std::size_t at_ = 0;
    std::size_t line_start_ = 0;
    int line_ = 1;
};

}  // namespace

std::vector<LintToken> lint_tokens(std::string_view source) {
    TokenReader reader(source);
    std::vector<LintToken> tokens;
    do {
        tokens.push_back(reader.next());
    } while (tokens.back().kind != LintToken::Kind::End);
    return tokens;
}

}  // namespace petrel::core
