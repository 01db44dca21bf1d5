// What an adapter may put into the head of a request, and how it comes over the boundary.
#include "feed/plan_headers.hpp"

#include <gtest/gtest.h>

#include "core/feed/venue_support.hpp"

namespace petrel::core::test {
namespace {

std::string verdict(const std::string& name, const std::string& value,
                    HeaderUse use = HeaderUse::Request) {
    const Status checked = check_headers({{name, value}}, use);
    return checked.ok() ? "fits" : checked.message();
}

TEST(PlanHeaders, takes_what_venues_ask_for) {
    EXPECT_EQ(verdict("X-Gate-Size-Decimal", "1", HeaderUse::Upgrade), "fits");
    EXPECT_EQ(verdict("Content-Type", "application/json; charset=utf-8"), "fits");
    EXPECT_EQ(verdict("X-Empty", ""), "fits");
    EXPECT_EQ(verdict(std::string(64, 'a'), std::string(1024, '~')), "fits");
}

TEST(PlanHeaders, refuses_what_could_break_out_of_its_line) {
    for (const std::string value :
         {"a\r\nHost: evil", "a\nb", "a\rb", "a\tb", "caf\xc3\xa9", " a", "a ", "\x7f"}) {
        EXPECT_NE(verdict("X-A", value).find("\"X-A\" whose value holds a line end"),
                  std::string::npos)
            << value;
    }
    EXPECT_NE(verdict("X-A", std::string("a\0b", 3)), "fits");
    for (const std::string name : {"", "X A", "X:A", "X-A\r\nB", "X_A", "X\xc3\xa9"}) {
        EXPECT_NE(verdict(name, "v").find("whose name is not"), std::string::npos) << name;
    }
    EXPECT_NE(verdict(std::string(65, 'a'), "v"), "fits");
    EXPECT_NE(verdict("X-A", std::string(1025, 'a')).find("longer than 1024"), std::string::npos);
}

TEST(PlanHeaders, refuses_what_belongs_to_the_host) {
    for (const char* name :
         {"Host", "HOST", "Connection", "upgrade", "User-Agent", "Content-Length",
          "Transfer-Encoding", "TE", "Trailer", "Keep-Alive", "Expect", "Accept-Encoding", "Origin",
          "Sec-WebSocket-Key", "sec-websocket-extensions", "Sec-WebSocket-Protocol",
          "Proxy-Authorization", "proxy-connection"}) {
        EXPECT_NE(verdict(name, "v").find("only the host may set"), std::string::npos) << name;
    }
    EXPECT_NE(verdict("Content-Type", "a/b", HeaderUse::Upgrade), "fits");
}

TEST(PlanHeaders, refuses_a_field_twice_and_too_many) {
    EXPECT_NE(check_headers({{"X-A", "1"}, {"x-a", "2"}}, HeaderUse::Request)
                  .message()
                  .find("\"x-a\" twice"),
              std::string::npos);
    HeaderFields many;
    for (int i = 0; i < 16; ++i) {
        many.emplace_back("X-" + std::to_string(i), "v");
    }
    EXPECT_TRUE(check_headers(many, HeaderUse::Upgrade).ok());
    many.emplace_back("X-16", "v");
    EXPECT_NE(check_headers(many, HeaderUse::Upgrade).message().find("more than 16"),
              std::string::npos);
}

TEST(PlanHeaders, methods_are_upper_case_words) {
    EXPECT_TRUE(check_method("GET").ok());
    EXPECT_TRUE(check_method("POST").ok());
    for (const char* method : {"", "get", "GET /x HTTP/1.1\r\nA: b", "G3T"}) {
        EXPECT_FALSE(check_method(method).ok()) << method;
    }
}

// A header as a plugin of a later minor version would lay it out.
struct LaterHeader {
    petrel_head_field known;
    std::uint64_t more;
};

TEST(PlanHeaders, fields_are_stepped_by_the_size_that_the_plugin_says) {
    LaterHeader fields[3] = {};
    for (int i = 0; i < 3; ++i) {
        fields[i].known = header_of("X-A", i == 2 ? "third" : "v");
        fields[i].known.size = sizeof(LaterHeader);
        fields[i].more = 0xffff'ffff'ffff'ffffU;
    }
    const HeaderFields copied = copied_headers(&fields[0].known, 3);
    ASSERT_EQ(copied.size(), 3U);
    EXPECT_EQ(copied[2].second, "third");
    fields[0].known.size = offsetof(petrel_head_field, value);
    EXPECT_TRUE(copied_headers(&fields[0].known, 3).empty());
    EXPECT_TRUE(copied_headers(nullptr, 3).empty());
}

TEST(PlanHeaders, a_count_beyond_reason_is_not_walked) {
    const std::vector<petrel_head_field> fields(20, header_of("X-A", "v"));
    EXPECT_EQ(copied_headers(fields.data(), 0xffff'ffffU).size(), 17U);
}

// The structs of ABI 1.1 end where 1.2 begins; what lies behind them is not theirs.
TEST(OlderPlugin, its_plans_are_read_to_their_end_and_no_further) {
    const petrel_head_field trap = header_of("X-Trap", "v");
    VenueInstance instance;
    petrel_exchange older = *instance.handle().table;
    static const petrel_head_field* behind = nullptr;
    behind = &trap;
    older.plan = [](void*, const petrel_subscription*, std::uint32_t, petrel_plan_out* out,
                    petrel_error*) -> std::int32_t {
        petrel_connection_plan plan{};
        plan.size = offsetof(petrel_connection_plan, headers);
        plan.name = text_of("older");
        plan.headers = behind;
        plan.header_count = 1;
        plan.flags = PETREL_CONNECTION_COMPRESS;
        out->connection(out, &plan);
        petrel_http_request poll{};
        poll.size = offsetof(petrel_http_request, headers);
        poll.headers = behind;
        poll.header_count = 1;
        out->poll(out, &poll);
        return PETREL_OK;
    };
    RecordingSink sink;
    TestBook book;
    Adapter adapter({"words", &older, nullptr}, 1, sink, book);
    const Result<FeedPlan> plan = adapter.plan({}, 0);
    ASSERT_TRUE(plan.ok());
    ASSERT_EQ(plan->connections.size(), 1U);
    EXPECT_TRUE(plan->connections[0].headers.empty());
    EXPECT_FALSE(plan->connections[0].compress);
    ASSERT_EQ(plan->polls.size(), 1U);
    EXPECT_TRUE(plan->polls[0].headers.empty());
}

}  // namespace
}  // namespace petrel::core::test
