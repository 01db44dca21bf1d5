// What happens to an alert, in the words of a configuration: updates, ends, escalations,
// acknowledgements, digests, drills.
#include "outbox/occasion.hpp"

#include <gmock/gmock.h>

#include "config/config_loader.hpp"
#include "core/outbox/signal_support.hpp"
#include "outbox/alert_codec.hpp"
#include "outbox/digest.hpp"
#include "outbox/escalations.hpp"
#include "outbox/fire_drill.hpp"
#include "outbox/story_updates.hpp"
#include "petrel/abi/notifier.h"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

MessageBook worded(const std::string& text) {
    const LoadResult loaded = load_config_text(text, {});
    EXPECT_TRUE(loaded.problems.empty()) << render(loaded.problems);
    return *MessageBook::make(loaded.config.messages);
}

constexpr const char* kShort =
    "[messages.LIQ_STORM]\nheadline = \"{coin}\"\n"
    "fields = [\"Total: {notional}\"]\nfooter = \"{id}\"\n";

TEST(Occasion, an_update_is_worded_beside_or_in_place_of_the_first_message) {
    const MessageBook book =
        worded(std::string(kShort) +
               "[messages.update]\nheadline = \"more of {headline}, {notional:bare}\"\n"
               "fields = [\"No: {number}\", \"*\"]\n[messages.edit]\nfields = [\"*\"]\n");
    const AlertText beside = update_alert(storm_signal(), {}, 3, book);
    EXPECT_EQ(beside.headline, "more of BTC, $17.9M");
    EXPECT_THAT(beside.fields, ElementsAre(Pair("No", "3"), Pair("Total", "$17.9M")));
    EXPECT_EQ(beside.footer, "sig-00000000000a") << "of its type, without the update's number";
    ChannelTraits edits;
    edits.abilities = PETREL_CAN_EDIT;
    const AlertText in_place = update_alert(storm_signal(), edits, 3, book);
    EXPECT_EQ(in_place.headline, "BTC");
    EXPECT_THAT(in_place.fields, ElementsAre(Pair("Total", "$17.9M")));
}

TEST(Occasion, an_end_tells_the_peak_of_a_sample_as_at_least_that) {
    Signal signal = storm_signal();
    signal.state = SignalState::Expired;
    signal.updates = 1;
    signal.peak_usd = 21'000'000;
    signal.cause.sampled = true;
    signal.series.points.resize(60, {91'000, 1, 1});
    signal.verdict.decision = RuleDecision::Update;
    signal.verdict.note = "7.86 times the minimum";
    signal.score.terms = {{"context", 0.004}, {"storm", 0.5}};
    const AlertText end = end_alert(signal, {}, shipped_messages());
    EXPECT_TRUE(end.series.points.empty()) << "a message of its own has words alone";
    EXPECT_THAT(end.fields, ::testing::Contains(Pair("Note", "7.86 times the minimum")));
    EXPECT_THAT(end.fields, ::testing::Contains(Pair("Why", HasSubstr("0.50 storm"))));
    EXPECT_THAT(end.fields, Not(::testing::Contains(Pair("Why", HasSubstr("0.00")))));
    EXPECT_THAT(end.headline, HasSubstr("ended · ▼ BTC long storm ≥ $17.9M"));
    EXPECT_THAT(end.fields, ::testing::Contains(Pair("Peak", "at least $21.0M")));
    signal.updates = 0;
    EXPECT_THAT(end_alert(signal, {}, shipped_messages()).fields,
                Not(::testing::Contains(::testing::Key("Peak"))));
    signal.state = SignalState::Cancelled;
    signal.cancel_reason = "a test";
    const MessageBook book = worded(std::string(kShort) +
                                    "[messages.cancelled]\nheadline = \"{coin} off: {reason}\"\n"
                                    "fields = [\"Was: {side}\"]\nfooter = \"{time:clock}\"\n");
    const AlertText cancelled = end_alert(signal, {}, book);
    EXPECT_EQ(cancelled.headline, "BTC off: a test");
    EXPECT_THAT(cancelled.fields, ElementsAre(Pair("Was", "long")));
    EXPECT_EQ(cancelled.footer, "00:00:00");
}

TEST(Occasion, an_escalation_keeps_its_record_whatever_its_words) {
    const MessageBook book =
        worded(std::string(kShort) +
               "[messages.escalation]\nheadline = \"UNSEEN {after}: {headline}\"\n"
               "fields = [\"Step: {step} of {route}\"]\n");
    RoutingDecision decision;
    decision.escalations.push_back({"pager", "storms", 2, 300'000});
    const auto rows = escalation_rows(compose_alert(storm_signal(), book), decision,
                                      {kNow, 900 * kSecond, kNow + 7'200 * kSecond}, book);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].reason, "waits: escalation 2 of route storms: nobody acknowledged it in 5m");
    const AlertText told = *decode_alert(rows[0].payload);
    EXPECT_EQ(told.headline, "UNSEEN 5 min: BTC");
    EXPECT_THAT(told.fields, ElementsAre(Pair("Step", "2 of storms")));
    EXPECT_EQ("waits: " + told.escalation, rows[0].reason) << "for the record of its delivery";
}

TEST(Occasion, an_acknowledgement_is_told_without_what_is_private) {
    NotificationRow sent;
    sent.channel = "chat";
    sent.state = "delivered";
    sent.payload = encode_alert(compose_alert(storm_signal()));
    AckRow ack;
    ack.author = "ann";
    ack.comment = "token: abc123def\x1b";
    ack.at_ns = kNow;
    const std::set<std::string> channels{"chat"};
    const auto rows =
        tellings_of(ack, std::span(&sent, 1), {channels, kSecond, shipped_messages()});
    ASSERT_EQ(rows.size(), 1U);
    const AlertText told = *decode_alert(rows[0].payload);
    EXPECT_EQ(told.fields.front().first, "Acknowledged");
    EXPECT_THAT(told.fields.front().second, HasSubstr("by ann at 00:00:00 UTC: token: [hidden"));
    EXPECT_EQ(told.fields[1].first, "Side") << "above the alert's own lines";
    EXPECT_THAT(told.headline, HasSubstr("acknowledged · "));
}

TEST(Occasion, a_digest_tells_each_alert_as_its_form_says) {
    const MessageBook book = worded(
        "[messages]\nzone = \"Europe/Berlin\"\n[messages.digest]\n"
        "headline = \"{count} at once\"\neach = \"{coin}: {headline} ({time:zone})\"\n"
        "fields = [\"Left out: {more}\"]\nfooter = \"{id}\"\n");
    const std::vector<AlertText> alerts(13, compose_alert(storm_signal()));
    const AlertText digest = compose_digest("dig-1", alerts, kNow, book);
    EXPECT_EQ(digest.headline, "13 at once");
    ASSERT_EQ(digest.fields.size(), 13U);
    EXPECT_THAT(digest.fields[0],
                Pair("BTC", "▼ BTC long storm $17.9M in 78 s · 1.41 extreme (01:00:00 CET)"));
    EXPECT_THAT(digest.fields[12], Pair("Left out", "1 LIQ_STORM"));
    EXPECT_EQ(digest.footer, "dig-1");
}

TEST(Occasion, a_drill_is_worded_around_the_canary) {
    const MessageBook book =
        worded("[messages.drill]\nheadline = \"PROBE {channel}\"\nfields = [\"Do: nothing\"]\n");
    const AlertText drill = compose_drill("pager", kNow, book);
    EXPECT_EQ(drill.headline, "PROBE pager");
    EXPECT_THAT(drill.fields, ElementsAre(Pair("Do", "nothing")));
    EXPECT_EQ(drill.type, "TEST");
    EXPECT_EQ(compose_drill("pager", kNow).fields.front().first, "Test");
}

}  // namespace
}  // namespace petrel::core
