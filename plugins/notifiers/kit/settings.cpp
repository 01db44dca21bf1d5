// Values are looked at character by character: what a channel puts into a URL or a header must mean
// there what it says.
#include "kit/settings.hpp"

#include <algorithm>

namespace petrel::kit {
namespace {

constexpr std::uint32_t kTimeoutMs = 10'000;
constexpr std::size_t kLinkMax = 2'000;

bool is_printable(char c) { return c >= 0x20 && c < 0x7f; }

std::string_view host_part(std::string_view address) {
    const std::size_t scheme = address.starts_with("https://")  ? 8
                               : address.starts_with("http://") ? 7
                                                                : address.size();
    address.remove_prefix(scheme);
    return address.substr(0, address.find_first_of("/?#"));
}

}  // namespace

petrel_parameter secret(std::string_view name, std::string_view description, Need need) {
    petrel_parameter p = parameter(PETREL_PARAMETER_TEXT, name, "", description);
    p.flags = PETREL_PARAMETER_SECRET | (need == Need::Required ? PETREL_PARAMETER_REQUIRED : 0U);
    return p;
}

petrel_parameter text(std::string_view name, std::string_view usual, std::string_view description) {
    petrel_parameter p = parameter(PETREL_PARAMETER_TEXT, name, "", description);
    p.default_text = text_of(usual);
    return p;
}

petrel_parameter flag(std::string_view name, std::string_view description) {
    return parameter(PETREL_PARAMETER_BOOLEAN, name, "", description);
}

petrel_parameter whole_number(std::string_view name, std::string_view description, double minimum,
                              double maximum) {
    petrel_parameter p = parameter(PETREL_PARAMETER_INTEGER, name, "", description);
    p.minimum = minimum;
    p.maximum = maximum;
    return p;
}

Status check_address(std::string_view channel, std::string_view name, std::string_view address) {
    const std::string_view host = host_part(address);
    const bool clean = std::all_of(address.begin(), address.end(),
                                   [](char c) { return is_printable(c) && c != ' ' && c != '\\'; });
    if (host.empty() || !clean) {
        return Status::invalid(std::string(channel) + ": '" + std::string(name) +
                               "' must be an address that begins with https:// (or http://) and "
                               "holds no blank; copy it again");
    }
    return {};
}

void warn_if_plain(const Host& host, std::string_view channel, std::string_view name,
                   std::string_view address) {
    if (address.starts_with("http://")) {
        host.log(PETREL_LOG_WARNING, std::string(channel) + ": '" + std::string(name) +
                                         "' is not encrypted; what is sent is readable on the way");
    }
}

std::string without_trailing_slash(std::string address) {
    while (address.ends_with('/')) {
        address.pop_back();
    }
    return address;
}

bool is_made_of_letters_digits_or(std::string_view also, std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [also](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               also.find(c) != std::string_view::npos;
    });
}

bool is_header_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_printable);
}

bool is_plain_link(std::string_view link) {
    return link.size() <= kLinkMax && !host_part(link).empty() &&
           std::all_of(link.begin(), link.end(), [](char c) {
               return is_printable(c) &&
                      std::string_view(" \"'<>|\\^`{}[]()*_~").find(c) == std::string_view::npos;
           });
}

petrel_notifier_limits limits_of(std::uint32_t text_chars_max, std::uint32_t abilities) {
    petrel_notifier_limits limits{};
    limits.size = sizeof(limits);
    limits.text_chars_max = text_chars_max;
    limits.timeout_ms = kTimeoutMs;
    limits.abilities = abilities;
    return limits;
}

}  // namespace petrel::kit
