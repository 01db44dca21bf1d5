// Nothing is thrown across the boundary, whatever a plugin throws and wherever it does.
#include <gtest/gtest.h>

#include <stdexcept>

#include "petrel/testing/event_builder.hpp"
#include "petrel/testing/fake_detector_host.hpp"
#include "petrel/testing/fake_exchange_host.hpp"
#include "petrel/testing/fake_notifier_host.hpp"

namespace petrel {
namespace {

// What to throw, by the value of a parameter; 0 throws nothing.
constexpr double kException = 1;
constexpr double kInteger = 2;
constexpr double kLongText = 3;

void throw_as_wanted(double what) {
    if (what == kException) {
        throw std::runtime_error("the disk is on fire");
    }
    if (what == kInteger) {
        throw 42;
    }
    if (what == kLongText) {
        throw std::runtime_error(std::string(1'000, 'x'));
    }
}

PluginInfo info_with(std::string_view name) {
    petrel_parameter at_start =
        parameter(PETREL_PARAMETER_INTEGER, "at_start", "", "what to throw in the constructor");
    petrel_parameter later =
        parameter(PETREL_PARAMETER_INTEGER, "later", "", "what to throw in every other call");
    return {name, "1", "petrel", "Throws.", {at_start, later}};
}

class ThrowingDetector final : public Detector {
public:
    ThrowingDetector(const Host&, const Config& config) : later_(config.number("later")) {
        throw_as_wanted(config.number("at_start"));
    }
    static PluginInfo describe() { return info_with("throwing_detector"); }
    static std::span<const petrel_text> finding_types() { return {}; }
    std::vector<petrel_interest> interests() const override {
        return {interest(EventKind::Trade, 0, 0, 0)};
    }
    void on_events(const EventBatch&, const WindowView&, FindingOut&) override {
        throw_as_wanted(later_);
    }

private:
    double later_;
};

class ThrowingExchange final : public Exchange {
public:
    ThrowingExchange(const Host&, const Config& config) : later_(config.number("later")) {}
    static PluginInfo describe() { return info_with("throwing_exchange"); }
    static const petrel_exchange_info* info() { return nullptr; }
    Status discover(DecodeOut&) override {
        throw_as_wanted(later_);
        return {};
    }
    Status plan(std::span<const petrel_subscription>, petrel_plan_out&) override {
        throw_as_wanted(later_);
        return {};
    }
    Decoded on_frame(const Frame&, DecodeOut& out) override {
        out.push().id = 7;
        throw_as_wanted(later_);
        return Decoded::done();
    }
    Decoded on_reply(const Reply&, DecodeOut&) override {
        throw_as_wanted(later_);
        return Decoded::done();
    }
    void on_open(std::uint32_t) override { throw_as_wanted(later_); }

private:
    double later_;
};

class ThrowingNotifier final : public HttpNotifier {
public:
    ThrowingNotifier(const Host&, const Config& config) : later_(config.number("later")) {}
    static PluginInfo describe() { return info_with("throwing_notifier"); }
    petrel_notifier_limits limits() const override {
        throw_as_wanted(later_);
        return {};
    }
    Result<NotifierRequest> build(const Alert&) override {
        throw_as_wanted(later_);
        return NotifierRequest{};
    }
    Outcome read_reply(const NotifierReply&) override {
        throw_as_wanted(later_);
        return {};
    }

private:
    double later_;
};

class ThrowingDescription final : public Detector {
public:
    ThrowingDescription(const Host&, const Config&) {}
    static PluginInfo describe() { throw std::runtime_error("no description"); }
    static std::span<const petrel_text> finding_types() { return {}; }
    std::vector<petrel_interest> interests() const override { return {}; }
    void on_events(const EventBatch&, const WindowView&, FindingOut&) override {}
};

testing::FakeConfig throwing(const std::string& when, double what) {
    testing::FakeConfig config;
    config.number(when, what);
    return config;
}

TEST(ExceptionBarrier, exception_in_the_constructor_refuses_the_instance_with_its_text) {
    testing::FakeDetectorHost host(testing::entry_of<ThrowingDetector>(),
                                   throwing("at_start", kException));
    EXPECT_EQ(host.status().code(), PETREL_E_EXCEPTION);
    EXPECT_EQ(host.status().message(), "the disk is on fire");
}

TEST(ExceptionBarrier, integer_in_the_constructor_refuses_the_instance_in_words) {
    testing::FakeDetectorHost host(testing::entry_of<ThrowingDetector>(),
                                   throwing("at_start", kInteger));
    EXPECT_EQ(host.status().code(), PETREL_E_EXCEPTION);
    EXPECT_EQ(host.status().message(), "threw something that is no std::exception");
}

TEST(ExceptionBarrier, text_that_is_too_long_is_cut_and_terminated) {
    testing::FakeDetectorHost host(testing::entry_of<ThrowingDetector>(),
                                   throwing("at_start", kLongText));
    EXPECT_EQ(host.status().message(), std::string(PETREL_ERROR_TEXT - 1, 'x'));
}

TEST(ExceptionBarrier, detector_that_throws_on_events_reports_it_and_goes_on) {
    for (const double what : {kException, kInteger}) {
        testing::FakeDetectorHost host(testing::entry_of<ThrowingDetector>(),
                                       throwing("later", what));
        ASSERT_TRUE(host.status().ok());
        for (int i = 0; i < 2; ++i) {
            EXPECT_EQ(host.feed({}, {testing::trade(Side::Buy)}).code(), PETREL_E_EXCEPTION);
        }
    }
}

TEST(ExceptionBarrier, exchange_that_throws_reports_it_from_every_call) {
    testing::FakeExchangeHost host(testing::entry_of<ThrowingExchange>(),
                                   throwing("later", kException));
    ASSERT_TRUE(host.status().ok());
    EXPECT_EQ(host.discover().code(), PETREL_E_EXCEPTION);
    EXPECT_EQ(host.plan({}, 0).code(), PETREL_E_EXCEPTION);
    EXPECT_EQ(host.frame("x").code, PETREL_E_EXCEPTION);
    EXPECT_EQ(host.frame("x").reason, "the disk is on fire");
    EXPECT_EQ(host.reply({}, 200, "x").code, PETREL_E_EXCEPTION);
    host.open(0);                         // has no way to report, and must not let it through
    EXPECT_EQ(host.events().size(), 2U);  // what was written before a failure stands
}

TEST(ExceptionBarrier, notifier_that_throws_reports_it_from_every_call) {
    testing::FakeNotifierHost host(testing::entry_of<ThrowingNotifier>(),
                                   throwing("later", kInteger));
    ASSERT_TRUE(host.status().ok());
    EXPECT_EQ(host.build(testing::AlertBuilder()).status().code(), PETREL_E_EXCEPTION);
    EXPECT_EQ(host.reply(200, "").result, PETREL_BROKEN);
    EXPECT_EQ(host.limits().per_second, 0);  // nothing was written
}

TEST(ExceptionBarrier, description_that_throws_gives_no_entry) {
    EXPECT_EQ(detail::entry<ThrowingDescription>(), nullptr);
}

TEST(ExceptionBarrier, failure_without_an_error_buffer_is_still_a_code) {
    const auto body = []() -> std::int32_t { throw std::runtime_error("x"); };
    EXPECT_EQ(detail::guarded(nullptr, body), PETREL_E_EXCEPTION);
}

TEST(ExceptionBarrier, error_buffer_of_an_older_peer_is_left_alone) {
    petrel_error error{};
    error.size = offsetof(petrel_error, text);
    error.code = 77;
    detail::write_error(&error, PETREL_E_IO, "x");
    EXPECT_EQ(error.code, 77);
    EXPECT_EQ(error.text[0], '\0');
}

}  // namespace
}  // namespace petrel
