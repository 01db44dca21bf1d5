// What came of signals, through all stages: hand-computed prices in a written recording, the same
// bytes twice, the same outcomes over any number of shards, and rules that are told of them.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "cli/score_json.hpp"
#include "core/pipeline/recording_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "replay/replay.hpp"

namespace petrel::core {
namespace {

namespace fs = std::filesystem;
using petrel::testing::TempFolder;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kFirstMs = 1'794'000'000'000;

// Trades of a coin at half past each second: 0.1 % up and down for 71 seconds, which makes 5.997 %
// an hour, then down by 0.01 % of 91,000 each second; two liquidations of 1,092,000 USD, 70 and
// 71 s on, are a storm of longs that is told at the second.
class FallingMarket {
public:
    explicit FallingMarket(int seconds, const std::string& more_liquidations = "") {
        std::ofstream trades(trades_path());
        trades << "event_time_ms,symbol,agg_trade_id,price,quantity,trade_time_ms,is_buyer_maker\n";
        for (int second = 0; second < seconds; ++second) {
            const double price = second >= 71      ? 91'000 - 9.1 * (second - 70)
                                 : second % 2 == 0 ? 91'000
                                                   : 91'091;
            const std::int64_t at_ms = kFirstMs + second * 1'000 + 500;
            trades << at_ms << ",BTCUSDT," << second + 1 << "," << std::to_string(price) << ",0.01,"
                   << at_ms << ",True\n";
        }
        std::ofstream(storm_path()) << "venue,symbol,position_side,quantity_base,price,"
                                       "event_time_ms\n"
                                    << liquidation(70) << liquidation(71) << more_liquidations;
    }
    static std::string liquidation(int second) {
        return "bybit,BTCUSDT,long,12,91000," + std::to_string(kFirstMs + second * 1'000) + "\n";
    }
    [[nodiscard]] std::vector<std::string> paths() const { return {storm_path(), trades_path()}; }

private:
    [[nodiscard]] std::string trades_path() const { return folder_.at("trades.bybit.x.csv"); }
    [[nodiscard]] std::string storm_path() const { return folder_.at("storm.bybit.x.csv"); }
    TempFolder folder_;
};

struct Played {
    std::vector<SignalOutcome> storms;  // of LIQ_STORM
    std::string bytes;                  // of all
    ReplaySummary summary;
};

Played play(const PluginSetup& setup, const std::vector<std::string>& paths) {
    Played outcomes;
    ReplayOptions options;
    options.paths = paths;
    options.on_outcome = [&](const SignalOutcome& outcome) {
        outcomes.bytes += outcome.signal_id + outcomes_json({&outcome, 1}) + "\n";
        if (outcome.type == "LIQ_STORM") {
            outcomes.storms.push_back(outcome);
        }
    };
    Result<ReplaySummary> summary = run_replay(setup, options);
    EXPECT_TRUE(summary.ok()) << (summary.ok() ? "" : summary.status().message());
    if (summary.ok()) {
        outcomes.summary = std::move(*summary);
    }
    return outcomes;
}

TEST(Outcomes, of_a_storm_in_a_falling_market_are_hits_with_hand_computed_figures) {
    const FallingMarket market(1'000);
    const Played outcomes = play(product_setup(), market.paths());
    ASSERT_EQ(outcomes.storms.size(), 3U) << "the hour is not over";
    const struct {
        std::int64_t horizon_ms;
        double fall_pct;
        double sigma;  // fall / (5.997 % × sqrt(hours))
    } expected[] = {{60'000, 0.6, 0.775}, {300'000, 3.0, 1.733}, {900'000, 9.0, 3.0015}};
    for (std::size_t i = 0; i < 3; ++i) {
        const SignalOutcome& outcome = outcomes.storms[i];
        EXPECT_EQ(outcome.horizon_ms, expected[i].horizon_ms);
        EXPECT_EQ(outcome.pressure, "bearish");
        EXPECT_EQ(outcome.result, OutcomeResult::Hit);
        EXPECT_EQ(outcome.at_ns - outcome.signal_ns, expected[i].horizon_ms * kNsPerMs);
        EXPECT_EQ(*outcome.price_before, 91'000.0);
        EXPECT_NEAR(*outcome.return_pct, -expected[i].fall_pct, 1e-9);
        EXPECT_NEAR(*outcome.return_sigma, -expected[i].sigma, 2e-3);
        EXPECT_NEAR(*outcome.with_pct, expected[i].fall_pct, 1e-9);
        EXPECT_EQ(*outcome.against_pct, 0.0);
        // The last trade before the horizon stands half a second before it.
        EXPECT_NEAR(*outcome.lead_s, static_cast<double>(expected[i].horizon_ms) / 1e3 - 0.5, 1e-9);
    }
    std::uint64_t at_main = 0;
    for (const auto& [result, count] : outcomes.summary.outcomes) {
        at_main += count;
    }
    EXPECT_EQ(outcomes.summary.outcome_horizon_ms, 900'000);
    EXPECT_EQ(at_main, 2U) << "the storm and its first large liquidation";
    EXPECT_EQ(outcomes.summary.outcomes.at("hit"), 2U);
}

TEST(Outcomes, of_near_misses_are_those_that_they_would_have_had) {
    const FallingMarket market(400);
    const Played sent = play(product_setup(), market.paths());
    ASSERT_EQ(sent.storms.size(), 2U);
    std::vector<SignalOutcome> held;
    ReplayOptions options;
    options.paths = market.paths();
    options.on_near_miss = [&](const SignalOutcome& outcome) {
        if (outcome.type == "LIQ_STORM") {
            held.push_back(outcome);
        }
    };
    const auto summary =
        run_replay(product_setup({"rules.parameters.min_score_liq_storm=5"}), options);
    ASSERT_TRUE(summary.ok());
    EXPECT_FALSE(summary->sent.contains("LIQ_STORM"));
    ASSERT_EQ(held.size(), sent.storms.size());
    for (std::size_t i = 0; i < held.size(); ++i) {
        EXPECT_EQ(held[i].held_for, "score_below_minimum");
        EXPECT_EQ(held[i].signal_id, sent.storms[i].signal_id);
        EXPECT_EQ(held[i].result, sent.storms[i].result);
        EXPECT_EQ(held[i].return_pct, sent.storms[i].return_pct);
        EXPECT_EQ(held[i].return_sigma, sent.storms[i].return_sigma);
    }
}

TEST(Outcomes, of_two_runs_are_the_same_bytes) {
    const FallingMarket market(400);
    const PluginSetup setup = product_setup();
    const Played first = play(setup, market.paths());
    EXPECT_FALSE(first.bytes.empty());
    EXPECT_EQ(first.bytes, play(setup, market.paths()).bytes);
}

TEST(Outcomes, are_looked_at_when_the_configuration_says) {
    const FallingMarket market(200);
    const Played outcomes =
        play(product_setup({"outcomes.horizons=[\"10s\", \"2m\"]", "outcomes.hit_sigma=2"}),
             market.paths());
    ASSERT_EQ(outcomes.storms.size(), 2U);
    EXPECT_EQ(outcomes.storms[0].horizon_ms, 10'000);
    EXPECT_EQ(outcomes.storms[1].horizon_ms, 120'000);
    // 1.2 % / (5.997 % / sqrt(30)) = 1.096 units.
    EXPECT_EQ(outcomes.storms[1].result, OutcomeResult::Flat);
    EXPECT_EQ(outcomes.summary.outcome_horizon_ms, 120'000);
    EXPECT_TRUE(play(product_setup({"outcomes.horizons=[]"}), market.paths()).bytes.empty());
}

TEST(Outcomes, of_liquidations_alone_are_unknown_for_want_of_a_price) {
    const TempFolder folder;
    std::ofstream file(folder.at("storm.bybit.x.csv"));
    file << "venue,symbol,position_side,quantity_base,price,event_time_ms\n";
    for (int second = 70; second < 140; ++second) {
        file << FallingMarket::liquidation(second);
    }
    file.close();
    const Played outcomes = play(product_setup(), {folder.at("storm.bybit.x.csv")});
    ASSERT_EQ(outcomes.storms.size(), 1U);
    EXPECT_EQ(outcomes.storms[0].reason, "no_price");
    EXPECT_FALSE(outcomes.storms[0].return_pct.has_value());
}

// A pack that holds a storm when the one before it was a hit, and scores by what it knows.
class TellingPack {
public:
    TellingPack() {
        fs::copy(PETREL_SOURCE_DIR "/rules/default", folder_.at("pack"),
                 fs::copy_options::recursive);
        edit("appropriateness.lua", "    local total = score.total\n",
             "    local total = score.total\n"
             "    local past = input.history\n"
             "    if input.type == \"LIQ_STORM\" and past.last_outcome ~= \"\" then\n"
             "        return \"hold\", \"seen_before\", \"{0} {2} {2}\", past.outcomes,\n"
             "            past.hit_share, past.mean_move_sigma\n"
             "    end\n");
        edit("score.lua", "    local storm = input.storm\n",
             "    local storm = input.storm\n"
             "    terms.known = input.history.outcomes\n");
    }
    [[nodiscard]] std::string path() const { return folder_.at("pack"); }

private:
    void edit(const std::string& file, const std::string& from, const std::string& to) {
        const std::string path = folder_.at("pack/" + file);
        std::ifstream in(path);
        std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        const std::size_t at = text.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        std::ofstream(path) << text.replace(at, from.size(), to);
    }
    TempFolder folder_;
};

// A storm at 71 s; its outcome at 15 minutes is known at 971 s.
std::string what_rules_said(int second_of_next_storm) {
    const FallingMarket market(1'100, FallingMarket::liquidation(second_of_next_storm - 1) +
                                          FallingMarket::liquidation(second_of_next_storm));
    const TellingPack pack;
    const PluginSetup setup = product_setup({"rules.directory=" + pack.path()});
    std::string said;
    ReplayOptions options;
    options.paths = market.paths();
    options.on_signal = [&](SignalChange change, const Signal& signal) {
        if (signal.type != "LIQ_STORM" || change == SignalChange::Expired) {
            return;
        }
        said += signal.verdict.reasons.front() + ": " + signal.verdict.note;
        for (const RuleTerm& term : signal.score.terms) {
            said += term.name == "known" ? " known " + std::to_string(term.value) : "";
        }
        said += "\n";
    };
    EXPECT_TRUE(run_replay(setup, options).ok());
    return said;
}

TEST(Outcomes, are_told_to_rules_from_the_tick_on_at_which_they_are_known) {
    EXPECT_THAT(what_rules_said(970), Not(HasSubstr("seen_before")));
    const std::string said = what_rules_said(972);
    EXPECT_THAT(said, HasSubstr("seen_before: 1 1.00 3.00")) << said;
    EXPECT_THAT(said, HasSubstr("known 1.0")) << "score.lua knows it, too";
}

class Listener final : public SignalSink {
public:
    void on_signal(SignalChange, const Signal&) override {}
    void on_outcome(const SignalOutcome& outcome) override {
        lines.insert(outcome.signal_id + outcome.symbol + outcomes_json({&outcome, 1}));
        ++results[outcome.result];
    }
    std::multiset<std::string> lines;
    std::map<OutcomeResult, int> results;
};

MarketEvent trade_at(std::uint32_t instrument, std::int64_t ms, double price) {
    MarketEvent event = liquidation_at(instrument, ms, 1'000, PETREL_SIDE_BUY);
    event.kind = PETREL_EVENT_TRADE;
    event.price = price;
    return event;
}

// market_of() with a price of each coin that wanders.
std::vector<MarketEvent> priced_market(std::uint32_t coins) {
    std::vector<MarketEvent> events;
    std::vector<double> prices(coins, 100.0);
    std::uint64_t random = 88'172'645'463'325'252ULL;
    std::int64_t second = -1;
    for (const MarketEvent& event : market_of(1'600, coins)) {
        if (event.kind == kTickEvent) {
            ++second;
        }
        events.push_back(event);
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        const auto coin = static_cast<std::uint32_t>((random >> 20) % coins);
        prices[coin] *= 1.0 + (static_cast<double>((random >> 32) % 2'001) - 1'000) * 1e-6;
        events.push_back(trade_at(coin, second * 1'000 + 999, prices[coin]));
    }
    return events;
}

// A version that begins to look on takes over what is followed, and goes its own way from there.
TEST(Outcomes, are_told_to_a_version_that_looks_on_as_well) {
    const PluginSetup setup = product_setup();
    const Market market(setup, {"BTC"});
    const auto pack = load_rules(setup.config);
    Listener live;
    Listener beside;
    DetectorSet detectors = std::move(make_detectors(setup)).value();
    Shard shard(shard_options(setup.config), detectors.handles(), market.registry, live);
    shard.use_rules(*pack, rule_budget(setup.config));
    const std::vector<MarketEvent> storm{trade_at(0, 500, 100), liquidation_at(0, 1'000, 1.2e6),
                                         liquidation_at(0, 2'000, 1.2e6)};
    shard.on_events(storm);
    shard.look_on(*pack, rule_budget(setup.config), beside);
    const std::vector<MarketEvent> later{trade_at(0, 61'000, 99), tick_at(61), tick_at(62)};
    shard.on_events(later);
    EXPECT_EQ(live.lines.size(), 2U) << "of the storm and of its first large liquidation";
    EXPECT_EQ(beside.lines, live.lines);
}

TEST(Outcomes, are_the_same_over_any_number_of_shards) {
    const PluginSetup setup = product_setup();
    const std::vector<std::string> coins{"BTC",  "ETH", "SOL", "AVAX", "DOGE", "ADA",
                                         "LINK", "XRP", "UNI", "DOT",  "ARB"};
    const std::vector<MarketEvent> events = priced_market(static_cast<std::uint32_t>(coins.size()));
    const auto pack = load_rules(setup.config);
    const auto run = [&](std::size_t shards) {
        Market market(setup, coins);
        Listener listener;
        std::vector<DetectorSet> detectors;
        std::vector<std::unique_ptr<Shard>> lanes;
        for (std::size_t i = 0; i < shards; ++i) {
            detectors.push_back(std::move(make_detectors(setup)).value());
            lanes.push_back(std::make_unique<Shard>(shard_options(setup.config),
                                                    detectors.back().handles(), market.registry,
                                                    listener));
            lanes.back()->use_rules(*pack, rule_budget(setup.config));
        }
        for (const MarketEvent& event : events) {
            for (std::size_t i = 0; i < shards; ++i) {
                const SymbolId symbol = market.registry.instrument(event.instrument).symbol;
                if (event.kind == kTickEvent || symbol % shards == i) {
                    lanes[i]->on_events({&event, 1});
                }
            }
        }
        return listener;
    };
    const Listener one = run(1);
    EXPECT_GT(one.lines.size(), 40U);
    EXPECT_GT(one.results.at(OutcomeResult::Hit), 3);
    EXPECT_GT(one.results.at(OutcomeResult::FalseAlarm), 3);
    EXPECT_EQ(one.lines, run(2).lines);
    EXPECT_EQ(one.lines, run(7).lines);
}

}  // namespace
}  // namespace petrel::core
