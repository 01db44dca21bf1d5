// What people do while petrel runs: silences that hold and count, acknowledgements that end
// escalations, and all of it over a restart.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "core/outbox/signal_support.hpp"
#include "core/store/store_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "outbox/alert_codec.hpp"
#include "outbox/escalations.hpp"
#include "outbox/outbox.hpp"
#include "petrel/abi/notifier.h"
#include "routing/match_text.hpp"

namespace petrel::core {
namespace {

using petrel::testing::TempFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::int64_t kMinute = 60 * kSecond;

class Operator : public ::testing::Test {
protected:
    Operator() {
        options_.channels = {"chat", "pager", "boss"};
        options_.acknowledging = {"chat"};
        options_.use_by_ns = 10 * kMinute;
        RouteConfig storms;
        storms.name = "storms";
        storms.match.types = {"LIQ_STORM"};
        storms.channels = {"chat"};
        storms.escalate = {{5 * 60'000, {"pager"}}, {15 * 60'000, {"boss", "pager"}}};
        routing_.root.name = "root";
        routing_.root.channels = {"chat"};
        routing_.root.routes = {storms};
    }

    Outbox make(std::unique_ptr<Spool> spool = nullptr) {
        options_.router = std::make_shared<Router>(*Router::make(routing_, options_.channels));
        return Outbox(*store_, options_, std::move(spool));
    }
    SilenceView silence(Outbox& outbox, const std::string& match, std::int64_t now_ns = kNow) {
        Silence wanted;
        wanted.match = *parse_match(match);
        wanted.from_ns = now_ns;
        wanted.until_ns = now_ns + 60 * kMinute;
        wanted.comment = "maintenance";
        wanted.by = "ann";
        const auto added = outbox.add_silence(wanted, now_ns);
        EXPECT_TRUE(added.ok()) << (added.ok() ? "" : added.status().message());
        return *added;
    }
    // Keys of what is due, all of which is delivered.
    std::vector<std::string> delivered(Outbox& outbox, std::int64_t now_ns) {
        std::vector<std::string> keys;
        const auto due = outbox.take_due(now_ns, 10);
        EXPECT_TRUE(due.ok());
        for (const Delivery& delivery : *due) {
            keys.push_back(delivery.row.key);
            EXPECT_TRUE(
                outbox.settle({delivery, DeliveryResult::Delivered, 0, "m-7", ""}, now_ns).ok());
        }
        return keys;
    }
    NotificationRow row(const std::string& key) {
        const auto rows = store_->notifications(storm_signal().id);
        for (const NotificationRow& r : *rows) {
            if (r.key == key) {
                return r;
            }
        }
        return {};
    }
    static std::string key(const std::string& rest) { return storm_signal().id + "/" + rest; }

    TempFolder folder_;
    std::unique_ptr<Database> store_ = std::move(Database::open(folder_.at("petrel.db"))).value();
    OutboxOptions options_;
    RoutingConfig routing_;
};

TEST_F(Operator, a_silence_holds_counts_and_ends) {
    Outbox outbox = make();
    const SilenceView made = silence(outbox, "symbol=BTC-*");
    EXPECT_EQ(made.kept, SilenceKept::Store);
    ASSERT_TRUE(outbox.admit(storm_signal(), kNow + 1).ok());
    EXPECT_EQ(row(key("chat")).state, "held");
    EXPECT_EQ(row(key("chat")).reason, "silenced by " + made.silence.id + ": maintenance");
    EXPECT_EQ(row(key("pager/esc1")).key, "") << "what is held back does not escalate";
    ASSERT_THAT(outbox.silences(kNow + 1), SizeIs(1));
    EXPECT_EQ(outbox.silences(kNow + 1).front().held, 1U);
    const auto ended = outbox.end_silence(made.silence.id.substr(0, 6), "bob", kNow + 2);
    ASSERT_TRUE(ended.ok());
    EXPECT_EQ(ended->held, 1U);
    EXPECT_THAT(outbox.silences(kNow + 3), IsEmpty());
    EXPECT_FALSE(outbox.end_silence(made.silence.id, "bob", kNow + 3).ok());
    ASSERT_TRUE(outbox.admit(storm_signal("sig-00000000000c"), kNow + 4).ok());
    EXPECT_THAT(*outbox.take_due(kNow + 4, 10), SizeIs(1));
}

TEST_F(Operator, a_silence_outlives_a_restart_with_its_count_and_ends_by_itself) {
    {
        Outbox outbox = make();
        silence(outbox, "symbol=BTC-*");
        ASSERT_TRUE(outbox.admit(storm_signal(), kNow + 1).ok());
    }
    Outbox outbox = make();
    ASSERT_TRUE(outbox.take_due(kNow + 2, 10).ok());
    const auto list = outbox.silences(kNow + 2);
    ASSERT_THAT(list, SizeIs(1));
    EXPECT_EQ(list.front().held, 1U);
    EXPECT_EQ(list.front().silence.by, "ann");
    ASSERT_TRUE(outbox.admit(storm_signal("sig-00000000000c"), kNow + 3).ok());
    EXPECT_EQ(outbox.silences(kNow + 3).front().held, 2U);
    EXPECT_THAT(outbox.silences(kNow + 60 * kMinute), IsEmpty());
    ASSERT_TRUE(outbox.admit(storm_signal("sig-00000000000d"), kNow + 60 * kMinute).ok());
    EXPECT_THAT(*outbox.take_due(kNow + 60 * kMinute, 10), SizeIs(1));
}

TEST_F(Operator, a_silence_holds_and_ends_on_every_node_of_a_shared_store) {
    options_.shared_store = true;
    Outbox here = make();
    Outbox there = make();
    ASSERT_TRUE(here.take_due(kNow, 10).ok());
    ASSERT_TRUE(there.take_due(kNow, 10).ok());
    const SilenceView made = silence(here, "symbol=BTC-*");
    there.keep_up(kNow + 2 * kSecond);
    EXPECT_THAT(there.silences(kNow + 2 * kSecond), SizeIs(1));
    ASSERT_TRUE(there.admit(storm_signal(), kNow + 2 * kSecond).ok());
    EXPECT_EQ(row(key("chat")).state, "held");
    ASSERT_TRUE(there.end_silence(made.silence.id, "bob", kNow + 3 * kSecond).ok());
    EXPECT_THAT(here.silences(kNow + 3 * kSecond), SizeIs(1)) << "not yet";
    here.keep_up(kNow + 5 * kSecond);
    EXPECT_THAT(here.silences(kNow + 5 * kSecond), IsEmpty());
    run_sql(folder_.at("petrel.db"),
            "CREATE TRIGGER broken BEFORE INSERT ON silences BEGIN SELECT RAISE(ABORT, 'down'); "
            "END");
    silence(here, "symbol=ETH-*", kNow + 6 * kSecond);
    here.keep_up(kNow + 8 * kSecond);
    EXPECT_THAT(here.silences(kNow + 8 * kSecond), SizeIs(1))
        << "one that the store does not know yet was ended by nobody";
}

TEST_F(Operator, a_silence_works_while_the_store_is_down_and_is_kept_when_it_is_back) {
    Outbox outbox = make();
    ASSERT_TRUE(outbox.take_due(kNow, 10).ok());
    run_sql(folder_.at("petrel.db"),
            "CREATE TRIGGER broken BEFORE INSERT ON silences BEGIN SELECT RAISE(ABORT, 'down'); "
            "END");
    EXPECT_EQ(silence(outbox, "symbol=BTC-*").kept, SilenceKept::Memory);
    ASSERT_TRUE(outbox.admit(storm_signal(), kNow + 1).ok());
    EXPECT_EQ(row(key("chat")).state, "held");
    EXPECT_THAT(*store_->silences(kNow), IsEmpty());
    run_sql(folder_.at("petrel.db"), "DROP TRIGGER broken");
    ASSERT_TRUE(outbox.take_due(kNow + 5 * kSecond, 10).ok());
    EXPECT_THAT(*store_->silences(kNow), SizeIs(1));
    EXPECT_EQ(outbox.silences(kNow).front().kept, SilenceKept::Store);
}

TEST_F(Operator, in_the_spool_a_silence_outlives_a_restart) {
    const std::string path = folder_.at("spool");
    run_sql(folder_.at("petrel.db"),
            "CREATE TRIGGER broken BEFORE INSERT ON silences BEGIN SELECT RAISE(ABORT, 'down'); "
            "END");
    {
        Outbox outbox = make(std::move(Spool::open(path, 1 << 20)).value());
        EXPECT_EQ(silence(outbox, "symbol=BTC-*").kept, SilenceKept::Spool);
    }
    run_sql(folder_.at("petrel.db"), "DROP TRIGGER broken");
    Outbox outbox = make(std::move(Spool::open(path, 1 << 20)).value());
    ASSERT_TRUE(outbox.take_due(kNow + 1, 10).ok());
    ASSERT_TRUE(outbox.writer().catch_up(10).ok());
    ASSERT_TRUE(outbox.take_due(kNow + 2, 10).ok());
    EXPECT_THAT(outbox.silences(kNow + 2), SizeIs(1));
}

TEST_F(Operator, silences_are_bounded_in_time_and_number) {
    Outbox outbox = make();
    Silence wanted;
    wanted.match = *parse_match("all");
    wanted.until_ns = kNow;
    EXPECT_FALSE(outbox.add_silence(wanted, kNow).ok());
    wanted.until_ns = kNow + SilenceBook::kLongestNs + 1;
    EXPECT_FALSE(outbox.add_silence(wanted, kNow).ok());
    wanted.until_ns = kNow + kMinute;
    wanted.from_ns = kNow;
    for (int i = 0; i < 500; ++i) {
        ASSERT_TRUE(outbox.add_silence(wanted, kNow).ok());
    }
    EXPECT_THAT(outbox.add_silence(wanted, kNow).status().message(), HasSubstr("500 silences"));
}

TEST_F(Operator, an_alert_that_nobody_takes_on_escalates_step_by_step) {
    Outbox outbox = make();
    ASSERT_TRUE(outbox.admit(storm_signal(), kNow).ok());
    EXPECT_THAT(delivered(outbox, kNow), ElementsAre(key("chat")));
    EXPECT_THAT(delivered(outbox, kNow + 5 * kMinute - 1), IsEmpty());
    EXPECT_THAT(delivered(outbox, kNow + 5 * kMinute), ElementsAre(key("pager/esc1")));
    EXPECT_EQ(row(key("pager/esc1")).reason,
              "escalation 1 of route storms: nobody acknowledged it in 5m");
    const auto payload = decode_alert(row(key("pager/esc1")).payload);
    EXPECT_EQ(payload->id, storm_signal().id + "#esc1") << "a receiver takes it as a new alert";
    EXPECT_THAT(delivered(outbox, kNow + 15 * kMinute),
                ElementsAre(key("boss/esc2"), key("pager/esc2")));
    EXPECT_THAT(delivered(outbox, kNow + 60 * kMinute), IsEmpty());
}

TEST_F(Operator, after_a_restart_an_escalation_happens_once) {
    {
        Outbox outbox = make();
        ASSERT_TRUE(outbox.admit(storm_signal(), kNow).ok());
        EXPECT_THAT(delivered(outbox, kNow), ElementsAre(key("chat")));
    }
    Outbox outbox = make();
    ASSERT_TRUE(outbox.admit(storm_signal(), kNow + 1).ok()) << "as a rebuild tells it again";
    EXPECT_THAT(delivered(outbox, kNow + 5 * kMinute), ElementsAre(key("pager/esc1")));
    EXPECT_THAT(delivered(outbox, kNow + 6 * kMinute), IsEmpty());
}

TEST_F(Operator, an_acknowledgement_ends_escalations_and_tells_who_was_told) {
    Outbox outbox = make();
    ASSERT_TRUE(outbox.admit(storm_signal(), kNow).ok());
    delivered(outbox, kNow);
    const auto ack = outbox.acknowledge({"sig-0000", 0, "ann", "cli", "mine"}, kNow + kMinute);
    ASSERT_TRUE(ack.ok()) << ack.status().message();
    EXPECT_TRUE(ack->first);
    EXPECT_EQ(ack->told, 1U);
    const auto due = outbox.take_due(kNow + kMinute, 10);
    ASSERT_THAT(*due, SizeIs(1));
    const AlertText& told = due->front().alert;
    EXPECT_EQ(due->front().row.key, key("chat/ack"));
    EXPECT_EQ(told.phase, PETREL_ALERT_ACKNOWLEDGED);
    EXPECT_EQ(told.provider_id, "m-7") << "the message that is to be edited";
    EXPECT_THAT(told.fields.front().second, HasSubstr("by ann at "));
    EXPECT_THAT(told.fields.front().second, HasSubstr("mine"));
    EXPECT_TRUE(
        outbox.settle({due->front(), DeliveryResult::Delivered, 0, "m-7", ""}, kNow + kMinute)
            .ok());
    EXPECT_THAT(delivered(outbox, kNow + 20 * kMinute), IsEmpty());
    EXPECT_EQ(row(key("pager/esc1")).reason, "acknowledged by ann");
    const auto again = outbox.acknowledge({storm_signal().id, 0, "bob", "chat", ""}, kNow + 9);
    EXPECT_FALSE(again->first);
    EXPECT_EQ(again->ack.author, "ann");
    EXPECT_THAT(delivered(outbox, kNow + 20 * kMinute), IsEmpty()) << "told once";
}

TEST_F(Operator, what_was_sent_to_nobody_is_not_acknowledged) {
    Outbox outbox = make();
    Signal held = storm_signal();
    held.state = SignalState::Held;
    ASSERT_TRUE(outbox.record(held).ok());
    EXPECT_THAT(outbox.acknowledge({held.id, 0, "ann", "cli", ""}, kNow).status().message(),
                HasSubstr("sent to nobody"));
    EXPECT_THAT(outbox.acknowledge({"sig-9", 0, "ann", "cli", ""}, kNow).status().message(),
                HasSubstr("no signal's id begins with 'sig-9'"));
}

TEST_F(Operator, the_end_of_a_signal_is_the_end_of_its_escalations) {
    for (const bool restarts : {false, true}) {
        Signal signal = storm_signal(restarts ? "sig-00000000000e" : "sig-00000000000f");
        auto outbox = std::make_unique<Outbox>(make());
        ASSERT_TRUE(outbox->admit(signal, kNow).ok());
        delivered(*outbox, kNow);
        if (restarts) {
            outbox = std::make_unique<Outbox>(make());
            ASSERT_TRUE(outbox->take_due(kNow + 1, 10).ok());
        }
        signal.state = SignalState::Cancelled;
        ASSERT_TRUE(outbox->record(signal).ok());
        EXPECT_THAT(delivered(*outbox, kNow + 20 * kMinute), IsEmpty());
        EXPECT_EQ(store_->notifications(signal.id)->back().reason, "its signal is cancelled");
    }
}

TEST_F(Operator, an_escalation_comes_before_its_signal_expires_or_not_at_all) {
    Outbox outbox = make();
    Signal brief = storm_signal();
    brief.expires_ns = kNow + 6 * kMinute;
    ASSERT_TRUE(outbox.admit(brief, kNow).ok());
    delivered(outbox, kNow);
    EXPECT_EQ(row(key("boss/esc2")).key, "") << "its time lies behind the signal's";
    EXPECT_EQ(row(key("pager/esc1")).use_by_ns, brief.expires_ns);
    EXPECT_THAT(delivered(outbox, kNow + 6 * kMinute + 1), IsEmpty());
    EXPECT_EQ(row(key("pager/esc1")).state, "expired");
}

TEST_F(Operator, a_silence_that_was_set_since_holds_an_escalation_back) {
    Outbox outbox = make();
    ASSERT_TRUE(outbox.admit(storm_signal(), kNow).ok());
    delivered(outbox, kNow);
    const SilenceView made = silence(outbox, "type=LIQ_STORM", kNow + kMinute);
    EXPECT_THAT(delivered(outbox, kNow + 5 * kMinute), IsEmpty());
    EXPECT_THAT(row(key("pager/esc1")).reason, HasSubstr("silenced by " + made.silence.id));
}

TEST_F(Operator, an_active_alert_inhibits_after_a_restart_too) {
    InhibitionConfig inhibition;
    inhibition.source.types = {"LIQ_STORM"};
    inhibition.source.groups = {"BTC"};
    inhibition.source.venues = {"all"};
    inhibition.source.severity_min = 3;
    inhibition.target.types = {"LIQUIDATION_LARGE"};
    routing_.inhibitions = {inhibition};
    {
        Outbox outbox = make();
        ASSERT_TRUE(outbox.admit(storm_signal(), kNow).ok());
    }
    Outbox outbox = make();
    Signal large = single_signal("LIQUIDATION_LARGE", "long");
    ASSERT_TRUE(outbox.admit(large, kNow + 1).ok());
    const auto rows = store_->notifications(large.id);
    ASSERT_THAT(*rows, SizeIs(1));
    EXPECT_THAT(rows->front().reason, HasSubstr("inhibited by " + storm_signal().id));
    large.id = "sig-00000000000d";
    ASSERT_TRUE(outbox.admit(large, storm_signal().expires_ns).ok());
    EXPECT_EQ(store_->notifications(large.id)->front().state, "pending") << "the storm has expired";
}

TEST_F(Operator, facts_of_a_stored_signal_are_those_of_the_signal) {
    for (const Signal& signal : {storm_signal(), single_signal("WHALE_TRADE", "buy")}) {
        const AlertFacts live = facts_of(signal, compose_alert(signal));
        const AlertFacts stored = facts_of(row_of(signal));
        EXPECT_EQ(stored.id, live.id);
        EXPECT_EQ(stored.type, live.type);
        EXPECT_EQ(stored.symbol, live.symbol);
        EXPECT_EQ(stored.group, live.group);
        EXPECT_EQ(stored.venue, live.venue);
        EXPECT_EQ(stored.side, live.side);
        EXPECT_EQ(stored.pattern, live.pattern);
        EXPECT_EQ(stored.rule, live.rule);
        EXPECT_EQ(stored.severity, live.severity);
        EXPECT_EQ(stored.score, live.score);
    }
}

TEST_F(Operator, a_question_changes_nothing) {
    routing_.root.routes[0].throttle = {.max = 1, .per_ms = 60'000};
    Outbox outbox = make();
    const AlertFacts facts = facts_of(storm_signal(), compose_alert(storm_signal()));
    for (int i = 0; i < 3; ++i) {
        const RoutingDecision decision = outbox.would(facts, kNow);
        ASSERT_THAT(decision.choices, SizeIs(1));
        EXPECT_TRUE(decision.choices[0].send);
        EXPECT_THAT(decision.escalations, SizeIs(3));
    }
    ASSERT_TRUE(outbox.admit(storm_signal(), kNow).ok());
    EXPECT_THAT(outbox.would(facts, kNow).choices[0].reason, HasSubstr("throttled"));
}

}  // namespace
}  // namespace petrel::core
