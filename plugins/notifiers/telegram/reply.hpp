// What the Bot API answered, read once and with suspicion: the body may be anything.
//
// Pure functions. Nothing that could be a secret or an id leaves them: descriptions are masked.
#pragma once

#include <span>
#include <string>

#include "petrel/notifier.hpp"

namespace petrel::telegram {

struct Answer {
    bool is_json_object = false;
    bool ok = false;
    bool cannot_parse_entities = false;
    bool not_modified = false;  // an edit that changes nothing
    bool cannot_edit = false;   // the message is gone or too old
    bool is_no_text = false;    // it is a picture with words beneath it
    bool became_supergroup = false;
    std::uint64_t retry_after_ms = 0;
    std::string message_id;
    std::string description;  // masked, at most 120 characters
};

// `secrets` are taken out of the description wherever they stand, before it is masked.
Answer read_answer(const NotifierReply& reply, std::span<const std::string> secrets);

}  // namespace petrel::telegram
