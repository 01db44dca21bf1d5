// An alert as an e-mail: headers, plain text and HTML of the same lines, and the picture.
//
// Pure. Whatever comes from outside is cleaned, cut, and then encoded: base64 in the bodies,
// encoded words in the subject, so that no text can end a line, a header or a part.
#pragma once

#include <string>
#include <vector>

#include "petrel/notifier.hpp"

namespace petrel::email {

constexpr std::size_t kSubjectMax = 200;
constexpr std::size_t kEncodedWordMax = 75;
constexpr std::size_t kLineMax = 998;  // of a message, without its end

struct Envelope {
    std::string from;
    std::vector<std::string> to;
};

// One '@' with letters, digits and the like on both sides: safe in headers and commands.
bool is_mail_address(std::string_view text);
std::string domain_of(std::string_view address);

// "<petrel.KEY@domain>": the same over all attempts of an alert, so that stores fold repeats.
std::string message_id_of(std::string_view alert_id, const Envelope& envelope);

// The value of the header `name`: as it stands where it is short plain ASCII, otherwise encoded
// words on lines of their own.
std::string encoded_header(std::string_view name, std::string_view text);

// The whole message with CRLF line ends.
std::string message_of(const Alert& alert, const Envelope& envelope);

}  // namespace petrel::email
