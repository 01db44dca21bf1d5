// An alert as the text of a Telegram message, with HTML markup or without.
//
// Everything is cleaned and shortened first, at line ends where it can be, and marked up last: a
// cut can never fall into a tag or an entity. Pure functions.
#pragma once

#include <string>

#include "petrel/notifier.hpp"

namespace petrel::telegram {

// Longest text after entities are parsed, in UTF-16 units.
constexpr std::size_t kTextMax = 4096;
// Of the words beneath a picture.
constexpr std::size_t kCaptionMax = 1024;

enum class Markup { Html, None };

// At most `units_max` of what Telegram shows.
std::string text_of_alert(const Alert& alert, Markup markup, std::size_t units_max = kTextMax);

}  // namespace petrel::telegram
