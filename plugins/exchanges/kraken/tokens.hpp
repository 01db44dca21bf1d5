// The fields of interest of one JSON object, as the bytes that stand in the frame: one pass, keys
// in any order, nothing copied, nothing allocated. What a token must be is asked of it afterwards.
//
// `Field` enumerates the fields, `Count_` last; their names stand in the order in which the venue
// sends them, so that the first comparison is nearly always the right one.
#pragma once

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "petrel/decimal.hpp"

namespace petrel::kraken {

// Why a frame is refused, a literal; empty when all is well.
using Reason = std::string_view;

inline constexpr Reason kNotJson = "frame is no valid JSON";

template <typename Field>
class Tokens {
public:
    static constexpr std::size_t kCount = static_cast<std::size_t>(Field::Count_);
    using Names = std::array<std::string_view, kCount>;

    // The text behind the object must be readable for PETREL_FRAME_PADDING bytes.
    Reason read(simdjson::ondemand::object object, const Names& names) {
        tokens_.fill({});
        std::size_t expected = 0;
        for (auto result : object) {
            simdjson::ondemand::field field;
            if (std::move(result).get(field) != simdjson::SUCCESS) {
                return kNotJson;
            }
            const std::size_t index = index_of(field.key().raw(), names, expected);
            if (index == kCount) {
                continue;
            }
            if (!tokens_[index].empty()) {
                return "a field of the frame stands there twice";
            }
            tokens_[index] = trimmed(field.value().raw_json_token());
            expected = index + 1;
        }
        return {};
    }

    // Null counts as absent.
    [[nodiscard]] bool has(Field field) const {
        return !raw(field).empty() && raw(field) != "null";
    }
    [[nodiscard]] std::string_view raw(Field field) const {
        return tokens_[static_cast<std::size_t>(field)];
    }
    // What stands between the quotes, escapes as they are; empty for what is no text.
    [[nodiscard]] std::string_view text(Field field) const {
        const std::string_view token = raw(field);
        const bool quoted = token.size() > 1 && token.front() == '"' && token.back() == '"';
        return quoted ? token.substr(1, token.size() - 2) : std::string_view();
    }
    [[nodiscard]] bool number(Field field, double& into) const {
        const std::string_view token = raw(field);
        if (token.empty()) {
            return false;
        }
        const char* end = token.data() + token.size();
        const ScannedDecimal found = scan_decimal(token.data(), end);
        into = found.value;
        return found.next == end;
    }
    [[nodiscard]] bool whole(Field field, std::uint64_t& into) const {
        const std::string_view token = raw(field);
        if (token.empty()) {
            return false;
        }
        const char* end = token.data() + token.size();
        const ScannedUnsigned found = scan_unsigned(token.data(), end);
        into = found.value;
        return found.next == end;
    }

private:
    // The quote behind the name is compared, too: a longer key is another one.
    static bool is_key(const char* key, std::string_view name) {
        return *key == name.front() && std::memcmp(key, name.data(), name.size()) == 0 &&
               key[name.size()] == '"';
    }
    static std::size_t index_of(const char* key, const Names& names, std::size_t expected) {
        if (expected < kCount && is_key(key, names[expected])) [[likely]] {
            return expected;
        }
        std::size_t index = 0;
        while (index < kCount && !is_key(key, names[index])) {
            ++index;
        }
        return index;
    }
    static std::string_view trimmed(std::string_view token) {
        while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') {
            token.remove_suffix(1);
        }
        return token;
    }

    std::array<std::string_view, kCount> tokens_{};
};

// The object that the whole text is: opens it, and says afterwards whether anything follows it.
inline Reason open_object(simdjson::ondemand::parser& parser, std::string_view text,
                          simdjson::ondemand::document& document,
                          simdjson::ondemand::object& object) {
    const std::size_t readable = text.size() + simdjson::SIMDJSON_PADDING;
    if (parser.iterate(text.data(), text.size(), readable).get(document) != simdjson::SUCCESS) {
        return kNotJson;
    }
    return document.get_object().get(object) == simdjson::SUCCESS ? Reason()
                                                                  : "frame is no JSON object";
}
inline bool at_end(simdjson::ondemand::document& document) {
    const char* rest = nullptr;
    return document.current_location().get(rest) != simdjson::SUCCESS;
}

}  // namespace petrel::kraken
