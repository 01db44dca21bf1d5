// Headers and answers of exchanges (ABI 1.2) through the wrapper and the fake host.
#include <gtest/gtest.h>

#include "petrel/testing/fake_exchange_host.hpp"

namespace petrel {
namespace {

// Answers each frame with as many messages as it has bytes.
class Echo final : public Exchange {
public:
    Echo(const Host&, const Config&) {}
    static PluginInfo describe() { return {"echo", "1", "petrel", "Echoes.", {}}; }
    static const petrel_exchange_info* info() {
        static const petrel_exchange_info value = [] {
            petrel_exchange_info i{};
            i.size = sizeof(i);
            return i;
        }();
        return &value;
    }
    Status discover(DecodeOut& out) override {
        static constexpr petrel_head_field fields[] = {header_of("X-One", "1"),
                                                       header_of("X-Two", "")};
        out.get(PETREL_REQUEST_DISCOVERY, 1, "/list", 1, PETREL_NO_INSTRUMENT, fields);
        return out.send("too early") == PETREL_E_UNSUPPORTED
                   ? Status()
                   : Status::invalid("no frame is being read");
    }
    Status plan(std::span<const petrel_subscription>, petrel_plan_out&) override { return {}; }
    Decoded on_frame(const Frame& frame, DecodeOut& out) override {
        codes.clear();
        for (std::size_t i = 0; i < frame.text.size(); ++i) {
            codes.push_back(out.send(frame.text));
        }
        return Decoded::done();
    }
    Decoded on_reply(const Reply&, DecodeOut&) override { return Decoded::ignored(); }

    static inline std::vector<std::int32_t> codes;
};

TEST(ExchangeAnswer, fake_host_keeps_answers_by_socket_within_the_products_bounds) {
    testing::FakeExchangeHost host(testing::entry_of<Echo>());
    ASSERT_EQ(host.frame("ab", 3).code, PETREL_OK);
    ASSERT_EQ(host.sent().size(), 2U);
    EXPECT_EQ(host.sent()[1].connection, 3U);
    EXPECT_EQ(host.sent()[1].text, "ab");
    ASSERT_EQ(host.frame("abcde").code, PETREL_OK);
    EXPECT_EQ(Echo::codes, (std::vector<std::int32_t>{0, 0, 0, 0, PETREL_E_FULL}));
    EXPECT_EQ(host.sent().size(), 6U);
    host.forget_output();
    ASSERT_EQ(host.frame(std::string(4'097, 'x')).code, PETREL_OK);
    EXPECT_EQ(Echo::codes[0], PETREL_E_INVALID);
    EXPECT_TRUE(host.sent().empty());
}

TEST(ExchangeAnswer, fake_host_keeps_headers_of_requests) {
    testing::FakeExchangeHost host(testing::entry_of<Echo>());
    const Status asked = host.discover();
    ASSERT_TRUE(asked.ok()) << asked.message();
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(host.requests()[0].headers, (testing::FakeHeaders{{"X-One", "1"}, {"X-Two", ""}}));
}

TEST(ExchangeAnswer, host_without_the_function_is_told_apart) {
    petrel_decode_out raw{};
    raw.size = sizeof(raw);
    EXPECT_EQ(DecodeOut(&raw).send("a"), PETREL_E_UNSUPPORTED);
    raw.send = [](petrel_decode_out*, petrel_text) { return std::int32_t{PETREL_OK}; };
    EXPECT_EQ(DecodeOut(&raw).send("a"), PETREL_OK);
    raw.size = offsetof(petrel_decode_out, send);
    EXPECT_EQ(DecodeOut(&raw).send("a"), PETREL_E_UNSUPPORTED);
}

}  // namespace
}  // namespace petrel
