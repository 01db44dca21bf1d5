// What is fed in over the control socket, from the check to the rules and back from the journal.
#include "pipeline_inputs.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "core/pipeline/recording_support.hpp"
#include "core/plugin/plugin_support.hpp"
#include "normaliser/normaliser.hpp"
#include "replay/replay.hpp"
#include "signal/signal_json.hpp"

namespace petrel::core {
namespace {

using ::testing::HasSubstr;

class Inputs : public ::testing::Test {
protected:
    static PluginSetup setup_of() {
        return product_setup({"exchanges.acme.plugin=binance",
                              "exchanges.acme.symbols=[\"BTCUSDT\", \"SOLUSDT\"]",
                              "engine.sentiment_valid=60s"});
    }
    std::string refusal(const SentimentInput& input) {
        SentimentInput copy = input;
        const Result<std::size_t> taken = desk_.check(copy, now_ns_ += kNsPerSecond);
        return taken.ok() ? "" : taken.status().message();
    }
    // Of the signals that are made of these, what the rules were given of the mood.
    static std::vector<std::string> moods(const std::vector<std::string>& documents) {
        std::vector<std::string> found;
        for (const std::string& document : documents) {
            const std::size_t begin = document.find("\"market.sentiment\"");
            found.push_back(document.substr(begin, document.find('}', begin) - begin));
            found.back().resize(found.back().find(",\"history"));
        }
        return found;
    }

    const PluginSetup setup_ = setup_of();
    Market market_{setup_, {"BTC", "SOL"}};
    InputDesk desk_{setup_.config, market_.registry};
    std::int64_t now_ns_ = kMarketStartNs;
};

TEST_F(Inputs, symbol_is_made_canonical_and_goes_out_as_an_event_of_the_hosts_venue) {
    ASSERT_EQ(render(setup_.problems), "");
    SentimentInput input{"solusdt", -0.5, 0.25, "newsdesk"};
    const Result<std::size_t> taken = desk_.check(input, now_ns_);
    ASSERT_TRUE(taken.ok()) << taken.status().message();
    EXPECT_EQ(*taken, 1U);
    const std::span<MarketEvent> events = desk_.events(input, now_ns_);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, PETREL_EVENT_SENTIMENT);
    EXPECT_EQ(events[0].price, -0.5);
    EXPECT_EQ(events[0].quantity, 0.25);
    EXPECT_EQ(events[0].notional_usd, 0);
    EXPECT_EQ(events[0].flags, PETREL_FLAG_ID_HASHED);
    EXPECT_NE(events[0].id, 0U);
    EXPECT_EQ(events[0].exchange_ts_ns, now_ns_);
    const InstrumentEntry& entry = market_.registry.instrument(events[0].instrument);
    EXPECT_EQ(market_.registry.symbol(entry.symbol).name, "SOL-USDT-PERP");
    EXPECT_EQ(entry.symbol, market_.registry.instrument(1).symbol) << "it is the venues' symbol";
    EXPECT_EQ(market_.registry.venue(entry.venue).name, "operator");

    Normaliser normaliser(market_.registry);
    EXPECT_EQ(normaliser.accept(desk_.venue(), events), 1U);
}

TEST_F(Inputs, star_is_every_symbol_that_is_followed) {
    SentimentInput input{"*", 1, 1, ""};
    EXPECT_EQ(*desk_.check(input, now_ns_), 2U);
    const std::span<MarketEvent> events = desk_.events(input, now_ns_);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].id, 0U);
    EXPECT_NE(events[0].instrument, events[1].instrument);
    const std::size_t instruments = market_.registry.instrument_count();
    EXPECT_EQ(desk_.events(input, now_ns_).size(), 2U);
    EXPECT_EQ(market_.registry.instrument_count(), instruments) << "each is made once";
}

TEST_F(Inputs, bad_input_gets_one_sentence) {
    EXPECT_EQ(refusal({"BTCUSDT", 1.5, 0, ""}),
              "the sentiment is 1.5; allowed: -1 (bearish) to 1 (bullish)");
    EXPECT_EQ(refusal({"BTCUSDT", std::nan(""), 0, ""}),
              "the sentiment is nan; allowed: -1 (bearish) to 1 (bullish)");
    EXPECT_EQ(refusal({"BTCUSDT", 0, -0.1, ""}), "the impact is -0.1; allowed: 0 to 1");
    EXPECT_EQ(refusal({"BTCUSDC", 0, 0, ""}),
              "BTC-USDC-PERP is not followed; the nearest that is: BTC-USDT-PERP");
    EXPECT_THAT(refusal({"?", 0, 0, ""}), HasSubstr("'?' is no symbol"));
    EXPECT_THAT(refusal({"BTCUSDT", 0, 0, "two words"}), HasSubstr("the source is no name"));
    EXPECT_THAT(refusal({"BTCUSDT", 0, 0, std::string(65, 'a')}), HasSubstr("is no name"));
    EXPECT_EQ(refusal({"BTCUSDT", -1, 1, std::string(64, 'a')}), "");
}

TEST_F(Inputs, fifty_are_taken_at_once_and_ten_a_second) {
    SentimentInput input{"BTCUSDT", 0, 0, ""};
    for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(desk_.check(input, now_ns_).ok()) << i;
    }
    const Result<std::size_t> refused = desk_.check(input, now_ns_);
    EXPECT_EQ(refused.status().code(), PETREL_E_FULL);
    EXPECT_EQ(refused.status().message(),
              "there are too many inputs: 10 a second are taken, 50 at once");
    now_ns_ += kNsPerSecond / 2;
    int taken = 0;
    while (desk_.check(input, now_ns_).ok()) {
        ++taken;
    }
    EXPECT_EQ(taken, 5);
    now_ns_ += 3'600 * kNsPerSecond;
    for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(desk_.check(input, now_ns_).ok()) << i;
    }
    EXPECT_FALSE(desk_.check(input, now_ns_).ok());
}

TEST_F(Inputs, rules_read_it_while_it_is_valid_and_a_replay_agrees_byte_for_byte) {
    const auto fed = [&](const SentimentInput& input, std::int64_t second) {
        return desk_.events(input, kMarketStartNs + second * kNsPerSecond)[0];
    };
    const std::vector<MarketEvent> events{
        liquidation_at(0, 0, 1e6),      fed({"BTC-USDT-PERP", -0.5, 0.75, "newsdesk"}, 5),
        liquidation_at(0, 10'000, 3e6), liquidation_at(1, 11'000, 1e6),  // of another symbol
        liquidation_at(0, 65'000, 5e6),                                  // its last moment
        liquidation_at(0, 65'001, 7e6), tick_at(66),
    };
    std::vector<std::string> live;
    struct Sink final : SignalSink {
        explicit Sink(std::vector<std::string>& to) : to_(to) {}
        void on_signal(SignalChange, const Signal& signal) override {
            to_.push_back(signal_document(signal));
        }
        void on_outcome(const SignalOutcome&) override {}
        std::vector<std::string>& to_;
    } sink(live);
    const DetectorSet detectors = std::move(make_detectors(setup_)).value();
    Shard shard(shard_options(setup_.config), detectors.handles(), market_.registry, sink);
    shard.use_rules(*load_rules(setup_.config), RuleBudget{});
    std::vector<std::string> seen;
    for (const MarketEvent& event : events) {
        live.clear();
        shard.on_events({&event, 1});
        if (event.kind == PETREL_EVENT_LIQUIDATION) {
            ASSERT_FALSE(live.empty());
            seen.push_back(moods(live).front());
        }
    }
    const std::string nothing =
        R"("market.sentiment":0.0,"market.news_impact":0.0,"market.sentiment_age_s":-1.0)";
    const auto mood = [](const std::string& age) {
        return R"("market.sentiment":-0.5,"market.news_impact":0.75,)"
               R"("market.sentiment_age_s":)" +
               age;
    };
    EXPECT_EQ(seen,
              (std::vector<std::string>{nothing, mood("5.0"), nothing, mood("60.0"), nothing}));

    const testing::TemporaryFolder journal;
    Recorder recorder(journal.path(), market_.registry);
    recorder.push(events);
    recorder.stop();
    std::vector<std::string> whole;
    Sink again(whole);
    const DetectorSet others = std::move(make_detectors(setup_)).value();
    Shard second(shard_options(setup_.config), others.handles(), market_.registry, again);
    second.use_rules(*load_rules(setup_.config), RuleBudget{});
    second.on_events(events);
    std::vector<std::string> replayed;
    ReplayOptions options;
    options.paths = {journal.path()};
    options.on_signal = [&](SignalChange, const Signal& signal) {
        replayed.push_back(signal_document(signal));
    };
    const PluginSetup bare = product_setup({"engine.sentiment_valid=60s"});
    const Result<ReplaySummary> summary = run_replay(bare, options);
    ASSERT_TRUE(summary.ok()) << summary.status().message();
    EXPECT_EQ(replayed, whole);
    EXPECT_EQ(summary->events, 6U);
}

}  // namespace
}  // namespace petrel::core
