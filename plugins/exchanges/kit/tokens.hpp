// The fields of interest of one JSON object, as the bytes that stand in the frame: one pass, keys
// in any order, nothing copied, nothing allocated. What a token must be is asked of it afterwards.
//
// `Field` enumerates the fields, `Count_` last; their names stand in the order in which the venue
// sends them, so that the first comparison is nearly always the right one. Only .cpp files and
// headers for them include this one, which brings simdjson with it.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "kit/json.hpp"

namespace petrel::kit {

template <typename Field>
class Tokens {
public:
    static constexpr std::size_t kCount = static_cast<std::size_t>(Field::Count_);
    using Names = std::array<std::string_view, kCount>;

    void clear() {
        tokens_.fill({});
        expected_ = 0;
    }
    // Keeps the token of a field that is asked for, passes over any other. The text behind the
    // frame must be readable for PETREL_FRAME_PADDING bytes.
    Reason take(ondemand::field& field, const Names& names) {
        const std::size_t index = index_of(field.key().raw(), names, expected_);
        if (index == kCount) {
            return {};
        }
        if (!tokens_[index].empty()) {
            return "a field of the frame stands there twice";
        }
        tokens_[index] = trimmed(field.value().raw_json_token());
        expected_ = index + 1;
        return {};
    }
    Reason read(ondemand::object object, const Names& names) {
        clear();
        for (auto result : object) {
            ondemand::field field;
            if (std::move(result).get(field) != simdjson::SUCCESS) {
                return kNotJson;
            }
            if (const Reason bad = take(field, names); !bad.empty()) {
                return bad;
            }
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
        std::string_view found;
        return read_text(raw(field), found) ? found : std::string_view();
    }
    [[nodiscard]] bool number(Field field, double& into) const {
        return read_decimal(raw(field), into);
    }
    [[nodiscard]] bool whole(Field field, std::uint64_t& into) const {
        return read_unsigned(raw(field), into);
    }
    // A decimal inside a text.
    [[nodiscard]] bool decimal(Field field, double& into) const {
        return read_decimal(text(field), into);
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

    std::array<std::string_view, kCount> tokens_{};
    std::size_t expected_ = 0;
};

}  // namespace petrel::kit
