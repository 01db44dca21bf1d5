// Reading the venue's JSON with simdjson on demand: one reused parser, and rows whose fields are
// asked for by name, fastest in the order in which they stand. Only .cpp files include this header,
// which brings simdjson with it.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

#include "petrel/decimal.hpp"
#include "petrel/exchange.hpp"

namespace petrel::gate {

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

// The fields of one object. Texts and numbers are taken as they stand in the frame: what holds an
// escape is none of ours. Each method is false for a field that is absent or of another type.
class Row {
public:
    Row(ondemand::object& object, const char* end) : object_(object), end_(end) {}

    bool text(std::string_view key, std::string_view& into) {
        ondemand::raw_json_string raw;
        if (object_[key].get_raw_json_string().get(raw) != simdjson::SUCCESS || raw.raw() >= end_) {
            return false;
        }
        const char* begin = raw.raw();
        const void* quote = std::memchr(begin, '"', static_cast<std::size_t>(end_ - begin));
        const char* stop = quote == nullptr ? begin : static_cast<const char*>(quote);
        into = {begin, static_cast<std::size_t>(stop - begin)};
        return quote != nullptr;
    }
    // A number, be it a JSON number or one in a text. An empty text or null is none.
    bool number(std::string_view key, double& into) {
        const Found found = look(key, into);
        return found == Found::Number;
    }
    // Like number(), and true for a field that is absent, empty or null.
    bool number_or_none(std::string_view key, double& into) {
        return look(key, into) != Found::Wrong;
    }
    bool id(std::string_view key, std::uint64_t& into) {
        return object_[key].get_uint64().get(into) == simdjson::SUCCESS;
    }

private:
    enum class Found : std::uint8_t { Number, None, Wrong };

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
        const ScannedDecimal found = scan_decimal(raw.raw(), end_);
        const bool read = found.next != nullptr && *found.next == '"';
        into = read ? found.value : into;
        return read ? Found::Number : Found::Wrong;
    }

    ondemand::object& object_;
    const char* end_;
};

}  // namespace petrel::gate
