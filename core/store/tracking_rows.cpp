// Statements that look back: lists of notifications, signals that went nowhere, sending again.
#include "store/tracking_rows.hpp"

#include "store/chain.hpp"
#include "store/session.hpp"
#include "store/statements.hpp"

namespace petrel::core {
namespace {

constexpr const char* kDead = " AND n.state IN ('refused', 'expired')";
constexpr const char* kNoDrill = " AND NOT n.signal_id LIKE 'drill-%'";
// What is missing without one was said in words.
constexpr const char* kNoPicture = " AND n.phase <> 'picture'";
constexpr const char* kTypeOf =
    "COALESCE(s.type, CASE WHEN n.signal_id LIKE 'sys-%' THEN 'SYSTEM'"
    " WHEN n.signal_id LIKE 'drill-%' THEN 'TEST' ELSE '' END)";

std::string condition_of(TrackedQuery::Which which) {
    switch (which) {
        case TrackedQuery::Which::Dead:
            return std::string(kDead) + kNoDrill + kNoPicture;
        case TrackedQuery::Which::Undelivered:
            return std::string(" AND n.state <> 'delivered'") + kNoDrill + kNoPicture;
        case TrackedQuery::Which::Drills:
            return " AND n.signal_id LIKE 'drill-%'";
        default:
            return {};
    }
}

std::vector<TrackedRow> select_tracked(soci::session& sql, const TrackedQuery& query) {
    std::vector<TrackedRow> rows;
    TrackedRow tracked;
    NotificationRow& row = tracked.row;
    long long times[4] = {};
    const long long since = query.since_ns;
    const std::string above = query.signal + "\x7f";
    soci::statement statement =
        (sql.prepare << std::string(
                            "SELECT n.key, n.signal_id, n.channel, n.state, n.reason,"
                            " n.provider_id, n.payload, n.priority, n.attempts, n.created_ns,"
                            " n.next_try_ns, n.use_by_ns, n.finished_ns, ") +
                            kTypeOf +
                            ", COALESCE(s.symbol, '') FROM notifications AS n LEFT JOIN signals"
                            " AS s ON s.id = n.signal_id WHERE n.created_ns >= :since"
                            " AND (:channel = '' OR n.channel = :channel2)"
                            " AND (:state = '' OR n.state = :state2)"
                            " AND (:signal = '' OR (n.key >= :signal2 AND n.key < :above))"
                            " AND (:symbol = '' OR s.symbol = :symbol2)"
                            " AND (:type = '' OR " +
                            kTypeOf + " = :type2)" + condition_of(query.which) +
                            " ORDER BY n.created_ns DESC, n.key LIMIT :limit",
         soci::into(row.key), soci::into(row.signal_id), soci::into(row.channel),
         soci::into(row.state), soci::into(row.reason), soci::into(row.provider_id),
         soci::into(row.payload), soci::into(row.priority), soci::into(row.attempts),
         soci::into(times[0]), soci::into(times[1]), soci::into(times[2]), soci::into(times[3]),
         soci::into(tracked.type), soci::into(tracked.symbol), soci::use(since),
         soci::use(query.channel), soci::use(query.channel), soci::use(query.state),
         soci::use(query.state), soci::use(query.signal), soci::use(query.signal), soci::use(above),
         soci::use(query.symbol), soci::use(query.symbol), soci::use(query.type),
         soci::use(query.type), soci::use(query.limit));
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
    std::vector<std::string> keys;
    std::string key;
    const long long since = wish.since_ns;
    soci::statement statement =
        (sql.prepare << std::string("SELECT n.key FROM notifications AS n WHERE n.created_ns >="
                                    " :since AND (:channel = '' OR n.channel = :channel2)") +
                            kDead + kNoDrill + kNoPicture +
                            " ORDER BY n.created_ns, n.key LIMIT :limit",
         soci::into(key), soci::use(since), soci::use(wish.channel), soci::use(wish.channel),
         soci::use(wish.limit));
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
