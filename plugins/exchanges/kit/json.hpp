// Reading a venue's JSON with simdjson on demand: one reused parser, values as they are written,
// and rows whose fields are asked for by name, fastest in the order in which they stand.
//
// Only .cpp files and headers for them include this one, which brings simdjson with it.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <string_view>

#include "kit/bounds.hpp"
#include "petrel/decimal.hpp"
#include "petrel/exchange.hpp"

namespace petrel {
namespace ondemand = simdjson::ondemand;
}

namespace petrel::kit {

inline constexpr Reason kNotJson = "frame is no valid JSON";
inline constexpr Reason kWrongType = "a field of the frame has the wrong type";
inline constexpr Reason kNoMemory = "no memory to read a frame of this length";
inline constexpr Reason kMoreFollows = "something follows the JSON object";

struct JsonReader {
    ondemand::parser parser;
    ondemand::document document;
    simdjson::dom::parser checker;

    // `text` is padded like a frame. Grows by doubling, so that it soon stops allocating.
    //
    // On demand, simdjson looks at what it is asked for and no more, and asking for a key anew, or
    // for one that stands before the last one, goes astray in a text whose brackets do not match:
    // it asserts or reads what it must not. So the whole text is checked before anybody asks.
    bool open(std::string_view text) {
        return has_room_for(text) &&
               checker.parse(text.data(), text.size(), false).error() == simdjson::SUCCESS &&
               iterate(text);
    }
    // The object that the whole text is, with the reason when it is none. Unchecked: for those who
    // pass over the fields once, from the first to the last.
    Reason open_object(std::string_view text, ondemand::object& object) {
        if (!has_room_for(text)) {
            return kNoMemory;
        }
        if (!iterate(text)) {
            return kNotJson;
        }
        return document.get_object().get(object) == simdjson::SUCCESS ? Reason()
                                                                      : "frame is no JSON object";
    }

    // Whether something of the text is left: a list that was cut off has been read past its end.
    bool stands_before(const char* end) {
        const char* here = nullptr;
        return readable() && document.current_location().get(here) == simdjson::SUCCESS &&
               here < end;
    }
    // Whether the document was read to its end and nothing follows it.
    bool at_end() {
        const char* rest = nullptr;
        return readable() && document.current_location().get(rest) != simdjson::SUCCESS;
    }
    // False once something was found to be no JSON. From then on the document must not be touched,
    // so whoever passes over a failure has to ask before the next access.
    bool readable() { return document.is_alive(); }
    // The text of that field of the outer object; empty when there is none.
    std::string_view text_or_empty(std::string_view key) {
        std::string_view text;
        const bool found = readable() && document[key].get_string().get(text) == simdjson::SUCCESS;
        return found ? text : std::string_view();
    }
    // The object under that key of the outer object.
    bool object_under(std::string_view key, ondemand::object& into) {
        return readable() && document[key].get_object().get(into) == simdjson::SUCCESS;
    }

private:
    bool iterate(std::string_view text) {
        return parser.iterate(text.data(), text.size(), text.size() + PETREL_FRAME_PADDING)
                   .get(document) == simdjson::SUCCESS;
    }
    bool has_room_for(std::string_view text) {
        constexpr std::size_t kFirstCapacity = std::size_t{64} << 10U;
        const std::size_t capacity = std::max(kFirstCapacity, std::bit_ceil(text.size()));
        return parser.capacity() >= text.size() ||
               (parser.allocate(capacity) == simdjson::SUCCESS &&
                checker.allocate(capacity) == simdjson::SUCCESS);
    }
};

// The value up to the next mark of the JSON, without the blanks before that mark.
inline std::string_view trimmed(std::string_view token) {
    while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') {
        token.remove_suffix(1);
    }
    return token;
}
inline std::string_view token_of(ondemand::value value) { return trimmed(value.raw_json_token()); }

// The token lies in a frame, so that the padding behind it is readable.
inline bool read_decimal(std::string_view token, double& into) {
    if (token.empty()) {
        return false;
    }
    const char* end = token.data() + token.size();
    const ScannedDecimal found = scan_decimal(token.data(), end);
    into = found.value;
    return found.next == end;
}
inline bool read_unsigned(std::string_view token, std::uint64_t& into) {
    if (token.empty()) {
        return false;
    }
    const char* end = token.data() + token.size();
    const ScannedUnsigned found = scan_unsigned(token.data(), end);
    into = found.value;
    return found.next == end;
}
// What stands between the quotes, escapes as they are: names and words of venues have none.
inline bool read_text(std::string_view token, std::string_view& into) {
    if (token.size() < 2 || token.front() != '"' || token.back() != '"') {
        return false;
    }
    into = token.substr(1, token.size() - 2);
    return true;
}
// A decimal in a text.
inline bool read_decimal_text(std::string_view token, double& into) {
    std::string_view text;
    return read_text(token, text) && read_decimal(text, into);
}

// The quote that ends the text at `begin`, null when there is none before `end`. Reads eight bytes
// at a time and therefore some of the padding.
inline const char* closing_quote(const char* begin, const char* end) {
    for (; begin < end; begin += 8) {
        const std::uint64_t word = detail::load_eight(begin) ^ 0x2222222222222222U;
        const std::uint64_t quotes = (word - 0x0101010101010101U) & ~word & 0x8080808080808080U;
        if (quotes != 0) {
            begin += std::countr_zero(quotes) / 8;
            return begin < end ? begin : nullptr;
        }
    }
    return nullptr;
}

// The fields of one object. Texts and numbers are taken as they stand in the frame: what holds an
// escape is none of ours. Each method is false for a field that is absent or of another type.
// Inlined, so that keys are compared as words of known length.
class Row {
public:
    Row(ondemand::object& object, const char* end) : object_(object), end_(end) {}

    [[gnu::always_inline]] bool text(std::string_view key, std::string_view& into) {
        ondemand::raw_json_string raw;
        if (object_[key].get_raw_json_string().get(raw) != simdjson::SUCCESS || raw.raw() >= end_) {
            return false;
        }
        const char* quote = closing_quote(raw.raw(), end_);
        into = {raw.raw(), static_cast<std::size_t>(quote == nullptr ? 0 : quote - raw.raw())};
        return quote != nullptr;
    }
    [[gnu::always_inline]] bool decimal(std::string_view key, double& into) {
        ondemand::raw_json_string raw;
        return object_[key].get_raw_json_string().get(raw) == simdjson::SUCCESS &&
               decimal(raw, into);
    }
    // A whole number in a text.
    [[gnu::always_inline]] bool whole(std::string_view key, std::uint64_t& into) {
        ondemand::raw_json_string raw;
        return object_[key].get_raw_json_string().get(raw) == simdjson::SUCCESS && whole(raw, into);
    }
    // Like whole() and decimal(), and true for a field that is absent or an empty text.
    [[gnu::always_inline]] bool whole_or_none(std::string_view key, std::uint64_t& into) {
        ondemand::raw_json_string raw;
        const auto error = object_[key].get_raw_json_string().get(raw);
        return error == simdjson::NO_SUCH_FIELD ||
               (error == simdjson::SUCCESS && (*raw.raw() == '"' || whole(raw, into)));
    }
    [[gnu::always_inline]] bool decimal_or_none(std::string_view key, double& into) {
        ondemand::raw_json_string raw;
        const auto error = object_[key].get_raw_json_string().get(raw);
        return error == simdjson::NO_SUCH_FIELD ||
               (error == simdjson::SUCCESS && (*raw.raw() == '"' || decimal(raw, into)));
    }
    // A number, be it a JSON number or one in a text. An empty text or null is none.
    bool number(std::string_view key, double& into) { return look(key, into) == Found::Number; }
    // Like number(), and true for a field that is absent, empty or null.
    bool number_or_none(std::string_view key, double& into) {
        return look(key, into) != Found::Wrong;
    }
    // A whole JSON number.
    bool id(std::string_view key, std::uint64_t& into) {
        return object_[key].get_uint64().get(into) == simdjson::SUCCESS;
    }
    [[gnu::always_inline]] bool list(std::string_view key, ondemand::array& into) {
        return object_[key].get_array().get(into) == simdjson::SUCCESS;
    }

    bool decimal(ondemand::raw_json_string raw, double& into) const {
        const ScannedDecimal found = scan_decimal(raw.raw(), end_);
        into = found.value;
        return found.next != nullptr && *found.next == '"';
    }

private:
    enum class Found : std::uint8_t { Number, None, Wrong };

    bool whole(ondemand::raw_json_string raw, std::uint64_t& into) const {
        const ScannedUnsigned found = scan_unsigned(raw.raw(), end_);
        into = found.value;
        return found.next != nullptr && *found.next == '"';
    }
    Found look(std::string_view key, double& into) {
        ondemand::value value;
        ondemand::json_type type{};
        const auto error = object_[key].get(value);
        if (error != simdjson::SUCCESS || value.type().get(type) != simdjson::SUCCESS) {
            return error == simdjson::NO_SUCH_FIELD ? Found::None : Found::Wrong;
        }
        if (type == ondemand::json_type::number) {
            double number = 0;
            const bool read = value.get_double().get(number) == simdjson::SUCCESS;
            into = read ? number : into;
            return read ? Found::Number : Found::Wrong;
        }
        if (type == ondemand::json_type::null) {
            return value.is_null() ? Found::None : Found::Wrong;
        }
        ondemand::raw_json_string raw;
        if (value.get_raw_json_string().get(raw) != simdjson::SUCCESS) {
            return Found::Wrong;
        }
        if (*raw.raw() == '"') {
            return Found::None;
        }
        double number = 0;
        const bool read = decimal(raw, number);
        into = read ? number : into;
        return read ? Found::Number : Found::Wrong;
    }

    ondemand::object& object_;
    const char* end_;
};

}  // namespace petrel::kit
