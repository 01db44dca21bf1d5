// Matching, decoding and what goes wrong, without a socket.
#include "control/route_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "control/json_text.hpp"
#include "observe/log.hpp"

namespace petrel::core {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

RouteHandler echo(const std::string& name) {
    return [name](const RouteRequest& request) {
        nlohmann::json out{{"route", name},
                           {"parameters", request.parameters},
                           {"query", request.query},
                           {"body", request.body}};
        return RouteReply{200, out.dump()};
    };
}

class Routes : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(table_.add({"GET", "/v1/status", "how it is"}, echo("status")).ok());
        ASSERT_TRUE(table_.add({"POST", "/v1/reload", "read again"}, echo("reload")).ok());
        ASSERT_TRUE(table_.add({"GET", "/v1/explain/{id}", "why"}, echo("explain")).ok());
        ASSERT_TRUE(table_.add({"DELETE", "/v1/explain/{id}", "no"}, echo("drop")).ok());
    }
    nlohmann::json get(const std::string& target, const std::string& method = "GET") {
        const RouteReply reply = table_.handle(method, target, "the body");
        status_ = reply.status;
        return nlohmann::json::parse(reply.json);
    }

    RouteTable table_;
    unsigned status_ = 0;
};

TEST_F(Routes, literal_path_and_method_choose_the_handler) {
    EXPECT_EQ(get("/v1/status")["route"], "status");
    EXPECT_EQ(get("/v1/reload", "POST")["body"], "the body");
    EXPECT_EQ(get("/v1/explain/x", "DELETE")["route"], "drop");
}

TEST_F(Routes, parameters_and_query_are_decoded_after_splitting) {
    const nlohmann::json reply = get("/v1/explain/sig%2F7f+3a?a=1%262&b=x+y&b=z&empty");
    EXPECT_EQ(reply["parameters"]["id"], "sig/7f+3a");
    EXPECT_EQ(reply["query"]["a"], "1&2");
    EXPECT_EQ(reply["query"]["b"], "z");
    EXPECT_EQ(reply["query"]["empty"], "");
}

TEST_F(Routes, unknown_path_is_404_with_the_paths_there_are) {
    for (const char* target : {"/", "/v1", "/v1/status/", "/v1/explain/", "/v1/explain/a/b"}) {
        const nlohmann::json error = get(target)["error"];
        EXPECT_EQ(status_, 404U) << target;
        EXPECT_EQ(error["code"], "PTL-A001");
        EXPECT_THAT(error["remedy"].get<std::string>(), HasSubstr("GET /v1/status"));
    }
}

TEST_F(Routes, wrong_method_is_405_with_the_right_ones) {
    const nlohmann::json error = get("/v1/explain/x", "PUT")["error"];
    EXPECT_EQ(status_, 405U);
    EXPECT_EQ(error["remedy"], "use GET, DELETE");
}

TEST_F(Routes, malformed_targets_are_refused) {
    for (const std::string& target :
         {std::string(""), std::string("v1/status"), std::string("/v1/explain/%"),
          std::string("/v1/explain/%4"), std::string("/v1/explain/%zz"),
          std::string("/v1/explain/%00"), std::string("/v1/status?a=%f"),
          "/" + std::string(5'000, 'a')}) {
        EXPECT_EQ(get(target)["error"]["code"], "PTL-A003") << target.substr(0, 40);
        EXPECT_EQ(status_, 400U);
    }
}

TEST_F(Routes, handler_that_throws_is_500_and_its_words_go_to_the_log_alone) {
    std::string logged;
    log::redirect([&](log::Level, std::string_view, std::string_view text) { logged += text; });
    ASSERT_TRUE(table_
                    .add({"GET", "/broken", ""},
                         [](const RouteRequest&) -> RouteReply {
                             throw std::runtime_error("inner detail");
                         })
                    .ok());
    const nlohmann::json error = get("/broken")["error"];
    log::redirect({});
    EXPECT_EQ(status_, 500U);
    EXPECT_THAT(error.dump(), Not(HasSubstr("inner detail")));
    EXPECT_THAT(logged, HasSubstr("GET /broken failed: inner detail"));
}

TEST_F(Routes, route_given_twice_or_without_handler_is_refused) {
    EXPECT_FALSE(table_.add({"GET", "/v1/status", ""}, echo("again")).ok());
    EXPECT_FALSE(table_.add({"GET", "status", ""}, echo("relative")).ok());
    EXPECT_FALSE(table_.add({"GET", "/none", ""}, nullptr).ok());
    EXPECT_EQ(table_.routes().size(), 4U);
    EXPECT_EQ(table_.routes()[2].pattern, "/v1/explain/{id}");
}

TEST(ErrorReply, bytes_that_are_no_utf8_do_not_break_the_reply) {
    const RouteReply reply = error_reply({400, "PTL-A003", "bad \xff byte", ""});
    EXPECT_THAT(nlohmann::json::parse(reply.json)["error"]["message"].get<std::string>(),
                HasSubstr("bad "));
}

TEST(JsonText, depth_length_and_syntax_are_bounded) {
    nlohmann::json out;
    EXPECT_TRUE(parse_json(R"({"a":[1,"[[[[{{{{\"[["]})", out, {100, 2}).ok());
    EXPECT_EQ(out["a"][0], 1);
    EXPECT_FALSE(parse_json(R"({"a":[[1]]})", out, {100, 2}).ok());
    EXPECT_FALSE(parse_json(std::string(200'000, '['), out).ok());
    EXPECT_FALSE(parse_json("[1,2,3]", out, {4, 2}).ok());
    EXPECT_FALSE(parse_json("{", out).ok());
    EXPECT_FALSE(parse_json("", out).ok());
}

TEST(JsonText, body_must_be_an_object_or_empty) {
    nlohmann::json out;
    EXPECT_TRUE(parse_json_object("", out).ok());
    EXPECT_TRUE(out.is_object());
    EXPECT_TRUE(parse_json_object("{\"a\":1}", out).ok());
    EXPECT_FALSE(parse_json_object("[1]", out).ok());
}

}  // namespace
}  // namespace petrel::core
