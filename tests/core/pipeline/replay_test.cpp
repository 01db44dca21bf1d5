// Replays through all stages: a hand-computed storm, the same bytes twice, the same signals over
// any number of shards.
#include "replay/replay.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "pipeline_parts.hpp"
#include "signal/signal_json.hpp"

namespace petrel::core {
namespace {

namespace fs = std::filesystem;

PluginSetup product_setup(const std::vector<std::string>& settings = {}) {
    LoadOptions options;
    options.settings = settings;
    options.settings.push_back("rules.directory=" PETREL_SOURCE_DIR "/rules/default");
    return load_setup(options, {PETREL_PLUGIN_DIR});
}

struct Replayed {
    std::string lines;
    ReplaySummary summary;
};

Replayed replay(const PluginSetup& setup, const std::vector<std::string>& paths) {
    Replayed result;
    ReplayOptions options;
    options.paths = paths;
    options.on_signal = [&](SignalChange change, const Signal& signal) {
        if (change == SignalChange::Admitted) {
            result.lines += signal_line(signal) + "\n";
        }
    };
    const Result<ReplaySummary> summary = run_replay(setup, options);
    EXPECT_TRUE(summary.ok()) << (summary.ok() ? "" : summary.status().message());
    if (summary.ok()) {
        result.summary = *summary;
    }
    return result;
}

class CsvFile {
public:
    explicit CsvFile(const std::string& rows, const std::string& name = "liquidations.bybit.x.csv")
        : directory_(fs::temp_directory_path() / ("petrel-replay-" + std::to_string(::getpid()) +
                                                  "-" + std::to_string(counter_++))) {
        fs::create_directories(directory_);
        path_ = (directory_ / name).string();
        std::ofstream(path_) << rows;
    }
    ~CsvFile() { fs::remove_all(directory_); }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    static inline int counter_ = 0;
    fs::path directory_;
    std::string path_;
};

constexpr const char* kHeader = "venue,symbol,position_side,quantity_base,price,event_time_ms\n";

TEST(Replay, a_storm_is_told_at_the_event_that_crosses_its_minimum) {
    // BTC is a major: 2,000,000 USD and two events within 30 s. 11 x 91,000 = 1,001,000 each.
    const CsvFile file(std::string(kHeader) +
                       "bybit,BTCUSDT,long,11,91000,1794000000000\n"
                       "bybit,BTCUSDT,short,30,91000,1794000010000\n"
                       "bybit,BTCUSDT,long,10,91000,1794000029999\n"
                       "bybit,BTCUSDT,long,11,91000,1794000030001\n"   // the first has left
                       "bybit,BTCUSDT,long,5,91000,1794000031000\n");  // 10 + 11 + 5 = 26 BTC
    const Replayed result = replay(product_setup(), {file.path()});
    EXPECT_EQ(result.summary.sent.at("LIQ_STORM"), 1U);
    EXPECT_NE(result.lines.find(R"("type":"LIQ_STORM")"), std::string::npos);
    EXPECT_NE(result.lines.find(R"("ts_ns":1794000031000000000,"onset_ns":1794000031000000000)"),
              std::string::npos)
        << result.lines;
    EXPECT_NE(result.lines.find(R"("notional_usd":2366000.0,"at_least":false,"events":3)"),
              std::string::npos)
        << result.lines;
}

TEST(Replay, two_runs_give_the_same_bytes) {
    const PluginSetup setup = product_setup({"detection.minima_scale=0.2"});
    const std::string recording = PETREL_SOURCE_DIR "/examples/recordings/storm.csv";
    const Replayed first = replay(setup, {recording});
    const Replayed second = replay(setup, {recording});
    EXPECT_FALSE(first.lines.empty());
    EXPECT_EQ(first.lines, second.lines);
}

TEST(Replay, files_are_merged_by_time_and_meet_in_one_radar_signal) {
    const CsvFile storm(std::string(kHeader) +
                        "bybit,BTCUSDT,long,12,91000,1794000000000\n"
                        "bybit,BTCUSDT,long,12,91000,1794000004000\n");
    const CsvFile trades(
        "event_time_ms,symbol,agg_trade_id,price,quantity,trade_time_ms,is_buyer_maker\n"
        "1794000001000,BTCUSDT,1,91000,12,1794000001000,True\n"
        "1794000002000,BTCUSDT,2,91000,12,1794000002000,True\n"
        "1794000003000,BTCUSDT,3,91000,12,1794000003000,True\n",
        "trades.bybit.x.csv");
    const Replayed result = replay(product_setup(), {storm.path(), trades.path()});
    EXPECT_EQ(result.summary.sent.at("GLOBAL_RADAR"), 1U);
    EXPECT_EQ(result.summary.sent.at("WHALE_CLUSTER"), 1U);
    EXPECT_NE(result.lines.find(R"("pressure":"bearish")"), std::string::npos);
}

TEST(Replay, what_cannot_be_read_is_counted_and_named) {
    const CsvFile file(std::string(kHeader) +
                       "bybit,BTCUSDT,sideways,1,91000,1794000000000\n"
                       "bybit,BTCUSDT,long,-1,91000,1794000000000\n"
                       "nobody,BTCUSDT,long,1,91000,1794000000000\n"
                       "bybit,ETHBTC,long,1,0.03,1794000000000\n"
                       "bybit,BTCUSDT,long,1,91000,1794000000000\n");
    const Replayed result = replay(product_setup(), {file.path()});
    EXPECT_EQ(result.summary.events, 1U);
    std::uint64_t skipped = 0;
    for (const auto& [reason, count] : result.summary.skipped) {
        skipped += count;
        EXPECT_NE(result.summary.first_case.at(reason).find(file.path()), std::string::npos);
    }
    EXPECT_EQ(skipped, 4U);
}

TEST(Replay, a_file_of_unknown_columns_is_refused_with_its_place) {
    const CsvFile file("when,what\n1,2\n");
    const PluginSetup setup = product_setup();
    ReplayOptions options;
    options.paths = {file.path()};
    const Result<ReplaySummary> summary = run_replay(setup, options);
    ASSERT_FALSE(summary.ok());
    EXPECT_NE(summary.status().message().find(file.path() + ":1"), std::string::npos);
}

// Collects the ids a shard admits.
class Ids final : public SignalSink {
public:
    void on_signal(SignalChange change, const Signal& signal) override {
        if (change == SignalChange::Admitted) {
            ids.insert(signal.id + " " + signal_line(signal));
        }
    }
    std::set<std::string> ids;
};

MarketEvent liquidation(std::uint32_t instrument, std::int64_t ms, double usd) {
    MarketEvent event{};
    event.kind = PETREL_EVENT_LIQUIDATION;
    event.side = ms % 3 == 0 ? PETREL_SIDE_SHORT : PETREL_SIDE_LONG;
    event.instrument = instrument;
    event.count = 1;
    event.exchange_ts_ns = (1'794'000'000'000 + ms) * kNsPerMs;
    event.receive_ts_ns = event.exchange_ts_ns;
    event.price = 100;
    event.notional_usd = usd;
    event.quantity = usd / 100;
    return event;
}

std::set<std::string> signals_over(const PluginSetup& setup, std::size_t shards) {
    InstrumentRegistry registry(group_function(setup.config));
    const VenueId venue = registry.add_venue({"acme", {}, 0});
    constexpr std::uint32_t symbols = 23;
    for (std::uint32_t i = 0; i < symbols; ++i) {
        const std::string base = "COIN" + std::to_string(i);
        const std::string native = base + "USDT";
        petrel_instrument instrument{};
        instrument.size = sizeof(instrument);
        instrument.type = PETREL_INSTRUMENT_PERPETUAL;
        instrument.native = text_of(native);
        instrument.base = text_of(base);
        instrument.quote = text_of("USDT");
        instrument.price_divisor = 1;
        registry.add(venue, instrument);
    }
    Ids ids;
    std::vector<DetectorSet> detectors;
    std::vector<std::unique_ptr<Shard>> lanes;
    const auto pack = load_rules(setup.config);
    for (std::size_t i = 0; i < shards; ++i) {
        detectors.push_back(std::move(make_detectors(setup)).value());
        lanes.push_back(std::make_unique<Shard>(shard_options(setup.config),
                                                detectors.back().handles(), registry, ids));
        lanes.back()->use_rules(*pack, rule_budget(setup.config));
    }
    std::uint64_t random = 88'172'645'463'325'252ULL;
    std::int64_t ms = 0;
    for (int i = 0; i < 40'000; ++i) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        ms += static_cast<std::int64_t>(random % 40);
        const auto instrument = static_cast<std::uint32_t>((random >> 20) % symbols);
        const double usd = static_cast<double>((random >> 32) % 60'000);
        const MarketEvent event = liquidation(instrument, ms, usd);
        lanes[registry.instrument(instrument).symbol % shards]->on_events({&event, 1});
    }
    return ids.ids;
}

TEST(Shards, any_number_of_them_makes_the_same_signals) {
    const PluginSetup setup = product_setup();
    const std::set<std::string> one = signals_over(setup, 1);
    EXPECT_GT(one.size(), 20U);
    EXPECT_EQ(one, signals_over(setup, 2));
    EXPECT_EQ(one, signals_over(setup, 7));
}

}  // namespace
}  // namespace petrel::core
