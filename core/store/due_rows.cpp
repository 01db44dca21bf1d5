// Statements on what waits to be sent. None of them reads a backlog: they walk the indexes of
// pending rows, which have the order, and end at the limit.
#include <algorithm>
#include <iterator>
#include <map>

#include "store/session.hpp"
#include "store/statements.hpp"

namespace petrel::core {
namespace {

// For so long a claim keeps other nodes off.
constexpr std::int64_t kLeaseNs = 60'000'000'000;

// A question to the channel's pending rows: by which index, which of them, in which order. `{now}`
// stands for the time.
struct Wanted {
    const char* index;
    const char* condition;
    const char* order;
};

// Nothing of a story overtakes what stands before it on the same channel, but a picture, nor the
// digest in which that is told. (The empty text keeps a server that has not counted its rows yet
// off the index of all that is pending, which it would read whole for each row.) The urgency is the
// one of the index: the smaller, the sooner; a second of waiting is worth a point of priority.
constexpr Wanted kDue = {
    "notifications_pending",
    "n.next_try_ns <= :now AND (n.seq = 0 OR NOT EXISTS (SELECT 1 FROM notifications AS before"
    " WHERE before.signal_id = n.signal_id AND before.channel = n.channel"
    " AND (before.state || '' = 'pending' OR (before.state || '' = 'merged'"
    " AND before.finished_ns = 0)) AND before.seq < n.seq AND before.phase <> 'picture'))",
    "(n.created_ns - CAST(n.priority AS BIGINT) * 1000000000), n.key"};
constexpr Wanted kLate = {"notifications_use_by", "n.use_by_ns < :now", "n.use_by_ns, n.key"};

// The first keys of the queue. The index has what is asked for, so that what is in hand already
// costs little to pass over. It is named, because the planner would sort the backlog instead.
std::vector<std::string> first_keys(soci::session& sql, const Wanted& wanted,
                                    const DueQuery& query) {
    const long long now = query.now_ns;
    std::string key;
    soci::statement statement =
        (sql.prepare << std::string("SELECT n.key FROM notifications AS n INDEXED BY ") +
                            wanted.index + " WHERE n.channel = :channel AND n.state = 'pending'" +
                            " AND " + wanted.condition + " ORDER BY " + wanted.order,
         soci::into(key), soci::use(query.channel), soci::use(now));
    statement.execute(false);
    std::vector<std::string> keys;
    while (static_cast<int>(keys.size()) < query.limit && statement.fetch()) {
        if (!query.in_hand.contains(key)) {
            keys.push_back(key);
        }
    }
    return keys;
}

// The rows of these keys, in the order of the keys.
std::vector<NotificationRow> rows_of(soci::session& sql, const std::vector<std::string>& keys) {
    constexpr std::size_t together_max = 200;  // values that a statement is given
    std::vector<NotificationRow> rows;
    for (std::size_t begin = 0; begin < keys.size(); begin += together_max) {
        const std::size_t end = std::min(keys.size(), begin + together_max);
        std::string names;
        std::map<std::string, std::size_t> places;
        for (std::size_t i = begin; i < end; ++i) {
            names += (names.empty() ? ":k" : ", :k") + std::to_string(i);
            places[keys[i]] = i;
        }
        std::vector<NotificationRow> part = select_notifications(
            sql, "", "WHERE key IN (" + names + ")", [&](soci::statement& statement) {
                for (std::size_t i = begin; i < end; ++i) {
                    statement.exchange(soci::use(keys[i]));
                }
            });
        std::sort(part.begin(), part.end(),
                  [&](const auto& a, const auto& b) { return places[a.key] < places[b.key]; });
        std::move(part.begin(), part.end(), std::back_inserter(rows));
    }
    return rows;
}

// Takes work by its state: rows that another session holds are passed over, never waited for, and
// those that another node has claimed are left to it until its lease ends. The node's own leases
// are renewed on the way, and every third of their time.
std::vector<NotificationRow> claim(Database::Session& session, const Wanted& wanted,
                                   const DueQuery& query) {
    const long long now = query.now_ns;
    const long long until = query.now_ns + kLeaseNs;
    const long long fresh = query.now_ns + 2 * kLeaseNs / 3;
    const int limit = query.limit + static_cast<int>(query.in_hand.size());
    const std::string& node = session.place.node;
    if (query.now_ns - session.renewed_ns > kLeaseNs / 3) {
        session.sql << "UPDATE notifications SET lease_ns = :until WHERE owner = :me"
                       " AND state = 'pending'",
            soci::use(until), soci::use(node);
        session.renewed_ns = query.now_ns;
    }
    std::vector<NotificationRow> rows = select_notifications(
        session.sql,
        std::string("WITH taken AS (SELECT n.key FROM notifications AS n WHERE n.channel = :channel"
                    " AND n.state = 'pending' AND ") +
            wanted.condition +
            " AND (n.owner IS NULL OR n.owner = :me OR n.lease_ns < :now2) ORDER BY " +
            wanted.order +
            " LIMIT :limit FOR UPDATE SKIP LOCKED), claimed AS (UPDATE notifications"
            " SET owner = :me2, lease_ns = :until WHERE key IN (SELECT key FROM taken)"
            " AND (owner IS DISTINCT FROM :me3 OR lease_ns < :fresh) RETURNING key) ",
        std::string("WHERE n.key IN (SELECT key FROM taken) ORDER BY ") + wanted.order,
        [&](soci::statement& statement) {
            statement.exchange(soci::use(query.channel));
            statement.exchange(soci::use(now));
            statement.exchange(soci::use(node));
            statement.exchange(soci::use(now));
            statement.exchange(soci::use(limit));
            statement.exchange(soci::use(node));
            statement.exchange(soci::use(until));
            statement.exchange(soci::use(node));
            statement.exchange(soci::use(fresh));
        });
    std::erase_if(rows, [&](const auto& row) { return query.in_hand.contains(row.key); });
    rows.resize(std::min(rows.size(), static_cast<std::size_t>(query.limit)));
    return rows;
}

std::vector<NotificationRow> take(Database::Session& session, const Wanted& wanted,
                                  const DueQuery& query) {
    return session.place.is_server() ? claim(session, wanted, query)
                                     : rows_of(session.sql, first_keys(session.sql, wanted, query));
}

}  // namespace

// By skipping from one channel to the next in their index.
std::vector<ChannelDue> select_waiting(soci::session& sql) {
    std::vector<ChannelDue> list;
    ChannelDue due;
    long long next = 0;
    long long use_by = 0;
    soci::indicator found = soci::i_null;
    soci::indicator found_late = soci::i_null;
    soci::statement statement =
        (sql.prepare << "WITH RECURSIVE names (name) AS (SELECT MIN(channel) FROM notifications"
                        " UNION ALL SELECT (SELECT MIN(channel) FROM notifications WHERE channel >"
                        " names.name) FROM names WHERE names.name IS NOT NULL) SELECT name,"
                        " (SELECT MIN(next_try_ns) FROM notifications WHERE channel = name"
                        " AND state = 'pending'), (SELECT MIN(use_by_ns) FROM notifications"
                        " WHERE channel = name AND state = 'pending')"
                        " FROM names WHERE name IS NOT NULL",
         soci::into(due.channel), soci::into(next, found), soci::into(use_by, found_late));
    statement.execute(false);
    while (statement.fetch()) {
        due.next_try_ns = due.use_by_ns = INT64_MAX;
        if (found == soci::i_ok && found_late == soci::i_ok) {
            due.next_try_ns = std::min<std::int64_t>(next, use_by);
            due.use_by_ns = use_by;
        }
        list.push_back(due);
    }
    return list;
}

Result<std::vector<NotificationRow>> Database::due(const DueQuery& query) {
    std::vector<NotificationRow> rows;
    Status read = guarded("read due notifications", [&] { rows = take(*session_, kDue, query); });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

Result<std::vector<NotificationRow>> Database::past_use_by(const DueQuery& query) {
    std::vector<NotificationRow> rows;
    Status read = guarded("read late notifications", [&] { rows = take(*session_, kLate, query); });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

Result<std::vector<ChannelDue>> Database::waiting() {
    std::vector<ChannelDue> list;
    Status read = guarded("read what waits", [&] { list = select_waiting(session_->sql); });
    if (!read.ok()) {
        return read;
    }
    return list;
}

}  // namespace petrel::core
