// Verdicts become signals: identity, life, near misses told once, and the same bytes every time.
#include "signal/signal_stage.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include <nlohmann/json.hpp>
#include <optional>

#include "signal/signal_json.hpp"
#include "window/window.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kOnset = 1'765'419'542 * kNsPerSecond;
constexpr std::int64_t kValid = 7'200 * kNsPerSecond;

class Names final : public NameBook {
public:
    [[nodiscard]] std::string_view symbol(std::uint32_t symbol) const override {
        return symbol == 0 ? "BTC-USDT-PERP" : "ETH-USDT-PERP";
    }
    [[nodiscard]] std::string_view short_symbol(std::uint32_t) const override { return "BTC"; }
    [[nodiscard]] std::string_view group(std::uint32_t) const override { return "BTC"; }
    [[nodiscard]] std::string_view venue(std::uint16_t venue) const override {
        return venue == 0 ? "venue-a" : "venue-b";
    }
};

class Sink final : public SignalSink {
public:
    void on_signal(SignalChange change, const Signal& signal) override {
        static constexpr const char* kWords[] = {"admitted", "updated", "expired", "held",
                                                 "cancelled"};
        log.push_back(std::string(kWords[static_cast<int>(change)]) + " " +
                      signal.symbol.substr(0, 3));
        last = signal;
    }
    std::vector<std::string> log;
    Signal last;
};

class Stage : public ::testing::Test {
protected:
    void SetUp() override {
        finding_.type = 0;
        finding_.side = Side::Long;
        finding_.onset_ns = kOnset;
        finding_.at_ns = kOnset;
        finding_.notional_usd = 4.1e6;
        finding_.events = 12;
        finding_.window_ms = 30'000;
        MarketEvent event{};
        event.kind = PETREL_EVENT_LIQUIDATION;
        event.side = PETREL_SIDE_LONG;
        event.venue = 1;
        event.price = 3'402.17;
        finding_.evidence = {event};
    }

    // Gives the state of what is to be followed; nothing when nothing is.
    std::optional<SignalState> take(RuleDecision decision, std::int64_t now_ns,
                                    const std::string& reason = "score") {
        Candidate candidate;
        candidate.type = finding_.type;
        candidate.side = finding_.side;
        candidate.onset_ns = finding_.onset_ns;
        candidate.cause = &finding_;
        candidate.market = market_;
        candidate.input.finding.present = true;
        candidate.score.total = 0.92;
        candidate.score.terms = {{"storm", 0.7}, {"whales", 0.22}};
        Verdict verdict;
        verdict.rule.decision = decision;
        verdict.rule.reasons = {reason};
        const Signal* followed = stage_.take(candidate, verdict, now_ns, "default@9c41e2", sink_);
        return followed == nullptr ? std::nullopt : std::optional(followed->state);
    }

    ScoreStage scores_{{"LIQ_STORM", "WHALE_CLUSTER"}, {}};
    Names names_;
    SignalStage stage_{scores_, names_, kValid};
    Sink sink_;
    Finding finding_;
    const Window* market_ = nullptr;
};

TEST(SignalLifecycle, is_the_table_and_nothing_else) {
    using enum SignalState;
    const SignalState states[] = {Held, Active, Expired, Cancelled};
    const SignalStep steps[] = {SignalStep::Admit, SignalStep::Update, SignalStep::Expire,
                                SignalStep::Cancel};
    const std::optional<SignalState> none;
    const std::optional<SignalState> table[4][4] = {{Active, none, none, none},
                                                    {none, Active, Expired, Cancelled},
                                                    {none, none, none, none},
                                                    {none, none, none, none}};
    for (std::size_t state = 0; state < 4; ++state) {
        for (std::size_t step = 0; step < 4; ++step) {
            EXPECT_EQ(next_state(states[state], steps[step]), table[state][step])
                << state_name(states[state]) << " " << step;
        }
    }
    EXPECT_EQ(state_name(Cancelled), "cancelled");
}

// Ids are promised to be stable over releases and machines: stored, linked, used as keys.
TEST(SignalId, of_one_story_never_changes) {
    EXPECT_EQ(signal_id("LIQ_STORM", "BTC-USDT-PERP", Side::Long, kOnset), "sig-adedb9ccd888");
}

TEST(SignalId, differs_by_type_symbol_side_and_onset) {
    const std::string id = signal_id("LIQ_STORM", "BTC-USDT-PERP", Side::Long, kOnset);
    EXPECT_NE(signal_id("LIQ_STORN", "BTC-USDT-PERP", Side::Long, kOnset), id);
    EXPECT_NE(signal_id("LIQ_STORM", "BTC-USDC-PERP", Side::Long, kOnset), id);
    EXPECT_NE(signal_id("LIQ_STORM", "BTC-USDT-PERP", Side::Short, kOnset), id);
    EXPECT_NE(signal_id("LIQ_STORM", "BTC-USDT-PERP", Side::Long, kOnset + 1), id);
}

TEST_F(Stage, an_admitted_signal_tells_what_it_rests_on) {
    take(RuleDecision::Send, kOnset);
    EXPECT_THAT(sink_.log, ElementsAre("admitted BTC"));
    const Signal& signal = sink_.last;
    EXPECT_EQ(signal.id, signal_id("LIQ_STORM", "BTC-USDT-PERP", Side::Long, kOnset));
    EXPECT_EQ(signal.state, SignalState::Active);
    EXPECT_EQ(signal.expires_ns, kOnset + kValid);
    EXPECT_EQ(signal.cause.venue, "all");
    EXPECT_THAT(signal.cause.evidence_venues, ElementsAre("venue-b"));
    EXPECT_EQ(signal.rule_version, "default@9c41e2");
    EXPECT_FALSE(signal.inputs.empty());
    EXPECT_EQ(stage_.open(), 1U);
}

TEST_F(Stage, updates_go_on_with_the_story_and_keep_its_peak) {
    take(RuleDecision::Send, kOnset);
    finding_.notional_usd = 9e6;
    take(RuleDecision::Update, kOnset + kNsPerSecond);
    finding_.notional_usd = 5e6;
    take(RuleDecision::Update, kOnset + 2 * kNsPerSecond);
    EXPECT_THAT(sink_.log, ElementsAre("admitted BTC", "updated BTC", "updated BTC"));
    EXPECT_EQ(sink_.last.updates, 2U);
    EXPECT_EQ(sink_.last.peak_usd, 9e6);
    EXPECT_EQ(sink_.last.expires_ns, kOnset + kValid) << "an update does not prolong it";
}

// An update told the price of its beginning beside the total of now.
TEST_F(Stage, what_an_update_tells_of_the_market_is_as_old_as_its_figures) {
    Window window(WindowShape{}, 1e9);
    MarketEvent trade{};
    trade.kind = PETREL_EVENT_TRADE;
    trade.count = 1;
    trade.quantity = 1;
    const auto trades_at = [&](std::int64_t second, double price) {
        trade.exchange_ts_ns = kOnset + second * kNsPerSecond;
        trade.price = price;
        trade.notional_usd = price;
        window.add(trade);
        return kOnset + second * kNsPerSecond;
    };
    const auto latest = [&] { return sink_.last.series.points.back().price; };
    market_ = &window;
    trades_at(-9, 1'000);
    take(RuleDecision::Send, trades_at(0, 990));
    EXPECT_EQ(latest(), 990);
    take(RuleDecision::Update, trades_at(6, 970));
    EXPECT_EQ(latest(), 970);
    for (std::int64_t second = 7; second <= 15; ++second) {  // told by the ticks
        take(RuleDecision::Update, trades_at(second, 960) - kNsPerSecond / 2);
        stage_.tick(kOnset + second * kNsPerSecond, sink_);
    }
    EXPECT_EQ(sink_.last.updates, 10U);
    EXPECT_EQ(latest(), 960);
}

TEST_F(Stage, an_update_of_nothing_open_is_nothing) {
    take(RuleDecision::Update, kOnset);
    EXPECT_THAT(sink_.log, IsEmpty());
}

TEST_F(Stage, the_same_story_sent_again_is_an_update) {
    take(RuleDecision::Send, kOnset);
    take(RuleDecision::Send, kOnset);
    EXPECT_THAT(sink_.log, ElementsAre("admitted BTC")) << "told a moment ago";
    take(RuleDecision::Send, kOnset + kNsPerSecond);
    EXPECT_THAT(sink_.log, ElementsAre("admitted BTC", "updated BTC"));
    EXPECT_EQ(stage_.open(), 1U);
}

TEST_F(Stage, it_expires_in_event_time_once) {
    take(RuleDecision::Send, kOnset);
    stage_.tick(kOnset + kValid - 1, sink_);
    EXPECT_EQ(stage_.open(), 1U);
    stage_.tick(kOnset + kValid, sink_);
    stage_.tick(kOnset + 2 * kValid, sink_);
    EXPECT_THAT(sink_.log, ElementsAre("admitted BTC", "expired BTC"));
    EXPECT_EQ(sink_.last.state, SignalState::Expired);
    EXPECT_EQ(stage_.open(), 0U);
    take(RuleDecision::Update, kOnset + 2 * kValid);
    EXPECT_EQ(sink_.log.size(), 2U) << "what has ended stays so";
}

TEST_F(Stage, one_that_gives_way_to_others_is_cancelled_with_the_reason) {
    for (int i = 0; i <= 8'192; ++i) {
        finding_.onset_ns = kOnset + i;
        take(RuleDecision::Send, kOnset + i);
    }
    EXPECT_EQ(stage_.open(), 8'192U);
    ASSERT_EQ(sink_.log.size(), 8'194U);
    EXPECT_EQ(sink_.log[8'192], "cancelled BTC") << "before the one that takes its place";
    finding_.onset_ns = kOnset - 1;
    take(RuleDecision::Send, kOnset + 9'000);
    EXPECT_EQ(sink_.log[8'194], "cancelled BTC");
    stage_.tick(kOnset + kValid, sink_);
    EXPECT_EQ(std::count(sink_.log.begin(), sink_.log.end(), "expired BTC"), 0)
        << "an end is an end";
}

TEST_F(Stage, a_near_miss_is_told_once_for_each_story_and_reason) {
    take(RuleDecision::Hold, kOnset, "cooldown");
    take(RuleDecision::Hold, kOnset, "cooldown");
    take(RuleDecision::Hold, kOnset, "too weak");
    take(RuleDecision::Hold, kOnset, "too weak");
    finding_.symbol = 1;
    take(RuleDecision::Hold, kOnset, "cooldown");
    EXPECT_THAT(sink_.log, ElementsAre("held BTC", "held BTC", "held ETH"));
    EXPECT_EQ(sink_.last.state, SignalState::Held);
    EXPECT_EQ(stage_.held_by_reason().at("cooldown"), 3U) << "all are counted";
    EXPECT_EQ(stage_.held_by_reason().at("too weak"), 2U);
    EXPECT_EQ(stage_.open(), 0U);
}

TEST_F(Stage, equal_input_gives_equal_bytes) {
    take(RuleDecision::Send, kOnset);
    const Signal first = sink_.last;
    SignalStage again(scores_, names_, kValid);
    Candidate candidate;
    candidate.side = finding_.side;
    candidate.onset_ns = finding_.onset_ns;
    candidate.cause = &finding_;
    candidate.input.finding.present = true;
    candidate.score = first.score;
    Verdict verdict;
    verdict.rule = first.verdict;
    again.take(candidate, verdict, kOnset, "default@9c41e2", sink_);
    EXPECT_EQ(signal_document(sink_.last), signal_document(first));
    EXPECT_EQ(signal_line(sink_.last), signal_line(first));
}

TEST_F(Stage, the_line_names_its_fields_in_a_fixed_order) {
    take(RuleDecision::Send, kOnset);
    const auto json = nlohmann::ordered_json::parse(signal_line(sink_.last));
    std::vector<std::string> names;
    for (const auto& [name, value] : json.items()) {
        names.push_back(name);
    }
    EXPECT_THAT(std::vector<std::string>(names.begin(), names.begin() + 7),
                ElementsAre("type", "id", "symbol", "short_symbol", "group", "venue", "side"));
    for (const char* name : {"ts_ns", "notional_usd", "events", "score", "verdict", "reasons",
                             "rule_version", "terms", "at_least"}) {
        EXPECT_TRUE(json.contains(name)) << name;
    }
    EXPECT_EQ(signal_line(sink_.last).find('\n'), std::string::npos) << "one line";
    const auto document = nlohmann::json::parse(signal_document(sink_.last));
    EXPECT_EQ(document["cause"]["evidence"][0]["venue"], "venue-b");
    EXPECT_EQ(document["cause"]["evidence"][0]["price"], 3'402.17);
    EXPECT_TRUE(document["inputs"].contains("finding.volume_usd"));
}

TEST_F(Stage, text_that_is_not_utf8_is_replaced_and_never_fatal) {
    take(RuleDecision::Hold, kOnset, "cut \xF0\x9F");
    EXPECT_FALSE(nlohmann::json::parse(signal_line(sink_.last)).is_discarded());
}

TEST_F(Stage, what_is_sent_is_followed_and_a_near_miss_until_its_story_is_told) {
    EXPECT_EQ(take(RuleDecision::Hold, kOnset, "cooldown"), SignalState::Held);
    EXPECT_EQ(take(RuleDecision::Hold, kOnset + 1, "cooldown"), std::nullopt) << "told already";
    EXPECT_EQ(take(RuleDecision::Hold, kOnset + 2, "spread"), SignalState::Held);
    EXPECT_EQ(take(RuleDecision::Send, kOnset + 3), SignalState::Active);
    EXPECT_EQ(take(RuleDecision::Update, kOnset + 4), std::nullopt);
    EXPECT_EQ(take(RuleDecision::Hold, kOnset + 5, "cooldown"), std::nullopt) << "it was told";
}

}  // namespace
}  // namespace petrel::core
