// What the C++ wrapper promises on top of the C tables: prefix sizes, strides, bounds, lifetimes.
#include <gtest/gtest.h>

#include "petrel/testing/event_builder.hpp"
#include "petrel/testing/fake_detector_host.hpp"
#include "petrel/testing/fake_notifier_host.hpp"

namespace petrel {
namespace {

class Pager final : public HttpNotifier {
public:
    Pager(const Host& host, const Config&) { host.log(PETREL_LOG_INFO, "pager is ready"); }
    static PluginInfo describe() { return {"pager", "1", "petrel", "Pages.", {}}; }
    petrel_notifier_limits limits() const override {
        return {sizeof(petrel_notifier_limits), 100, 1.5, 20, 3, 9'000, PETREL_CAN_EDIT, 0};
    }
    Result<NotifierRequest> build(const Alert& alert) override {
        if (alert.headline.empty()) {
            return Status::invalid("no headline");
        }
        NotifierRequest request;
        request.url = "https://pager.test/" + std::string(alert.id);
        request.headers = {{"x-one", "1"}, {"x-two", "2"}};
        return request;
    }
    Outcome read_reply(const NotifierReply& reply) override {
        return {PETREL_REFUSED, 5, std::string(reply.header("x-id")), std::string(reply.body)};
    }
};

class Speaker final : public LocalNotifier {
public:
    Speaker(const Host&, const Config&) {}
    static PluginInfo describe() { return {"speaker", "1", "petrel", "Speaks.", {}}; }
    Outcome deliver(const Alert&) override { return {}; }
};

class Wanting final : public Detector {
public:
    Wanting(const Host&, const Config&) {}
    static PluginInfo describe() { return {"wanting", "1", "petrel", "Wants.", {}}; }
    static std::span<const petrel_text> finding_types() {
        static constexpr petrel_text types[] = {text_of("ONE"), text_of("TWO")};
        return types;
    }
    Status ready() const override {
        return Status::invalid("window is 5s; allowed is 10s to 300s");
    }
    std::vector<petrel_interest> interests() const override { return {}; }
    void on_events(const EventBatch&, const WindowView&, FindingOut&) override {}
};

class Flooding final : public Detector {
public:
    Flooding(const Host&, const Config&) {}
    static PluginInfo describe() { return {"flooding", "1", "petrel", "Floods.", {}}; }
    static std::span<const petrel_text> finding_types() {
        static constexpr petrel_text types[] = {text_of("FLOOD")};
        return types;
    }
    std::vector<petrel_interest> interests() const override {
        return {interest(EventKind::Trade, 0, 1'000, 5), interest(EventKind::Trade, 1, 1'000, 6),
                interest(EventKind::Liquidation, 0, 2'000, 0)};
    }
    void on_events(const EventBatch& batch, const WindowView&, FindingOut& out) override {
        const std::vector<MarketEvent> many(100, batch[batch.size() - 1]);
        out.emit(petrel_finding{}, many);
    }
};

TEST(Wrapper, limits_fill_only_the_part_that_an_older_host_knows) {
    testing::FakeNotifierHost host(testing::entry_of<Pager>());
    EXPECT_EQ(host.limits().timeout_ms, 9'000U);

    testing::FakeInstance<petrel_notifier> pager(testing::entry_of<Pager>(),
                                                 PETREL_NOTIFIER_INTERFACE, {});
    petrel_notifier_limits older{};
    older.size = offsetof(petrel_notifier_limits, per_minute);
    older.per_minute = -1;
    older.burst = 77;
    pager.table().limits(pager.get(), &older);
    EXPECT_EQ(older.size, offsetof(petrel_notifier_limits, per_minute));
    EXPECT_EQ(older.per_second, 1.5);
    EXPECT_EQ(older.per_minute, -1);
    EXPECT_EQ(older.burst, 77U);
}

TEST(Wrapper, alert_of_an_older_host_is_the_first_attempt_at_a_new_story) {
    testing::AlertBuilder builder;
    builder.id("sig-9").at_ns(7).sent_at_ns(9).story("sig-1").provider_id("m-1").late_ms(5);
    builder.phase(PETREL_ALERT_UPDATE)
        .attempt(3)
        .silent()
        .may_repeat()
        .shown_phase(PETREL_ALERT_END)
        .acknowledged()
        .image("PNG", "a storm")
        .link("https://x");
    const petrel_alert raw = builder.raw();
    const Alert now(&raw);
    EXPECT_EQ(now.story_id, "sig-1");
    EXPECT_EQ(now.provider_id, "m-1");
    EXPECT_EQ(now.link, "https://x");
    EXPECT_EQ(now.image, "PNG");
    EXPECT_EQ(now.image_alt, "a storm");
    EXPECT_EQ(now.sent_at_ns, 9);
    EXPECT_EQ(now.late_ms, 5U);
    EXPECT_EQ(now.phase, PETREL_ALERT_UPDATE);
    EXPECT_EQ(now.attempt, 3U);
    EXPECT_TRUE(now.silent);
    EXPECT_TRUE(now.may_repeat);
    EXPECT_EQ(now.shown_phase, PETREL_ALERT_END);
    EXPECT_TRUE(now.acknowledged);

    const petrel_alert short_raw = builder.of_older_host().raw();
    const Alert older(&short_raw);
    EXPECT_EQ(older.story_id, "sig-9");
    EXPECT_EQ(older.provider_id, "");
    EXPECT_EQ(older.image, "");
    EXPECT_EQ(older.sent_at_ns, 7);
    EXPECT_EQ(older.late_ms, 0U);
    EXPECT_EQ(older.phase, PETREL_ALERT_NEW);
    EXPECT_EQ(older.attempt, 1U);
    EXPECT_FALSE(older.silent);
    EXPECT_FALSE(older.may_repeat);
    EXPECT_EQ(older.shown_phase, 0U);
    EXPECT_FALSE(older.acknowledged);
}

TEST(Wrapper, request_and_headers_live_until_the_next_call) {
    testing::FakeInstance<petrel_notifier> pager(testing::entry_of<Pager>(),
                                                 PETREL_NOTIFIER_INTERFACE, {});
    testing::FakeError error;
    petrel_notifier_request request{};
    request.size = sizeof(request);
    {
        testing::AlertBuilder alert;
        alert.id("a-rather-long-identifier-of-an-alert");
        const petrel_alert raw = alert.raw();
        ASSERT_EQ(pager.table().build(pager.get(), &raw, &request, &error.raw), PETREL_OK);
    }
    EXPECT_EQ(view_of(request.url), "https://pager.test/a-rather-long-identifier-of-an-alert");
    EXPECT_EQ(view_of(request.method), "POST");
    ASSERT_EQ(request.header_count, 2U);
    EXPECT_EQ(view_of(request.headers[1].value), "2");
}

TEST(Wrapper, failure_to_build_is_reported_with_code_and_text) {
    testing::FakeNotifierHost host(testing::entry_of<Pager>());
    const auto request = host.build(testing::AlertBuilder().headline(""));
    EXPECT_EQ(request.status().code(), PETREL_E_INVALID);
    EXPECT_EQ(request.status().message(), "no headline");
}

TEST(Wrapper, outcome_keeps_its_fields_and_its_reason_is_cut_to_fit) {
    testing::FakeNotifierHost host(testing::entry_of<Pager>());
    const Outcome outcome = host.reply(400, std::string(1'000, 'r'), {{"x-id", "m-9"}});
    EXPECT_EQ(outcome.result, PETREL_REFUSED);
    EXPECT_EQ(outcome.retry_after_ms, 5U);
    EXPECT_EQ(outcome.provider_id, "m-9");
    EXPECT_EQ(outcome.reason, std::string(PETREL_ERROR_TEXT - 1, 'r'));
}

TEST(Wrapper, each_sort_of_notifier_fills_its_own_functions_only) {
    const auto* http = static_cast<const petrel_notifier*>(
        testing::entry_of<Pager>().interface_of(text_of(PETREL_NOTIFIER_INTERFACE)));
    EXPECT_NE(http->build, nullptr);
    EXPECT_NE(http->read_reply, nullptr);
    EXPECT_EQ(http->deliver, nullptr);
    const auto* local = static_cast<const petrel_notifier*>(
        testing::entry_of<Speaker>().interface_of(text_of(PETREL_NOTIFIER_INTERFACE)));
    EXPECT_EQ(local->build, nullptr);
    EXPECT_NE(local->deliver, nullptr);
}

TEST(Wrapper, plugin_that_is_not_ready_is_refused_with_its_sentence) {
    testing::FakeDetectorHost host(testing::entry_of<Wanting>(), {});
    EXPECT_EQ(host.status().code(), PETREL_E_INVALID);
    EXPECT_EQ(host.status().message(), "window is 5s; allowed is 10s to 300s");
}

TEST(Wrapper, interests_are_counted_beyond_the_room_and_written_within_it) {
    testing::FakeInstance<petrel_detector> flooding(testing::entry_of<Flooding>(),
                                                    PETREL_DETECTOR_INTERFACE, {});
    petrel_interest room[3] = {};
    EXPECT_EQ(flooding.table().interests(flooding.get(), room, 2), 3U);
    EXPECT_EQ(room[1].notional_usd_min, 6);
    EXPECT_EQ(room[2].size, 0U);
}

TEST(Wrapper, evidence_is_cut_to_what_the_boundary_allows) {
    testing::FakeDetectorHost host(testing::entry_of<Flooding>(), {});
    ASSERT_TRUE(host.feed({}, {testing::trade(Side::Buy).usd(50).id(8),
                               testing::trade(Side::Buy).usd(50).id(9)})
                    .ok());
    ASSERT_EQ(host.findings().size(), 1U);
    EXPECT_EQ(host.findings()[0].figures.size, sizeof(petrel_finding));
    ASSERT_EQ(host.findings()[0].evidence.size(), std::size_t{PETREL_EVIDENCE_MAX});
    EXPECT_EQ(host.findings()[0].evidence[0].id, 9U);  // stepped by stride, not by size
}

TEST(Wrapper, log_lines_reach_the_host_and_its_absence_is_no_failure) {
    testing::FakeInstance<petrel_notifier> pager(testing::entry_of<Pager>(),
                                                 PETREL_NOTIFIER_INTERFACE, {});
    ASSERT_EQ(pager.host().lines.size(), 1U);
    EXPECT_EQ(pager.host().lines[0].text, "pager is ready");

    testing::FakeHost silent;
    silent.offers_services = false;
    const Host host(silent.raw());
    host.log(PETREL_LOG_ERROR, "nobody hears this");
    EXPECT_TRUE(silent.lines.empty());
    Host(nullptr).log(PETREL_LOG_ERROR, "nor this");
}

TEST(Wrapper, configuration_without_a_host_is_empty_and_not_a_number) {
    const Config config(nullptr);
    EXPECT_TRUE(std::isnan(config.number("window")));
    EXPECT_EQ(config.text("path"), "");
    EXPECT_EQ(config.group_count(), 0U);
}

}  // namespace
}  // namespace petrel
