// Takes a line of a message apart: text, {value} or {value:format}, and parts in [...] that vanish
// when a value in them is not known. {{ }} [[ ]] stand for the signs themselves.
//
// Pure; used while the configuration is loaded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/message_config.hpp"
#include "config/message_words.hpp"

namespace petrel::core {

// What is wrong with a template, and with which bytes of it.
struct TemplateFault {
    std::size_t at = 0;
    std::size_t length = 1;
    std::string message{};
    std::string help{};
};

struct ParsedTemplate {
    MessageTemplate pieces{};
    std::optional<TemplateFault> fault{};
};

inline constexpr std::size_t kTemplateBytesMax = 1'000;

// `alerts`: a value must be one that an alert among them has.
ParsedTemplate parse_template(std::string_view text, AlertBits alerts);

}  // namespace petrel::core
