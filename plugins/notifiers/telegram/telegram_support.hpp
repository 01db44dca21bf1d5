// What the tests of the channel share. Private to them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "petrel/testing/fake_notifier_host.hpp"

namespace petrel::telegram {

using nlohmann::json;
using testing::AlertBuilder;
using testing::FakeConfig;
using testing::FakeNotifierHost;

inline constexpr const char* kToken = "704411:CANARY-token_aZ9";
inline constexpr const char* kChat = "-10098765";

inline FakeConfig config_with(const std::string& chat = kChat) {
    FakeConfig config;
    config.text("token", kToken).text("chat_id", chat);
    return config;
}

inline json body_of(const Result<NotifierRequest>& request) {
    return request.ok() ? json::parse(request->body, nullptr, false) : json();
}

}  // namespace petrel::telegram
