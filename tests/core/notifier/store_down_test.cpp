// A store that goes away while signals are admitted: nothing lost, nothing twice, and it is told.
#include <gmock/gmock.h>
#include <poll.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <random>
#include <thread>

#include "core/notifier/channel_support.hpp"
#include "core/outbox/signal_support.hpp"
#include "core/store/both_stores_support.hpp"
#include "notifier/notifier_stage.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

using petrel::testing::eventually;
using petrel::testing::PostgresServer;
using petrel::testing::TempFolder;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class StoreDown : public ::testing::Test {
protected:
    void start(StorePlace place) {
        DeliveryOptions options;
        options.store = std::move(place);
        options.store.node = "node-1";
        options.store.may_be_down = true;
        options.spool = folder_.at("store.spool");
        options.spool_bytes = spool_bytes_;
        options.outbox.retry.first_ms = 1;
        options.outbox.updates.every_ns = kNsPerMs;
        auto stage = NotifierStage::start(std::move(options), {channel_.handle("a")});
        ASSERT_TRUE(stage.ok()) << stage.status().message();
        stage_ = std::move(*stage);
    }
    // So many signals at 50 a second, on a thread of its own as the shards do it.
    void admit_steadily(int count, const std::function<void(int)>& meanwhile = [](int) {}) {
        for (int i = 0; i < count; ++i) {
            stage_->on_signal(SignalChange::Admitted, storm_signal(id_of(admitted_++)));
            meanwhile(i);
            ::poll(nullptr, 0, 20);
        }
    }
    static std::string id_of(int number) { return "sig-" + std::to_string(10'000 + number); }

    // How many signals were handed to the channel; alerts of the system are no signals.
    [[nodiscard]] std::ptrdiff_t sent() const {
        const auto ids = channel_.ids();
        return std::count_if(ids.begin(), ids.end(),
                             [](const std::string& id) { return id.starts_with("sig-"); });
    }

    // Every admitted one was handed to the channel once.
    void expect_each_once() {
        std::map<std::string, int> times;
        EXPECT_TRUE(eventually([&] {
            times.clear();
            for (const std::string& id : channel_.ids()) {
                ++times[id];
            }
            return std::count_if(times.begin(), times.end(), [](const auto& entry) {
                       return entry.first.starts_with("sig-");
                   }) == admitted_;
        })) << times.size()
            << " of " << admitted_ << "; " << stage_->figures().last_failure;
        for (const auto& [id, count] : times) {
            EXPECT_EQ(count, 1) << id;
        }
        EXPECT_TRUE(eventually([&] {
            const DeliveryFigures figures = stage_->figures();
            return !figures.store_down && figures.store.pending == 0;
        }));
        const DeliveryFigures figures = stage_->figures();
        EXPECT_EQ(figures.store.signals, static_cast<std::uint64_t>(admitted_));
        EXPECT_EQ(figures.admissions_lost + figures.admissions_refused, 0U);
        EXPECT_EQ(figures.spool_refused, 0U);
    }

    TempFolder folder_;
    std::uint64_t spool_bytes_ = 64 << 20;
    Recorder channel_;
    std::unique_ptr<NotifierStage> stage_;
    int admitted_ = 0;
};

StorePlace place_at(std::string url) {
    StorePlace place;
    place.url = std::move(url);
    place.call_max_ms = 500;
    return place;
}

StorePlace server_place(PostgresServer& server) {
    return place_at(server.url(server.new_database()));
}

// A server with a database, and its standby.
struct WithStandby {
    PostgresServer primary;
    std::string name = primary.new_database();
    PostgresServer standby{PostgresServer::StandbyOf{primary}};
};

TEST_F(StoreDown, a_server_stopped_and_started_in_mid_stream_loses_and_repeats_nothing) {
    PostgresServer server;
    start(server_place(server));
    admit_steadily(150, [&](int i) {
        if (i == 30 || i == 90) {
            server.stop();
        } else if (i == 70 || i == 120) {
            EXPECT_TRUE(eventually([&] { return stage_->figures().store_down; }));
            EXPECT_GT(stage_->figures().spooled, 0U);
            server.start();
        }
    });
    expect_each_once();
    EXPECT_THAT(channel_.headlines(), Contains(HasSubstr("the store cannot be written")));
    EXPECT_THAT(channel_.headlines(), Contains(HasSubstr("the store failed for a while")));
}

TEST_F(StoreDown, sessions_ended_at_random_moments_lose_and_repeat_nothing) {
    PostgresServer server;
    StorePlace place = server_place(server);
    const std::string name = place.url.substr(14, place.url.find('?') - 14);
    start(std::move(place));
    std::mt19937 dice(7);
    admit_steadily(150, [&](int) {
        if (dice() % 8 == 0) {
            server.end_sessions(name);
        }
    });
    expect_each_once();
    EXPECT_GT(stage_->figures().store_failures, 0U) << "it was hit";
}

TEST_F(StoreDown, a_server_that_hangs_for_seconds_holds_nothing_up) {
    PostgresServer server;
    start(server_place(server));
    admit_steadily(100, [&](int i) {
        if (i == 20) {
            server.signal(SIGSTOP);
        } else if (i == 99) {
            EXPECT_TRUE(eventually([&] { return stage_->figures().store_down; }));
            server.signal(SIGCONT);
        }
    });
    expect_each_once();
}

// The primary dies, its standby takes over, and becomes what was written to all along; the address
// names both.
TEST_F(StoreDown, a_failover_to_a_standby_loses_and_repeats_nothing) {
    WithStandby pair;
    start(place_at(pair.primary.url_of_both(pair.standby, pair.name)));
    admit_steadily(150, [&](int i) {
        if (i == 50) {
            pair.primary.stop();
        } else if (i == 80) {
            EXPECT_TRUE(eventually([&] { return stage_->figures().store_down; }));
            EXPECT_GT(stage_->figures().spooled, 0U);
            pair.standby.promote();
        }
    });
    expect_each_once();
    EXPECT_EQ(pair.standby.run_sql(pair.name, "SELECT COUNT(*) FROM signals"),
              std::to_string(admitted_));
    EXPECT_THAT(channel_.headlines(), Contains(HasSubstr("the store failed for a while")));
}

// As long as nobody is promoted the standby is no place to write to: it is passed over.
TEST_F(StoreDown, a_standby_that_is_read_only_is_waited_out) {
    WithStandby pair;
    start(place_at(pair.standby.url_of_both(pair.primary, pair.name)));
    admit_steadily(10);
    expect_each_once();
    stage_.reset();
    start(place_at(pair.standby.url(pair.name)));
    admit_steadily(10);
    ASSERT_TRUE(eventually([&] { return stage_->figures().spooled >= 10; }));
    EXPECT_EQ(sent(), 10) << "nothing is sent without a record";
    pair.primary.stop();
    pair.standby.promote();
    expect_each_once();
}

TEST_F(StoreDown, what_was_kept_outlives_petrel_and_a_server_that_is_not_there_at_a_start) {
    PostgresServer server;
    const StorePlace place = server_place(server);
    start(place);
    admit_steadily(5);
    expect_each_once();
    server.stop();
    admit_steadily(20);
    ASSERT_TRUE(eventually([&] { return stage_->figures().spooled >= 20; }));
    EXPECT_EQ(sent(), 5) << "nothing is sent without a record";
    stage_->stop(0);
    stage_.reset();
    start(place);
    admit_steadily(5);
    ASSERT_TRUE(eventually([&] { return stage_->figures().spooled >= 25; }));
    server.start();
    expect_each_once();
}

// What neither takes waits in memory, in its order; it is told, and nothing is sent.
TEST_F(StoreDown, a_full_spool_keeps_what_is_decided_in_memory_until_the_store_is_there) {
    PostgresServer server;
    spool_bytes_ = 40'000;  // for some
    start(server_place(server));
    admit_steadily(5);
    expect_each_once();
    server.stop();
    for (int i = 0; i < 500; ++i) {
        stage_->on_signal(SignalChange::Admitted, storm_signal(id_of(admitted_++)));
    }
    ASSERT_TRUE(eventually([&] { return stage_->figures().unstored > 400; }));
    const DeliveryFigures figures = stage_->figures();
    EXPECT_GT(figures.spooled, 0U);
    EXPECT_LT(figures.spooled + figures.unstored, 520U) << "counted once";
    EXPECT_TRUE(figures.store_down);
    EXPECT_EQ(figures.admissions_lost, 0U);
    EXPECT_EQ(sent(), 5);
    server.start();
    expect_each_once();
    EXPECT_EQ(stage_->figures().unstored, 0U);
}

class RefusedOutcome : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(outbox_.admit(storm_signal("sig-1"), kNow).ok());
        const auto due = outbox_.take_due(kNow, 10);
        ASSERT_EQ(due->size(), 1U);
        outcome_.delivery = due->front();
        outcome_.started_ns = kNow;
        outcome_.result = DeliveryResult::Refused;
    }
    void settle() {
        outbox_.gather();
        ASSERT_TRUE(outbox_.settle(outcome_, kNow).ok());
        EXPECT_EQ(outbox_.in_flight(), 0U);
        ASSERT_TRUE(outbox_.flush().ok());
    }
    static OutboxOptions options() {
        OutboxOptions options;
        options.channels = {"a"};
        return options;
    }

    NewStore at_{StoreKind::Postgres};
    std::unique_ptr<Database> store_ = at_.open();
    Outbox outbox_{*store_, options()};
    DeliveryOutcome outcome_;
};

TEST_F(RefusedOutcome, is_recorded_without_the_words_that_no_store_takes) {
    outcome_.delivery.row.signal_id = "\xff";  // of the attempt
    settle();
    EXPECT_EQ(outbox_.take_lost(), 0U);
    EXPECT_EQ(outbox_.in_flight("a"), 0U);
    EXPECT_TRUE(outbox_.take_due(kNow, 10)->empty());
    const auto rows = store_->notifications("sig-1");
    EXPECT_EQ(rows->front().state, "refused") << "and not pending until a restart";
    EXPECT_THAT(rows->front().reason, HasSubstr("the store has refused"));
}

// It is not sent again while petrel runs.
TEST_F(RefusedOutcome, stays_in_flight_and_is_counted_where_nothing_of_it_can_be_kept) {
    at_.break_writes("UPDATE", "true");
    at_.sql(
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = '22000'; END $$");
    settle();
    EXPECT_EQ(outbox_.take_lost(), 1U);
    EXPECT_EQ(outbox_.in_flight("a"), 1U);
    at_.mend_writes();
    EXPECT_TRUE(outbox_.take_due(kNow, 10)->empty());
}

// What the spool has kept is refused later, when the row looks due again.
TEST_F(RefusedOutcome, is_recorded_that_way_out_of_the_spool_too) {
    petrel::testing::TempFolder folder;
    Outbox outbox(*store_, options(),
                  std::move(Spool::open(folder.at("store.spool"), 1 << 20).value()));
    outcome_.delivery.row.signal_id = "\xff";
    at_.break_writes("UPDATE", "true");  // no refusal of what it holds: the store is down
    ASSERT_TRUE(outbox.settle(outcome_, kNow).ok());
    EXPECT_EQ(outbox.writer().spooled(), 1U);
    at_.mend_writes();
    for (int i = 0; i < 5 && outbox.writer().behind(); ++i) {
        ASSERT_TRUE(outbox.catch_up(100).ok());
    }
    EXPECT_TRUE(outbox.take_due(kNow, 10)->empty());
    EXPECT_EQ(store_->notifications("sig-1")->front().state, "refused");
}

TEST_F(StoreDown, a_full_disk_of_sqlite_is_no_different) {
    const std::string path = folder_.at("petrel.db");
    start(StorePlace(path));
    admit_steadily(5);
    expect_each_once();
    {
        const FullDisk full;
        admit_steadily(20);
        ASSERT_TRUE(eventually([&] { return stage_->figures().spooled >= 20; }));
        EXPECT_EQ(channel_.ids().size(), 5U);
    }
    expect_each_once();
    EXPECT_EQ(run_sql(path, "SELECT COUNT(*) FROM attempts WHERE result = 'delivered'"),
              run_sql(path, "SELECT COUNT(*) FROM notifications"));
}

// What a crash took of a story is told when the store can say what it has.
TEST_F(StoreDown, what_a_start_has_made_anew_waits_for_the_store) {
    start(StorePlace(folder_.at("petrel.db")));
    Signal weak = storm_signal("sig-1");
    weak.score.strength = "weak";
    stage_->on_signal(SignalChange::Admitted, weak);
    ASSERT_TRUE(eventually([&] { return stage_->figures().store.delivered == 1; }));
    Signal stronger = storm_signal("sig-1");
    stronger.ts_ns = wall_now_ns();
    {
        const FullDisk full;
        stage_->on_signal(SignalChange::Held, storm_signal("sig-2"));
        ASSERT_TRUE(eventually([&] { return stage_->figures().spooled >= 2; })) << "with an alert";
        stage_->make_good({{{stronger, 0}}, 0});
        stage_->on_signal(SignalChange::Held, storm_signal("sig-3"));
        ASSERT_TRUE(eventually([&] { return stage_->figures().spooled >= 3; }));
        EXPECT_EQ(sent(), 1);
    }
    EXPECT_TRUE(eventually([&] { return sent() == 2; }));
    EXPECT_THAT(channel_.ids(), Contains("sig-1/u1"));
}

TEST_F(StoreDown, a_locked_file_of_sqlite_is_no_different) {
    const std::string path = folder_.at("petrel.db");
    start(StorePlace(path));
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    admit_steadily(20);
    EXPECT_TRUE(eventually([&] { return stage_->figures().spooled >= 20; }));
    sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
    sqlite3_close(other);
    expect_each_once();
}

}  // namespace
}  // namespace petrel::core
