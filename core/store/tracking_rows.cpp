// Statements that look back: lists of notifications, signals that went nowhere, sending again.
#include "store/tracking_rows.hpp"

#include "store/chain.hpp"
#include "store/session.hpp"
#include "store/statements.hpp"

namespace petrel::core {
namespace {

// The words of the index of rare states, which knows by them that it has all that is asked for.
constexpr const char* kRare = " AND n.state <> 'pending' AND n.state <> 'delivered'";
constexpr const char* kDead = "n.state IN ('refused', 'expired')";
constexpr const char* kNoDrill = "NOT n.signal_id LIKE 'drill-%'";
// What is missing without one was said in words.
constexpr const char* kNoPicture = "n.phase <> 'picture'";
constexpr const char* kTypeOf =
    "COALESCE(s.type, CASE WHEN n.signal_id LIKE 'sys-%' THEN 'SYSTEM'"
    " WHEN n.signal_id LIKE 'drill-%' THEN 'TEST' ELSE '' END)";

void add_which(TrackedQuery::Which which, Conditions& conditions) {
    switch (which) {
        case TrackedQuery::Which::Dead:
            conditions.add(std::string(kDead) + kRare);
            conditions.add(kNoDrill);
            conditions.add(kNoPicture);
            break;
        case TrackedQuery::Which::Undelivered:
            conditions.add("n.state <> 'delivered'");
            conditions.add(kNoDrill);
            conditions.add(kNoPicture);
            break;
        case TrackedQuery::Which::Drills:
            conditions.add("n.key >= 'drill-' AND n.key < 'drill.'");
            break;
        case TrackedQuery::Which::All:
            break;
    }
}

// A few states are rare, and have an index that knows no others.
std::string condition_of_state(const std::string& state) {
    const bool rare = state != "pending" && state != "delivered";
    return std::string("n.state = :state") + (rare ? kRare : "");
}

std::vector<TrackedRow> select_tracked(soci::session& sql, const TrackedQuery& query) {
    const long long since = query.since_ns;
    const std::string above = query.signal + "\x7f";
    Conditions conditions;
    conditions.add("n.created_ns >= :since", since);
    // Many are of one channel or symbol: the empty text keeps to the index of time, and its order.
    conditions.add_if("n.channel || '' = :channel", query.channel);
    conditions.add_if(condition_of_state(query.state), query.state);
    conditions.add_if("n.key >= :signal", query.signal);
    if (!query.signal.empty()) {
        conditions.add("n.key < :above", above);
    }
    conditions.add_if("s.symbol || '' = :symbol", query.symbol);
    conditions.add_if(std::string(kTypeOf) + " = :type", query.type);
    add_which(query.which, conditions);
    // By their keys it is few that are sorted; otherwise the index of time has the order.
    const bool by_key = !query.signal.empty() || query.which == TrackedQuery::Which::Drills;
    std::vector<TrackedRow> rows;
    TrackedRow tracked;
    NotificationRow& row = tracked.row;
    long long times[4] = {};
    soci::statement statement(sql);
    into_each(statement, row.key, row.signal_id, row.channel, row.state, row.reason,
              row.provider_id, row.payload, row.priority, row.attempts, times[0], times[1],
              times[2], times[3], tracked.type, tracked.symbol);
    conditions.bind(statement);
    statement.exchange(soci::use(query.limit));
    statement.alloc();
    statement.prepare(
        std::string("SELECT n.key, n.signal_id, n.channel, n.state, n.reason, n.provider_id,"
                    " n.payload, n.priority, n.attempts, n.created_ns, n.next_try_ns, n.use_by_ns,"
                    " n.finished_ns, ") +
        kTypeOf +
        ", COALESCE(s.symbol, '') FROM notifications AS n LEFT JOIN signals AS s"
        " ON s.id = n.signal_id" +
        conditions.text() + " ORDER BY " + (by_key ? "+" : "") +
        "n.created_ns DESC, n.key LIMIT :limit");
    statement.define_and_bind();
    statement.execute(false);
    while (statement.fetch()) {
        row.created_ns = times[0];
        row.next_try_ns = times[1];
        row.use_by_ns = times[2];
        row.finished_ns = times[3];
        rows.push_back(tracked);
    }
    return rows;
}

std::vector<std::string> dead_keys(soci::session& sql, const ResendWish& wish) {
    const long long since = wish.since_ns;
    Conditions conditions;
    conditions.add("n.created_ns >= :since", since);
    conditions.add_if("n.channel || '' = :channel", wish.channel);
    add_which(TrackedQuery::Which::Dead, conditions);
    std::vector<std::string> keys;
    std::string key;
    soci::statement statement(sql);
    into_one(statement, key);
    conditions.bind(statement);
    statement.exchange(soci::use(wish.limit));
    statement.alloc();
    statement.prepare("SELECT n.key FROM notifications AS n" + conditions.text() +
                      " ORDER BY n.created_ns, n.key LIMIT :limit");
    statement.define_and_bind();
    statement.execute(false);
    while (statement.fetch()) {
        keys.push_back(key);
    }
    return keys;
}

// Why a notification cannot be sent again; empty when it can.
std::string not_dead(soci::session& sql, const std::string& key) {
    std::string state;
    sql << "SELECT state FROM notifications WHERE key = :key", soci::into(state), soci::use(key);
    if (!sql.got_data()) {
        return "there is no notification '" + key + "'";
    }
    if (key.starts_with(kDrillPrefix)) {
        return key + " is a fire drill";
    }
    return state == "refused" || state == "expired" ? std::string() : key + " is " + state;
}

// Its tries are counted anew; the old ones stay in attempts.
void send_again(Database::Session& session, const std::string& key, const ResendWish& wish) {
    const long long now = wish.now_ns;
    const long long use_by = wish.use_by_ns;
    const std::string by = "sent again by " + wish.who + "; before: ";
    session.sql << "UPDATE notifications SET state = 'pending', attempts = 0, next_try_ns = :now,"
                   " use_by_ns = :use_by, reason = :by || state || ', ' || reason,"
                   " provider_id = '', finished_ns = 0, owner = NULL, lease_ns = NULL"
                   " WHERE key = :key",
        soci::use(now), soci::use(use_by), soci::use(by), soci::use(key);
    chain_notification(session, key, 0);
}

}  // namespace

Result<std::vector<TrackedRow>> Database::tracked(const TrackedQuery& query) {
    std::vector<TrackedRow> rows;
    Status read =
        guarded("read notifications", [&] { rows = select_tracked(session_->sql, query); });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

Result<std::vector<UnroutedRow>> Database::unrouted(std::int64_t since_ns, int limit) {
    std::vector<UnroutedRow> rows;
    const long long since = since_ns;
    Status read = guarded("read signals without notifications", [&] {
        rows.clear();
        UnroutedRow row;
        long long ts = 0;
        soci::statement statement =
            (session_->sql.prepare
                 << "SELECT id, type, symbol, ts_ns FROM signals WHERE ts_ns >= :since"
                    " AND state <> 'held' AND id NOT IN (SELECT signal_id FROM notifications)"
                    " ORDER BY ts_ns DESC, id LIMIT :limit",
             soci::into(row.id), soci::into(row.type), soci::into(row.symbol), soci::into(ts),
             soci::use(since), soci::use(limit));
        statement.execute(false);
        while (statement.fetch()) {
            row.ts_ns = ts;
            rows.push_back(row);
        }
    });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

Result<std::vector<std::string>> Database::send_again(const ResendWish& wish) {
    std::vector<std::string> keys;
    std::string refusal;
    Status done = guarded("send notifications again", [&] {
        Session::Step step(*session_);
        keys = wish.keys.empty() ? dead_keys(session_->sql, wish) : wish.keys;
        refusal.clear();
        for (const std::string& key : keys) {
            refusal = wish.keys.empty() ? "" : not_dead(session_->sql, key);
            if (!refusal.empty()) {
                return;
            }
        }
        for (const std::string& key : keys) {
            petrel::core::send_again(*session_, key, wish);
        }
        step.commit();
    });
    if (!done.ok()) {
        return done;
    }
    if (!refusal.empty()) {
        return Status::invalid(refusal);
    }
    return keys;
}

}  // namespace petrel::core
