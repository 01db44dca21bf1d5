// Acknowledgements and errors; see control.hpp.
#include "control.hpp"

namespace petrel::binance {
namespace {

constexpr std::size_t kErrorTextMax = 200;

// The venue's words are shown to people: no control characters, no foreign bytes, no novels.
void append_printable(std::string& text, std::string_view words) {
    for (const char c : words.substr(0, kErrorTextMax)) {
        text.push_back(c >= ' ' && c < 0x7f ? c : '?');
    }
}

}  // namespace

std::string error_text(const Fields& error) {
    std::string text = "code ";
    append_printable(text, error[Key::code].present() ? error[Key::code].text : "unknown");
    if (error[Key::msg].type == ValueType::Text) {
        text.append(": ");
        append_printable(text, error[Key::msg].text);
    }
    return text;
}

Decoded read_control(const Fields& fields, const Fields& error, DecodeOut& out) {
    std::uint64_t reference = 0;
    const bool has_reference = fields.whole(Key::id, reference);
    const bool nested = fields[Key::error].type == ValueType::Object;
    if (nested || fields[Key::code].present()) {
        out.notice(has_reference ? PETREL_NOTICE_SUBSCRIBE_FAIL : PETREL_NOTICE_VENUE_ERROR,
                   error_text(nested ? error : fields), reference);
        return Decoded::done();
    }
    if (fields[Key::result].type == ValueType::Null) {
        out.notice(PETREL_NOTICE_ACK, {}, reference);
        return Decoded::done();
    }
    if (fields[Key::result].present() || fields[Key::lastUpdateId].present()) {
        return Decoded::ignored();  // a list of subscriptions, a book snapshot in a recording
    }
    return Decoded::rejected("neither an event, an acknowledgement nor an error");
}

}  // namespace petrel::binance
