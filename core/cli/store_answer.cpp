// The store's answers and failures as replies.
#include "cli/store_answer.hpp"

#include <charconv>

namespace petrel::core {

std::string parameter(const std::map<std::string, std::string>& values, const char* name) {
    const auto found = values.find(name);
    return found == values.end() ? std::string() : found->second;
}

std::int64_t integer(const std::string& text, std::int64_t otherwise) {
    std::int64_t value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

RouteReply from_store(Pipeline& pipeline, std::function<Result<std::string>(Database&)> ask) {
    const auto answer = pipeline.delivery().query<std::string>(std::move(ask));
    if (!answer) {
        return error_reply({503, "PTL-A010", "the store did not answer in time",
                            "look at petrel status and the log; the disk may have failed"});
    }
    if (!answer->ok() && answer->status().code() == PETREL_E_IO) {
        return error_reply({503, "PTL-A013", answer->status().message(),
                            "look at the disk; petrel goes on and tries again"});
    }
    if (!answer->ok()) {
        return error_reply({404, "PTL-A011", answer->status().message(),
                            "write an id, the beginning of one, or last"});
    }
    return {200, **answer};
}

}  // namespace petrel::core
