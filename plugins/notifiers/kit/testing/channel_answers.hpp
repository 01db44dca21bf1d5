// Answers that no service should give and every channel must live through: bodies of any kind under
// any status, none of which is a confirmation.
//
// For tests of HTTP channels. The secret is planted in each, and must be in no reason.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "petrel/testing/fake_notifier_host.hpp"

namespace petrel::kit::testing {

inline std::vector<std::string> garbage_bodies(const std::string& secret) {
    return {"",
            secret,
            "<html>" + secret + "</html>",
            std::string(100'000, '['),
            "{\"a\":" + std::string(50'000, '{'),
            "{\"x\":\"" + std::string(300'000, 'x') + "\"}",
            "null",
            "true",
            "-1e999",
            "[]",
            "{}",
            "\"" + secret + "\"",
            std::string("\0\xff\xfe", 3),
            R"({"ok":"true","id":7,"status":[],"code":{},"retry_after":"x","message":["a"]})",
            R"({"error":")" + secret + R"(","errors":[{"a":1},7,null],"message":null})"};
}

// Every garbage body under every sort of status: nothing is delivered but what `confirms` says is
// enough, every reason says something, and none holds a secret.
template <typename Confirms>
void expect_lives_through_garbage(petrel::testing::FakeNotifierHost& host,
                                  const std::string& secret, Confirms confirms) {
    for (const std::string& body : garbage_bodies(secret)) {
        for (const std::uint32_t status :
             {0U, 100U, 200U, 202U, 204U, 302U, 400U, 401U, 404U, 418U, 429U, 500U, 599U, 9'999U}) {
            const Outcome outcome = host.reply(status, body, {{"retry-after", secret}});
            const bool delivered = outcome.result == PETREL_DELIVERED;
            EXPECT_EQ(delivered, confirms(status, body)) << status << " " << body.substr(0, 60);
            EXPECT_EQ(outcome.reason.empty(), delivered) << status << " " << body.substr(0, 60);
            EXPECT_EQ(outcome.reason.find(secret), std::string::npos) << outcome.reason;
            EXPECT_EQ(outcome.retry_after_ms, 0U);
        }
    }
}

}  // namespace petrel::kit::testing
