// Follows quotes as the parser does up to the first mistake, which is as far as the parser goes.
#include "config/toml_scan.hpp"

#include <string_view>

namespace petrel::core {
namespace {

class Scanner {
public:
    std::optional<TextPosition> run(const std::vector<std::string>& lines) {
        for (const std::string& line : lines) {
            if (const auto found = scan(line)) {
                return found;
            }
            ++at_.line;
        }
        return std::nullopt;
    }

private:
    // A quote of one character ends with its line, one of three goes on.
    std::optional<TextPosition> scan(std::string_view line) {
        at_.column = 0;
        delimiter_ = delimiter_.size() == 3 ? delimiter_ : std::string_view();
        for (std::size_t i = 0; i < line.size(); ++i) {
            const auto byte = static_cast<unsigned char>(line[i]);
            at_.column += (byte & 0xC0U) != 0x80U ? 1 : 0;
            if (!delimiter_.empty()) {
                i += inside(line.substr(i));
            } else if (byte >= 0x80) {
                return at_;
            } else if (line[i] == '#') {
                return std::nullopt;
            } else {
                i += outside(line.substr(i));
            }
        }
        return std::nullopt;
    }

    // Both return how many further characters were taken.
    std::size_t outside(std::string_view rest) {
        for (const std::string_view quote : {kTriple, kTripleLiteral, kSingle, kLiteral}) {
            if (rest.starts_with(quote)) {
                delimiter_ = quote;
                return skip(quote.size() - 1);
            }
        }
        return 0;
    }

    std::size_t inside(std::string_view rest) {
        const bool escapes = delimiter_.front() == '"';
        if (escapes && rest.front() == '\\' && rest.size() > 1 && rest[1] < 0x7f && rest[1] > 0) {
            return skip(1);
        }
        if (!rest.starts_with(delimiter_)) {
            return 0;
        }
        // Up to two quotes of the text itself may stand right before the closing three.
        std::size_t run = delimiter_.size();
        while (delimiter_.size() == 3 && run < 5 && run < rest.size() &&
               rest[run] == delimiter_.front()) {
            ++run;
        }
        delimiter_ = {};
        return skip(run - 1);
    }

    std::size_t skip(std::size_t count) {
        at_.column += static_cast<std::uint32_t>(count);
        return count;
    }

    static constexpr std::string_view kTriple = "\"\"\"";
    static constexpr std::string_view kTripleLiteral = "'''";
    static constexpr std::string_view kSingle = "\"";
    static constexpr std::string_view kLiteral = "'";

    TextPosition at_;
    std::string_view delimiter_;
};

}  // namespace

std::optional<TextPosition> find_foreign_letter(const std::vector<std::string>& lines) {
    return Scanner().run(lines);
}

}  // namespace petrel::core
