// Several parts in one body: multipart/form-data, for a message with its picture.
//
// Pure, used on the channel's thread. The boundary is made from the parts alone, so that the same
// message gives the same bytes, and occurs in none of them.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace petrel::kit {

struct FormPart {
    std::string name;
    std::string filename;  // empty: a plain value
    std::string content_type;
    std::string_view bytes;  // borrowed for the call
};

struct FormBody {
    std::string content_type;
    std::string body;
};

FormBody form_of(std::span<const FormPart> parts);

// A boundary that occurs in none of the texts.
std::string boundary_for(std::span<const std::string_view> texts);

}  // namespace petrel::kit
