// What the store is asked by commands, by the network and by its own delivery thread, over a store
// of half a year: 100,000 signals, half of them held, with 200,000 notifications, as many tries and
// votes, and 200,000 outcomes. Asked: below 10 ms.
//
// The rows are made by the database itself, through the schema of the product.
#include <benchmark/benchmark.h>

#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "store/chain.hpp"
#include "store/database.hpp"

namespace petrel::bench {
namespace {

using core::Database;

constexpr std::int64_t kNowNs = 1'767'225'600'000'000'000;
constexpr std::int64_t kHourNs = 3'600'000'000'000;
constexpr std::int64_t kDayNs = 24 * kHourNs;

void run_sql(sqlite3* connection, const std::string& statement) {
    char* error = nullptr;
    if (sqlite3_exec(connection, statement.c_str(), nullptr, nullptr, &error) != SQLITE_OK) {
        throw std::runtime_error(error != nullptr ? error : "a statement failed");
    }
}

// `n` goes from 0 on, oldest first; a signal every 150 seconds.
std::string numbers(int count, const std::string& insert) {
    return "WITH RECURSIVE k (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM k WHERE n < " +
           std::to_string(count - 1) + ") " + insert;
}

class LargeStore {
public:
    LargeStore() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "petrel-bench-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        database_ = std::move(Database::open(folder_ + "/petrel.db").value());
        database_.reset();
        fill();
        database_ = std::move(Database::open(folder_ + "/petrel.db").value());
    }
    ~LargeStore() {
        database_.reset();
        std::filesystem::remove_all(folder_);
    }
    LargeStore(const LargeStore&) = delete;
    LargeStore& operator=(const LargeStore&) = delete;

    static Database& get() {
        static LargeStore store;
        return *store.database_;
    }

private:
    void fill() const {
        sqlite3* connection = nullptr;
        sqlite3_open((folder_ + "/petrel.db").c_str(), &connection);
        const std::string ts = "(" + std::to_string(kNowNs) + " - (99999 - n) * 150000000000)";
        run_sql(connection, "PRAGMA synchronous=OFF; BEGIN");
        run_sql(connection,
                numbers(100'000,
                        "INSERT INTO signals (id, type, symbol, side, state, verdict, reason,"
                        " pattern, strength, score, notional_usd, ts_ns, onset_ns, expires_ns,"
                        " rule_version, document) SELECT printf('sig-%012x', n * 2654435761),"
                        " CASE n % 5 WHEN 0 THEN 'LIQ_STORM' WHEN 1 THEN 'WHALE_CLUSTER' ELSE"
                        " 'WHALE_TRADE' END, 'SYM' || (n % 50) || '-USDT-PERP', 'long', CASE WHEN"
                        " n % 2 = 1 THEN 'held' WHEN n > 99950 THEN 'active' ELSE 'expired' END,"
                        " 'send', CASE n % 3 WHEN 0 THEN 'score' ELSE 'cooldown' END, 'storm_only',"
                        " 'strong', 0.8, 4.1e6, " +
                            ts + ", " + ts + ", " + ts +
                            " + 7200000000000, 'default@1a2b3c', printf('%.*c', 1500, 'x')"
                            " FROM k"));
        run_sql(connection,
                numbers(200'000,
                        "INSERT INTO notifications (key, signal_id, channel, state, priority,"
                        " attempts, created_ns, next_try_ns, use_by_ns, finished_ns, reason,"
                        " provider_id, payload) SELECT printf('sig-%012x/c%d', (n / 4) * 2 *"
                        " 2654435761, n % 4), printf('sig-%012x', (n / 4) * 2 * 2654435761),"
                        " 'c' || (n % 4), CASE WHEN n % 500 = 7 THEN 'refused' WHEN n % 40 = 3"
                        " THEN 'held' ELSE 'delivered' END, 500, 1, t, t, t + 900000000000,"
                        " t + 40000000, CASE WHEN n % 40 = 3 THEN 'silenced by s1' ELSE '' END,"
                        " '1234567', printf('%.*c', 900, 'x') FROM (SELECT n, " +
                            std::to_string(kNowNs) + " - (199999 - n) * 75000000000 AS t FROM k)"));
        run_sql(connection,
                "INSERT INTO attempts (key, number, signal_id, channel, at_ns, finished_ns,"
                " latency_ns, result, reason, http_status, provider_id) SELECT key, 1, signal_id,"
                " channel, created_ns, finished_ns, 40000000, 'delivered', '', 200, provider_id"
                " FROM notifications WHERE state <> 'held'");
        run_sql(connection,
                "INSERT INTO votes (signal_id, voter, vote, weight, share) SELECT id, v, 0.5, 1,"
                " 0.25 FROM signals, (SELECT 'a' AS v UNION SELECT 'b') WHERE state <> 'held'");
        run_sql(connection,
                "INSERT INTO outcomes (signal_id, horizon_ms, type, symbol, symbol_group, pattern,"
                " strength, pressure, rule_version, score, signal_ns, at_ns, result, reason)"
                " SELECT id, h, type, symbol, 'MAJORS', pattern, strength, 'bearish',"
                " rule_version, score, ts_ns, ts_ns + h * 1000000, 'hit', '' FROM signals,"
                " (SELECT 300000 AS h UNION SELECT 900000 UNION SELECT 1800000 UNION SELECT"
                " 3600000) WHERE state <> 'held'");
        run_sql(connection, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
        sqlite3_close(connection);
    }

    std::string folder_;
    std::unique_ptr<Database> database_;
};

template <typename Ask>
void measure(benchmark::State& state, Ask ask) {
    Database& store = LargeStore::get();
    std::size_t rows = 0;
    for (auto _ : state) {
        auto answer = ask(store);
        if (!answer.ok()) {
            state.SkipWithError(answer.status().message().c_str());
            return;
        }
        if constexpr (requires { answer->size(); }) {
            rows = answer->size();
        }
        benchmark::DoNotOptimize(answer);
    }
    state.counters["rows"] = static_cast<double>(rows);
}

core::SignalQuery newest(const std::string& symbol, const std::string& type, bool held) {
    core::SignalQuery query;
    query.symbol = symbol;
    query.type = type;
    query.with_held = held;
    return query;
}

core::TrackedQuery tracked(core::TrackedQuery::Which which, std::int64_t since_ns = 0) {
    core::TrackedQuery query;
    query.which = which;
    query.since_ns = since_ns;
    return query;
}

core::TrackedQuery tracked_by(std::string core::TrackedQuery::* member, const std::string& value) {
    core::TrackedQuery query;
    query.*member = value;
    return query;
}

using Which = core::TrackedQuery::Which;

void ask(const char* name, auto question) {
    benchmark::RegisterBenchmark((std::string("BM_Store/") + name).c_str(),
                                 [question](benchmark::State& state) { measure(state, question); })
        ->Unit(benchmark::kMillisecond);
}

const bool kAsked = [] {
    ask("signals", [](Database& s) { return s.signals(newest("", "", false)); });
    ask("signals_with_held", [](Database& s) { return s.signals(newest("", "", true)); });
    ask("signals_of_symbol",
        [](Database& s) { return s.signals(newest("SYM7-USDT-PERP", "", false)); });
    ask("signals_of_type", [](Database& s) { return s.signals(newest("", "LIQ_STORM", false)); });
    ask("signals_of_none", [](Database& s) { return s.signals(newest("NONE", "", false)); });
    ask("find", [](Database& s) { return s.find("sig-00"); });
    ask("active_signals", [](Database& s) { return s.active_signals(kNowNs); });
    ask("counts", [](Database& s) { return s.counts(); });
    ask("waiting", [](Database& s) { return s.waiting(); });
    ask("due", [](Database& s) { return s.due({"c1", kNowNs, 64}); });
    ask("escalating", [](Database& s) { return s.escalating(); });
    ask("provider_pauses", [](Database& s) { return s.provider_pauses(kNowNs); });
    ask("held_by_silences_of_a_day",
        [](Database& s) { return s.held_by_silences(kNowNs - kDayNs); });
    ask("tracked", [](Database& s) { return s.tracked(tracked(Which::All)); });
    ask("tracked_dead", [](Database& s) { return s.tracked(tracked(Which::Dead)); });
    ask("tracked_undelivered_of_a_day",
        [](Database& s) { return s.tracked(tracked(Which::Undelivered, kNowNs - kDayNs)); });
    ask("tracked_drills", [](Database& s) { return s.tracked(tracked(Which::Drills)); });
    ask("tracked_of_channel",
        [](Database& s) { return s.tracked(tracked_by(&core::TrackedQuery::channel, "c2")); });
    ask("tracked_of_symbol", [](Database& s) {
        return s.tracked(tracked_by(&core::TrackedQuery::symbol, "SYM8-USDT-PERP"));
    });
    ask("tracked_of_state",
        [](Database& s) { return s.tracked(tracked_by(&core::TrackedQuery::state, "refused")); });
    ask("tracked_of_signal",
        [](Database& s) { return s.tracked(tracked_by(&core::TrackedQuery::signal, "sig-00")); });
    ask("unrouted_of_a_day", [](Database& s) { return s.unrouted(kNowNs - kDayNs, 100); });
    ask("outcomes_of_a_week",
        [](Database& s) { return s.outcomes(core::OutcomeQuery{kNowNs - 7 * kDayNs, 900'000}); });
    ask("verdicts_of_a_week", [](Database& s) {
        core::VerdictQuery query;
        query.since_ns = kNowNs - 7 * kDayNs;
        query.horizon_ms = 900'000;
        return s.verdicts(query);
    });
    ask("outcome_horizons", [](Database& s) { return s.outcome_horizons(); });
    ask("chain_page", [](Database& s) {
        core::ChainCursor from;
        from.part = core::ChainCursor::Part::Notifications;
        return s.check_chain(from, 0, 500);
    });
    ask("prune_nothing", [](Database& s) { return s.prune(50'000, 0); });
    // Last, for it takes what is old away, a part each time.
    ask("prune_a_part", [](Database& s) { return s.prune(10'000, kNowNs - 90 * kDayNs); });
    return true;
}();

}  // namespace
}  // namespace petrel::bench
