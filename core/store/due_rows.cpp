// Statements on what waits to be sent. None of them reads a backlog: they walk the indexes of
// pending rows, which have the order, and end at the limit.
#include <algorithm>

#include "store/kept.hpp"
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

// Nothing of a story overtakes what stands before it on the same channel, but a picture or an
// escalation, which waits for minutes, nor the digest in which that is told. (The empty text keeps
// a server that has not counted its rows yet off the index of all that is pending, which it would
// read whole for each row.) The urgency is the one of the index: the smaller, the sooner; a second
// of waiting is worth a point of priority.
constexpr Wanted kDue = {
    "notifications_pending",
    "n.next_try_ns <= :now AND (n.seq = 0 OR NOT EXISTS (SELECT 1 FROM notifications AS before"
    " WHERE before.signal_id = n.signal_id AND before.channel = n.channel"
    " AND (before.state || '' = 'pending' OR (before.state || '' = 'merged'"
    " AND before.finished_ns = 0)) AND before.seq < n.seq AND before.phase <> 'picture' AND "
    "before.key NOT LIKE '%/esc_'))",
    "(n.created_ns - CAST(n.priority AS BIGINT) * 1000000000), n.key"};
constexpr Wanted kLate = {"notifications_use_by", "n.use_by_ns < :now", "n.use_by_ns, n.key"};

// The index has what is asked for, so that what is in hand already costs little to pass over. It is
// named, because the planner would sort the backlog instead.
template <const Wanted& wanted>
struct FirstKeys {
    std::string channel, key;
    long long now = 0;
    soci::statement statement;
    explicit FirstKeys(soci::session& sql)
        : statement(
              (sql.prepare << std::string("SELECT n.key FROM notifications AS n INDEXED BY ") +
                                  wanted.index +
                                  " WHERE n.channel = :channel AND n.state = 'pending' AND " +
                                  wanted.condition + " ORDER BY " + wanted.order,
               soci::into(key), soci::use(channel), soci::use(now))) {}
};

// The first keys of the queue.
template <const Wanted& wanted>
std::vector<std::string> first_keys(Database::Session& session, const DueQuery& query) {
    Kept<FirstKeys<wanted>> select(session);
    select->channel = query.channel;
    select->now = query.now_ns;
    select->statement.execute(false);
    std::vector<std::string> keys;
    while (static_cast<int>(keys.size()) < query.limit && select->statement.fetch()) {
        if (!query.in_hand.contains(select->key)) {
            keys.push_back(select->key);
        }
    }
    return keys;
}

struct OneNotification {
    std::string key;
    NotificationPlaces places;
    soci::statement statement;
    explicit OneNotification(soci::session& sql) : statement(sql) {
        places.exchange(statement);
        statement.exchange(soci::use(key));
        statement.alloc();
        statement.prepare(std::string("SELECT ") + kNotificationColumns +
                          " FROM notifications WHERE key = :key");
        statement.define_and_bind();
    }
};

std::vector<NotificationRow> rows_of(Database::Session& session,
                                     const std::vector<std::string>& keys) {
    std::vector<NotificationRow> rows;
    for (const std::string& key : keys) {
        Kept<OneNotification> select(session);
        select->key = key;
        if (select->statement.execute(true)) {
            rows.push_back(select->places.read());
        }
    }
    return rows;
}

// The node's own leases are renewed on the way of its claims, and every third of their time.
void renew_leases(Database::Session& session, std::int64_t now_ns) {
    if (now_ns - session.renewed_ns > kLeaseNs / 3) {
        session.sql << "UPDATE notifications SET lease_ns = :until WHERE owner = :me"
                       " AND state = 'pending'",
            soci::use(wide(now_ns + kLeaseNs)), soci::use(session.place.node);
        session.renewed_ns = now_ns;
    }
}

// Takes work by its state: rows that another session holds are passed over, never waited for, and
// those that another node has claimed are left to it until its lease ends. The owner that is read
// is the one of before: a statement sees nothing of what it changes itself.
std::string claim_text(const Wanted& wanted) {
    return std::string(
               "WITH taken AS (SELECT n.key FROM notifications AS n"
               " WHERE n.channel = :channel AND n.state = 'pending' AND ") +
           wanted.condition +
           " AND (n.owner IS NULL OR n.owner = :me OR n.lease_ns < :now2) ORDER BY " +
           wanted.order +
           " LIMIT :limit FOR UPDATE SKIP LOCKED), claimed AS (UPDATE notifications"
           " SET owner = :me2, lease_ns = :until WHERE key IN (SELECT key FROM taken)"
           " AND (owner IS DISTINCT FROM :me3 OR lease_ns < :fresh) RETURNING key) SELECT " +
           kNotificationColumns +
           ", owner FROM notifications AS n WHERE n.key IN (SELECT key FROM taken) ORDER BY " +
           wanted.order;
}

std::vector<NotificationRow> claim(Database::Session& session, const Wanted& wanted,
                                   const DueQuery& query) {
    renew_leases(session, query.now_ns);
    const long long now = query.now_ns;
    const long long until = query.now_ns + kLeaseNs;
    const long long fresh = query.now_ns + 2 * kLeaseNs / 3;
    const int limit = query.limit + static_cast<int>(query.in_hand.size());
    const std::string& node = session.place.node;
    NotificationPlaces places;
    Nullable<std::string> owner;
    soci::statement statement(session.sql);
    places.exchange(statement);
    into_one(statement, owner);
    statement.exchange(soci::use(query.channel));
    statement.exchange(soci::use(now));
    statement.exchange(soci::use(node));
    statement.exchange(soci::use(now));
    statement.exchange(soci::use(limit));
    statement.exchange(soci::use(node));
    statement.exchange(soci::use(until));
    statement.exchange(soci::use(node));
    statement.exchange(soci::use(fresh));
    statement.alloc();
    statement.prepare(claim_text(wanted));
    statement.define_and_bind();
    statement.execute(false);
    std::vector<NotificationRow> rows;
    while (static_cast<int>(rows.size()) < query.limit && statement.fetch()) {
        if (!query.in_hand.contains(places.row.key)) {
            rows.push_back(places.read());
            const bool of_another = owner.state == soci::i_ok && owner.value != node;
            rows.back().taken_from = of_another ? owner.value : "";
        }
    }
    return rows;
}

template <const Wanted& wanted>
std::vector<NotificationRow> take(Database::Session& session, const DueQuery& query) {
    return session.place.is_server() ? claim(session, wanted, query)
                                     : rows_of(session, first_keys<wanted>(session, query));
}

// By skipping from one channel to the next in their index.
struct Waiting {
    std::string channel;
    Nullable<long long> next_try, use_by;
    soci::statement statement;
    explicit Waiting(soci::session& sql)
        : statement((sql.prepare
                         << "WITH RECURSIVE names (name) AS (SELECT MIN(channel) FROM notifications"
                            " UNION ALL SELECT (SELECT MIN(channel) FROM notifications"
                            " WHERE channel > names.name) FROM names WHERE names.name IS NOT NULL)"
                            " SELECT name, (SELECT MIN(next_try_ns) FROM notifications"
                            " WHERE channel = name AND state = 'pending'),"
                            " (SELECT MIN(use_by_ns) FROM notifications WHERE channel = name"
                            " AND state = 'pending') FROM names WHERE name IS NOT NULL",
                     soci::into(channel), soci::into(next_try.value, next_try.state),
                     soci::into(use_by.value, use_by.state))) {}
};

}  // namespace

std::vector<ChannelDue> select_waiting(Database::Session& session) {
    Kept<Waiting> select(session);
    select->statement.execute(false);
    std::vector<ChannelDue> list;
    while (select->statement.fetch()) {
        ChannelDue due;
        due.channel = select->channel;
        if (select->next_try.state == soci::i_ok && select->use_by.state == soci::i_ok) {
            due.next_try_ns = std::min<std::int64_t>(select->next_try.value, select->use_by.value);
            due.use_by_ns = select->use_by.value;
        }
        list.push_back(due);
    }
    return list;
}

Result<std::vector<NotificationRow>> Database::due(const DueQuery& query) {
    std::vector<NotificationRow> rows;
    Status read = guarded("read due notifications", [&] { rows = take<kDue>(*session_, query); });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

Result<std::vector<NotificationRow>> Database::past_use_by(const DueQuery& query) {
    std::vector<NotificationRow> rows;
    Status read = guarded("read late notifications", [&] { rows = take<kLate>(*session_, query); });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

Result<std::vector<ChannelDue>> Database::waiting() {
    std::vector<ChannelDue> list;
    Status read = guarded("read what waits", [&] { list = select_waiting(*session_); });
    if (!read.ok()) {
        return read;
    }
    return list;
}

}  // namespace petrel::core
