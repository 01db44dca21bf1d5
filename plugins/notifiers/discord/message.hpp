// An alert as the body of a Discord webhook: one embed, no mention that rings.
//
// Pure. Everything is cleaned and cut first and escaped last; limits are Discord's own.
#pragma once

#include <string>

#include "petrel/notifier.hpp"

namespace petrel::discord {

constexpr std::size_t kTitleMax = 256;
constexpr std::size_t kDescriptionMax = 4096;
constexpr std::size_t kFieldNameMax = 256;
constexpr std::size_t kFieldValueMax = 1024;
constexpr std::size_t kFooterMax = 2048;
constexpr std::size_t kEmbedMax = 6000;  // all of it together

constexpr const char* kImageName = "card.png";

enum class Target { NewMessage, Edit };

// The JSON; of a picture it is the part that goes beside the file.
std::string body_of(const Alert& alert, const std::string& username, Target target);

}  // namespace petrel::discord
