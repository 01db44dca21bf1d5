// One pass from left to right; the first mistake ends it.
#include "config/message_template.hpp"

#include <algorithm>
#include <vector>

#include "config/closest.hpp"
#include "config/message_words.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

class TemplateParser {
public:
    TemplateParser(std::string_view text, AlertBits alerts) : text_(text), alerts_(alerts) {}

    ParsedTemplate parse() {
        if (text_.size() > kTemplateBytesMax) {
            fail(0, text_.size(), "the text is longer than 1,000 bytes", "shorten it");
        }
        while (!result_.fault && at_ < text_.size()) {
            step();
        }
        if (!result_.fault && open_ != kClosed) {
            fail(open_, 1, "the part that begins with '[' does not end",
                 "add ']', or write '[[' for the sign itself");
        }
        end_literal();
        return std::move(result_);
    }

private:
    static constexpr std::size_t kClosed = std::string_view::npos;

    void fail(std::size_t at, std::size_t length, std::string message, std::string help) {
        result_.fault = TemplateFault{at, std::max<std::size_t>(length, 1), std::move(message),
                                      std::move(help)};
    }

    void step() {
        const char c = text_[at_];
        const bool twice = at_ + 1 < text_.size() && text_[at_ + 1] == c;
        if (static_cast<unsigned char>(c) < 0x20) {
            fail(at_, 1, "the text holds a line break or another control character",
                 "one line a text; each field is a line of its own");
        } else if (twice && (c == '{' || c == '}' || c == '[' || c == ']')) {
            literal_ += c;
            at_ += 2;
        } else if (c == '{') {
            value();
        } else if (c == '}') {
            fail(at_, 1, "'}' closes nothing", "write '}}' for the sign itself");
        } else if (c == '[') {
            open_part();
        } else if (c == ']') {
            close_part();
        } else {
            literal_ += c;
            ++at_;
        }
    }

    void open_part() {
        if (open_ != kClosed) {
            fail(at_, 1, "a part in '[...]' stands in another one",
                 "end the first with ']', or write '[[' for the sign itself");
            return;
        }
        end_literal();
        open_ = at_++;
        values_in_part_ = 0;
        part_ = ++parts_;
    }

    void close_part() {
        if (open_ == kClosed) {
            fail(at_, 1, "']' closes nothing", "write ']]' for the sign itself");
            return;
        }
        if (values_in_part_ == 0) {
            fail(open_, at_ - open_ + 1, "the part in '[...]' holds no value, so it never vanishes",
                 "write '[[' and ']]' for the signs themselves");
            return;
        }
        end_literal();
        open_ = kClosed;
        part_ = 0;
        ++at_;
    }

    void value() {
        const std::size_t end = text_.find('}', at_);
        if (end == std::string_view::npos) {
            fail(at_, 1, "'{' is not closed", "add '}', or write '{{' for the sign itself");
            return;
        }
        const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
        const std::size_t colon = std::min(inside.find(':'), inside.size());
        TemplatePiece piece;
        piece.name = inside.substr(0, colon);
        piece.format = colon < inside.size() ? inside.substr(colon + 1) : std::string_view();
        check(piece, colon < inside.size());
        end_literal();
        piece.part = part_;
        result_.pieces.push_back(std::move(piece));
        ++values_in_part_;
        at_ = end + 1;
    }

    void check(const TemplatePiece& piece, bool has_format) {
        const MessageWord* word = find_message_word(piece.name);
        const std::string name = "'{" + piece.name.substr(0, 40) + "}'";
        if (word == nullptr || (word->alerts & alerts_) == 0) {
            std::vector<std::string> known;
            for (const MessageWord& other : message_words()) {
                if ((other.alerts & alerts_) != 0) {
                    known.emplace_back(other.name);
                }
            }
            const std::string near = did_you_mean(piece.name, known);
            fail(at_ + 1, piece.name.size(),
                 word == nullptr ? "there is no value " + name
                                 : "this type of alert has no value " + name,
                 near.empty() ? "there are: " + human_list(known) : near);
            return;
        }
        const std::vector<std::string> formats = formats_of(word->kind);
        if (has_format &&
            std::find(formats.begin(), formats.end(), piece.format) == formats.end()) {
            const std::string near = did_you_mean(piece.format, formats);
            fail(at_ + 2 + piece.name.size(), piece.format.size(),
                 name + " cannot be written as '" + piece.format.substr(0, 40) + "'",
                 !near.empty()     ? near
                 : formats.empty() ? "it takes no format"
                                   : "there are: " + human_list(formats));
        }
    }

    void end_literal() {
        if (!literal_.empty()) {
            result_.pieces.push_back({.literal = std::move(literal_), .part = part_});
            literal_.clear();
        }
    }

    std::string_view text_;
    AlertBits alerts_;
    std::size_t at_ = 0;
    std::size_t open_ = kClosed;
    std::uint32_t parts_ = 0;
    std::uint32_t part_ = 0;  // of what comes; 0: none
    std::size_t values_in_part_ = 0;
    std::string literal_;
    ParsedTemplate result_;
};

}  // namespace

ParsedTemplate parse_template(std::string_view text, AlertBits alerts) {
    return TemplateParser(text, alerts).parse();
}

}  // namespace petrel::core
