// Parameters as channels declare them, and the checks they share.
//
// Called while an instance is made or a library is asked what it takes. Texts are literals: the ABI
// hands them out for ever.
#pragma once

#include <string>
#include <string_view>

#include "petrel/notifier.hpp"

namespace petrel::kit {

enum class Need { Required, Optional };

// A text that is given by reference only and never printed.
petrel_parameter secret(std::string_view name, std::string_view description,
                        Need need = Need::Required);
petrel_parameter text(std::string_view name, std::string_view usual, std::string_view description);
petrel_parameter flag(std::string_view name, std::string_view description);
petrel_parameter whole_number(std::string_view name, std::string_view description, double minimum,
                              double maximum);

// Refuses what is no http:// or https:// address with a host; the text names the parameter, never
// the value.
Status check_address(std::string_view channel, std::string_view name, std::string_view address);
// One line to the log when the address is not encrypted.
void warn_if_plain(const Host& host, std::string_view channel, std::string_view name,
                   std::string_view address);
std::string without_trailing_slash(std::string address);

// At least one character, and only letters, digits and those of `also`.
bool is_made_of_letters_digits_or(std::string_view also, std::string_view text);
// Printable ASCII only: safe in a header.
bool is_header_value(std::string_view text);
// An http:// or https:// address without blanks, quotes, angles, bars or brackets, so that it means
// nothing in any markup; at most 2,000 bytes.
bool is_plain_link(std::string_view link);

// Limits with the sizes filled in; the rest is the channel's.
petrel_notifier_limits limits_of(std::uint32_t text_chars_max, std::uint32_t abilities);

}  // namespace petrel::kit
