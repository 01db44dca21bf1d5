// Reading the venue's JSON with simdjson on demand: one reused parser, and rows whose fields are
// asked for by name, fastest in the order in which they stand. Only .cpp files include this header,
// which brings simdjson with it.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <string_view>

#include "petrel/decimal.hpp"
#include "petrel/exchange.hpp"

namespace petrel::okx {

namespace ondemand = simdjson::ondemand;

// Why a frame is refused, a literal; empty when all is well.
using Reason = std::string_view;

struct JsonReader {
    ondemand::parser parser;
    ondemand::document document;

    // `text` is padded like a frame. Grows by doubling, so that it soon stops allocating.
    bool open(std::string_view text) {
        constexpr std::size_t kFirstCapacity = std::size_t{64} << 10U;
        const std::size_t capacity = std::max(kFirstCapacity, std::bit_ceil(text.size()));
        if (parser.capacity() < text.size() && parser.allocate(capacity) != simdjson::SUCCESS) {
            return false;
        }
        return parser.iterate(text.data(), text.size(), text.size() + PETREL_FRAME_PADDING)
                   .get(document) == simdjson::SUCCESS;
    }

    // Whether something of the text is left: a list that was cut off has been read past its end.
    bool stands_before(const char* end) {
        const char* here = nullptr;
        return document.current_location().get(here) == simdjson::SUCCESS && here < end;
    }
};

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
    // Like whole(), and true for a field that is absent or an empty text.
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
    [[gnu::always_inline]] bool list(std::string_view key, ondemand::array& into) {
        return object_[key].get_array().get(into) == simdjson::SUCCESS;
    }

    bool decimal(ondemand::raw_json_string raw, double& into) const {
        const ScannedDecimal found = scan_decimal(raw.raw(), end_);
        into = found.value;
        return found.next != nullptr && *found.next == '"';
    }

private:
    bool whole(ondemand::raw_json_string raw, std::uint64_t& into) const {
        const ScannedUnsigned found = scan_unsigned(raw.raw(), end_);
        into = found.value;
        return found.next != nullptr && *found.next == '"';
    }

    ondemand::object& object_;
    const char* end_;
};

}  // namespace petrel::okx
