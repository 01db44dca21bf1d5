// nlohmann/json is asked not to throw, and each value is looked at before it is taken.
#include "reply.hpp"

#include <nlohmann/json.hpp>

#include "kit/replies.hpp"

namespace petrel::telegram {
namespace {

using nlohmann::json;

std::uint64_t wait_of(const json& body, const NotifierReply& reply) {
    const json* parameters = kit::member(body, "parameters");
    const json* seconds = parameters == nullptr ? nullptr : kit::member(*parameters, "retry_after");
    return seconds != nullptr && seconds->is_number() ? kit::wait_ms(seconds->get<double>())
                                                      : kit::retry_after_ms(reply);
}

}  // namespace

Answer read_answer(const NotifierReply& reply, std::span<const std::string> secrets) {
    Answer answer;
    const json body = kit::parsed_body(reply);
    answer.retry_after_ms = wait_of(body, reply);
    if (!body.is_object()) {
        return answer;
    }
    answer.is_json_object = true;
    if (const json* ok = kit::member(body, "ok"); ok != nullptr && ok->is_boolean()) {
        answer.ok = ok->get<bool>();
    }
    const std::string description = kit::text_member(body, "description");
    const auto says = [&description](std::string_view words) {
        return description.find(words) != std::string::npos;
    };
    answer.cannot_parse_entities = says("can't parse entities");
    answer.not_modified = says("message is not modified");
    answer.is_no_text = says("there is no text in the message to edit");
    answer.cannot_edit = says("message to edit not found") || says("message can't be edited") ||
                         says("MESSAGE_ID_INVALID");
    answer.description = kit::detail_of(description, secrets);
    if (const json* parameters = kit::member(body, "parameters"); parameters != nullptr) {
        answer.became_supergroup = kit::member(*parameters, "migrate_to_chat_id") != nullptr;
    }
    if (const json* result = kit::member(body, "result"); result != nullptr) {
        const json* id = kit::member(*result, "message_id");
        if (id != nullptr && id->is_number_integer()) {
            answer.message_id = std::to_string(id->get<std::int64_t>());
        }
    }
    return answer;
}

}  // namespace petrel::telegram
