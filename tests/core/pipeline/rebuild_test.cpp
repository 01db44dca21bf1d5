// A start that rebuilds from the journal goes on as if the run before had never ended.
#include "pipeline_rebuild.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "core/pipeline/recording_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "journal/format.hpp"
#include "journal/journal_files.hpp"

namespace petrel::core {
namespace {

using petrel::testing::read_bytes;
using petrel::testing::TempFolder;
using petrel::testing::write_bytes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<std::string> kCoins{"BTC", "SOL", "AVAX", "DOGE"};
const std::vector<std::string> kCoinsOtherwise{"DOGE", "BTC", "AVAX", "SOL"};

// One life of the engine's stages 3 to 7 over its own registry.
class Life {
public:
    Life(const PluginSetup& setup, const std::vector<std::string>& coins, SignalSink& sink,
         std::uint32_t shards = 1)
        : market_(setup, coins), pack_(*load_rules(setup.config)) {
        for (std::uint32_t number = 0; number < shards; ++number) {
            LaneOptions options;
            options.number = number;
            options.own_thread = shards > 1;
            options.queue_capacity = 1'024;
            options.shard = shard_options(setup.config);
            options.budget = rule_budget(setup.config);
            lanes_.push_back(std::make_unique<ShardLane>(
                options, std::move(make_detectors(setup)).value(), market_.registry, sink));
            lanes_.back()->use_rules(pack_);
        }
        budget_ = rule_budget(setup.config);
        reach_ms_ = rebuild_reach_ms(shard_options(setup.config));
    }
    ~Life() { stop(); }

    RebuildFigures rebuild(const std::string& journal, std::int64_t now_ns,
                           std::uint64_t events_max = 1'000'000) {
        RecordedRules rules(pack_, budget_);
        return rebuild_shards({journal, now_ns, reach_ms_, events_max}, market_.registry, rules,
                              lanes_);
    }
    void start() {
        for (const auto& lane : lanes_) {
            lane->start();
        }
    }
    // `handles`: of the events, in the order of `coins` of another life.
    void feed(std::span<const MarketEvent> events, const std::vector<std::string>& named) {
        for (MarketEvent event : events) {
            if (event.kind == kTickEvent) {
                for (const auto& lane : lanes_) {
                    lane->feed({&event, 1});
                }
                continue;
            }
            const std::string name = named[event.instrument] + "-USDT-PERP";
            for (std::uint32_t i = 0; i < market_.registry.instrument_count(); ++i) {
                const SymbolId symbol = market_.registry.instrument(i).symbol;
                if (market_.registry.symbol(symbol).name == name) {
                    event.instrument = i;
                    lanes_[symbol % lanes_.size()]->feed({&event, 1});
                    break;
                }
            }
        }
    }
    void stop() {
        for (const auto& lane : lanes_) {
            lane->stop();
        }
    }
    [[nodiscard]] const InstrumentRegistry& registry() const { return market_.registry; }
    [[nodiscard]] const ShardLane& lane() const { return *lanes_.front(); }
    [[nodiscard]] std::vector<RemadeSignal> take_remade() { return lanes_.front()->take_remade(); }
    [[nodiscard]] std::deque<SignalOutcome> take_remade_outcomes() {
        return lanes_.front()->take_remade_outcomes();
    }

private:
    Market market_;
    std::shared_ptr<const RulePack> pack_;
    RuleBudget budget_;
    std::uint64_t reach_ms_ = 0;
    std::vector<std::unique_ptr<ShardLane>> lanes_;
};

class Rebuild : public ::testing::Test {
protected:
    // Records what a first life saw until `end_s`.
    void record(std::int64_t end_s) {
        const auto cut = std::find_if(all_.begin(), all_.end(), [&](const MarketEvent& event) {
            return event.receive_ts_ns >= kMarketStartNs + end_s * kNsPerSecond;
        });
        first_ = std::span(all_).first(static_cast<std::size_t>(cut - all_.begin()));
        rest_ = std::span(all_).subspan(first_.size());
        end_ns_ = first_.back().receive_ts_ns;
        Life life(setup_, kCoins, ear_);
        Recorder recorder(folder_.path(), life.registry());
        life.start();
        for (const MarketEvent& event : first_) {
            recorder.push({&event, 1});
        }
        life.feed(first_, kCoins);
        recorder.stop();
    }
    [[nodiscard]] std::string segment() const {
        return journal::list_segments(folder_.path())->front().path;
    }

    TempFolder folder_;
    PluginSetup setup_ = product_setup();
    std::vector<MarketEvent> all_ = market_of(1'600, 4);
    std::span<const MarketEvent> first_;
    std::span<const MarketEvent> rest_;
    std::int64_t end_ns_ = 0;
    Ear ear_;  // of the lives that ended and began again
};

TEST_F(Rebuild, a_new_life_tells_what_an_unbroken_one_would_have_told) {
    Ear unbroken;
    Life whole(setup_, kCoins, unbroken);
    whole.start();
    whole.feed(all_, kCoins);
    ASSERT_GT(unbroken.ids(SignalChange::Admitted).size(), 10U);
    ASSERT_GT(unbroken.ids(SignalChange::Updated).size(), 50U);

    for (const std::uint32_t shards : {1U, 3U}) {
        const TempFolder folder;
        Ear ear;
        Life before(setup_, kCoins, ear);
        Recorder recorder(folder.path(), before.registry());
        before.start();
        const auto first = std::span<const MarketEvent>(all_).first(all_.size() / 2);
        recorder.push(first);
        before.feed(first, kCoins);
        recorder.stop();
        const std::size_t told = ear.sorted().size();
        const std::size_t of_signals = ear.outcomes().size();

        // Another order of the instruments, and another number of shards.
        Life after(setup_, kCoinsOtherwise, ear, shards);
        const RebuildFigures figures =
            after.rebuild(folder.path(), first.back().receive_ts_ns + kNsPerSecond);
        EXPECT_EQ(figures.events + figures.ticks, first.size());
        EXPECT_EQ(figures.trouble, "");
        EXPECT_EQ(figures.blind_ns, kNsPerSecond);
        EXPECT_GT(figures.open_signals, 0U);
        EXPECT_EQ(ear.sorted().size(), told) << "nothing leaves while it is rebuilt";
        EXPECT_EQ(ear.outcomes().size(), of_signals);
        after.start();
        after.feed(std::span<const MarketEvent>(all_).subspan(first.size()), kCoins);
        after.stop();
        EXPECT_EQ(ear.sorted(), unbroken.sorted()) << shards << " shards";
        EXPECT_GT(ear.outcomes().size(), of_signals) << "what was followed is followed again";
        EXPECT_EQ(ear.outcomes(), unbroken.outcomes()) << shards << " shards";
    }
}

// What the store may have lost in the crash; it takes what it lacks.
TEST_F(Rebuild, the_outcomes_of_the_rebuilt_time_are_kept_for_the_store) {
    record(800);
    const std::size_t told = ear_.outcomes().size();
    ASSERT_GT(told, 10U);
    Life after(setup_, kCoins, ear_);
    after.rebuild(folder_.path(), end_ns_);
    after.start();
    Ear remade;
    std::size_t near_misses = 0;
    for (const SignalOutcome& outcome : after.take_remade_outcomes()) {
        if (outcome.held_for.empty()) {
            remade.on_outcome(outcome);
        } else {
            ++near_misses;
        }
    }
    EXPECT_EQ(remade.outcomes(), ear_.outcomes());
    EXPECT_GT(near_misses, 0U) << "behind those of signals, and kept apart";
    EXPECT_EQ(ear_.outcomes().size(), told);
}

TEST_F(Rebuild, without_it_another_story_is_told) {
    record(800);
    Ear blind;
    Life after(setup_, kCoins, blind);
    after.start();
    after.feed(rest_, kCoins);
    Ear seeing;
    Life rebuilt(setup_, kCoins, seeing);
    rebuilt.rebuild(folder_.path(), end_ns_);
    rebuilt.start();
    rebuilt.feed(rest_, kCoins);
    EXPECT_NE(blind.sorted(), seeing.sorted());
}

TEST_F(Rebuild, figures_count_from_the_start_on) {
    record(800);
    Life after(setup_, kCoins, ear_);
    EXPECT_GT(after.rebuild(folder_.path(), end_ns_).events, 0U);
    after.start();
    const ShardFigures figures = after.lane().snapshot().shard;
    EXPECT_EQ(figures.events, 0U);
    EXPECT_EQ(figures.ticks, 0U);
    EXPECT_EQ(figures.findings, 0U);
    EXPECT_EQ(figures.detectors.front().calls, 0U);
    EXPECT_GT(figures.open_signals, 0U);
    EXPECT_EQ(figures.symbols, kCoins.size());
}

// Of each story that was told: how it stood last.
class Newest final : public SignalSink {
public:
    void on_signal(SignalChange change, const Signal& signal) override {
        if (change != SignalChange::Held) {
            stories_[signal.id] = stand_of(signal);
            changes_ += change == SignalChange::Admitted ? 0 : 1;
        }
    }
    static std::string stand_of(const Signal& signal) {
        return std::string(state_name(signal.state)) + " " + std::to_string(signal.updates) +
               " at " + std::to_string(signal.ts_ns);
    }
    [[nodiscard]] const std::map<std::string, std::string>& stories() const { return stories_; }
    [[nodiscard]] std::size_t changes() const { return changes_; }

private:
    std::map<std::string, std::string> stories_;
    std::size_t changes_ = 0;
};

// Not each of its changes: nobody wants hours of updates at a start.
TEST_F(Rebuild, of_each_story_its_newest_state_is_handed_back) {
    setup_ = product_setup({"engine.signal_valid=5m"});
    record(800);
    Newest newest;
    Life again(setup_, kCoins, newest);
    again.start();
    again.feed(first_, kCoins);
    again.stop();
    ASSERT_GT(newest.changes(), 2 * newest.stories().size());

    Life after(setup_, kCoins, ear_);
    after.rebuild(folder_.path(), end_ns_);
    std::map<std::string, std::string> remade;
    std::set<SignalState> states;
    std::int64_t admitted_ns = INT64_MAX;
    for (const RemadeSignal& one : after.take_remade()) {
        EXPECT_TRUE(remade.emplace(one.signal.id, Newest::stand_of(one.signal)).second);
        states.insert(one.signal.state);
        admitted_ns = std::min(admitted_ns, one.admitted_ns);
    }
    EXPECT_EQ(remade, newest.stories());
    EXPECT_THAT(states, ElementsAre(SignalState::Active, SignalState::Expired));
    EXPECT_GT(admitted_ns, kMarketStartNs) << "known of each";
    EXPECT_THAT(after.take_remade(), IsEmpty());
}

TEST(RemadeSignals, the_stories_that_have_not_changed_for_longest_go_first) {
    RemadeSignals remade;
    Signal signal;
    for (std::size_t i = 0; i < RemadeSignals::kMost; ++i) {
        signal.id = "sig-" + std::to_string(i);
        remade.note(SignalChange::Admitted, signal);
    }
    signal.id = "sig-0";
    remade.note(SignalChange::Updated, signal);
    signal.id = "sig-new";
    remade.note(SignalChange::Admitted, signal);
    const std::vector<RemadeSignal> kept = remade.take();
    ASSERT_EQ(kept.size(), RemadeSignals::kMost);
    EXPECT_EQ(kept.front().signal.id, "sig-2");
    EXPECT_EQ(kept[kept.size() - 2].signal.id, "sig-0");
    EXPECT_EQ(kept.back().signal.id, "sig-new");
}

TEST_F(Rebuild, only_the_newest_events_when_there_are_too_many) {
    record(800);
    Life after(setup_, kCoins, ear_);
    // Whole blocks: the recorder's hold up to 4096 events.
    const RebuildFigures figures = after.rebuild(folder_.path(), end_ns_, 1'000);
    EXPECT_TRUE(figures.cut);
    EXPECT_LE(figures.events + figures.ticks, 1'000U);
    EXPECT_THAT(rebuild_sentence(figures), HasSubstr("rebuild"));
}

TEST_F(Rebuild, an_old_journal_rebuilds_nothing) {
    record(800);
    Life after(setup_, kCoins, ear_);
    const RebuildFigures figures = after.rebuild(folder_.path(), end_ns_ + 86'400 * kNsPerSecond);
    EXPECT_EQ(figures.events, 0U);
    EXPECT_TRUE(figures.absent);
    EXPECT_THAT(rebuild_sentence(figures), HasSubstr("begins empty"));
}

TEST_F(Rebuild, no_journal_begins_empty) {
    Life after(setup_, kCoins, ear_);
    const RebuildFigures figures = after.rebuild(folder_.path(), kMarketStartNs);
    EXPECT_TRUE(figures.absent);
    EXPECT_THAT(rebuild_sentence(figures), HasSubstr("no journal of an earlier run"));
}

TEST_F(Rebuild, a_damaged_journal_begins_empty_and_says_so) {
    record(800);
    std::string bytes = read_bytes(segment());
    std::fill(bytes.begin(), bytes.begin() + 4'096, '\x5a');
    write_bytes(segment(), bytes);
    Life after(setup_, kCoins, ear_);
    const RebuildFigures figures = after.rebuild(folder_.path(), end_ns_);
    EXPECT_EQ(figures.last_ns, 0);
    EXPECT_FALSE(figures.absent);
    EXPECT_THAT(rebuild_sentence(figures), HasSubstr("torn or damaged"));
}

TEST_F(Rebuild, a_journal_of_a_newer_version_begins_empty_and_says_so) {
    record(800);
    std::string bytes = read_bytes(segment());
    journal::SegmentHead head;
    std::memcpy(&head, bytes.data(), sizeof(head));
    head.version = journal::kVersion + 1;
    journal::seal(head);
    std::memcpy(bytes.data(), &head, sizeof(head));
    write_bytes(segment(), bytes);
    Life after(setup_, kCoins, ear_);
    const RebuildFigures figures = after.rebuild(folder_.path(), end_ns_);
    EXPECT_EQ(figures.last_ns, 0);
    EXPECT_THAT(rebuild_sentence(figures), HasSubstr("newer petrel"));
}

TEST_F(Rebuild, a_hole_in_the_journal_is_named_and_the_rest_used) {
    record(800);
    std::string bytes = read_bytes(segment());
    ASSERT_GT(bytes.size(), 20'000U);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x40);
    write_bytes(segment(), bytes);
    Life after(setup_, kCoins, ear_);
    const RebuildFigures figures = after.rebuild(folder_.path(), end_ns_);
    EXPECT_GT(figures.events, 0U);
    EXPECT_LT(figures.events + figures.ticks, first_.size());
    EXPECT_NE(figures.trouble, "");
}

}  // namespace
}  // namespace petrel::core
