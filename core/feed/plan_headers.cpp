// The rules of RFC 9110 for names and values, and a list of what is the host's own.
#include "feed/plan_headers.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "observe/clean_text.hpp"
#include "runtime/letter_case.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kFieldsMax = 16;
constexpr std::size_t kFieldNameMax = 64;
constexpr std::size_t kFieldValueMax = 1024;
constexpr std::size_t kMethodMax = 16;

// They say how the bytes travel, or who sends them.
constexpr std::array<std::string_view, 13> kHostFields{
    "host",   "connection",     "upgrade",    "user-agent",      "content-length",
    "te",     "trailer",        "keep-alive", "accept-encoding", "transfer-encoding",
    "expect", "http2-settings", "origin"};
constexpr std::array<std::string_view, 2> kHostPrefixes{"sec-", "proxy-"};
constexpr std::string_view kBodyPrefix = "content-";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name_character(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; }
bool is_value_character(char c) { return c >= ' ' && c <= '~'; }

Status wrong(const std::string& name, std::string_view why) {
    return Status::invalid("the adapter wants a header \"" + clean_text(name, 80) + "\" " +
                           std::string(why) + "; get a build of the adapter that does not");
}

bool belongs_to_host(const std::string& name, HeaderUse use) {
    const auto begins = [&name](std::string_view prefix) { return name.starts_with(prefix); };
    return std::find(kHostFields.begin(), kHostFields.end(), name) != kHostFields.end() ||
           std::any_of(kHostPrefixes.begin(), kHostPrefixes.end(), begins) ||
           (use == HeaderUse::Upgrade && begins(kBodyPrefix));
}

Status check_field(const std::string& name, const std::string& value, HeaderUse use) {
    if (name.empty() || name.size() > kFieldNameMax ||
        !std::all_of(name.begin(), name.end(), is_name_character)) {
        return wrong(name, "whose name is not 1 to 64 letters, digits and dashes");
    }
    if (belongs_to_host(lower_case(name), use)) {
        return wrong(name, "which only the host may set");
    }
    if (value.size() > kFieldValueMax) {
        return wrong(name, "whose value is longer than 1024 bytes");
    }
    if (!std::all_of(value.begin(), value.end(), is_value_character) || value.starts_with(' ') ||
        value.ends_with(' ')) {
        return wrong(name, "whose value holds a line end or another byte that is not allowed");
    }
    return {};
}

}  // namespace

HeaderFields copied_headers(const petrel_head_field* first, std::uint32_t count) {
    HeaderFields fields;
    if (first == nullptr || !PETREL_HAS(first, petrel_head_field, value)) {
        return fields;
    }
    const auto* bytes = reinterpret_cast<const unsigned char*>(first);
    for (std::size_t i = 0; i < std::min<std::size_t>(count, kFieldsMax + 1); ++i) {
        const auto* field = reinterpret_cast<const petrel_head_field*>(bytes + i * first->size);
        fields.emplace_back(string_of(field->name), string_of(field->value));
    }
    return fields;
}

Status check_headers(const HeaderFields& fields, HeaderUse use) {
    if (fields.size() > kFieldsMax) {
        return Status::invalid("the adapter wants more than " + std::to_string(kFieldsMax) +
                               " headers; get a build of the adapter that does not");
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto& [name, value] = fields[i];
        if (Status field = check_field(name, value, use); !field.ok()) {
            return field;
        }
        const auto again = [&wanted = name](const auto& other) {
            return lower_case(other.first) == lower_case(wanted);
        };
        if (std::any_of(fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(i), again)) {
            return wrong(name, "twice");
        }
    }
    return {};
}

Status check_signing(const std::optional<SigningTemplate>& signing, HeaderUse use) {
    if (!signing) {
        return {};
    }
    Status status = check_headers(signing->headers, use);
    return status.ok() ? check_template(*signing) : status;
}

Status check_method(const std::string& method) {
    const bool fits =
        !method.empty() && method.size() <= kMethodMax &&
        std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    return fits ? Status()
                : Status::invalid("the adapter wants a request whose method \"" +
                                  clean_text(method, 40) + "\" is none; GET or POST is meant");
}

}  // namespace petrel::core
