// Statements on notifications: adding, finding what is due, settling, counting.
#include "store/session.hpp"
#include "store/statements.hpp"

namespace petrel::core {
namespace {

// For so long a claim keeps other nodes off.
constexpr std::int64_t kLeaseNs = 60'000'000'000;

constexpr const char* kColumns =
    "key, signal_id, channel, state, priority, attempts, created_ns, next_try_ns, use_by_ns,"
    " finished_ns, reason, provider_id, payload";

// `before` stands before the SELECT, `condition` behind it.
template <typename Bind>
std::vector<NotificationRow> select_rows(soci::session& sql, const std::string& before,
                                         const std::string& condition, Bind&& bind) {
    NotificationRow row;
    long long created = 0;
    long long next_try = 0;
    long long use_by = 0;
    long long finished = 0;
    soci::statement statement(sql);
    statement.exchange(soci::into(row.key));
    statement.exchange(soci::into(row.signal_id));
    statement.exchange(soci::into(row.channel));
    statement.exchange(soci::into(row.state));
    statement.exchange(soci::into(row.priority));
    statement.exchange(soci::into(row.attempts));
    statement.exchange(soci::into(created));
    statement.exchange(soci::into(next_try));
    statement.exchange(soci::into(use_by));
    statement.exchange(soci::into(finished));
    statement.exchange(soci::into(row.reason));
    statement.exchange(soci::into(row.provider_id));
    statement.exchange(soci::into(row.payload));
    bind(statement);
    statement.alloc();
    statement.prepare(before + "SELECT " + kColumns + " FROM notifications " + condition);
    statement.define_and_bind();
    statement.execute(false);
    std::vector<NotificationRow> rows;
    while (statement.fetch()) {
        row.created_ns = created;
        row.next_try_ns = next_try;
        row.use_by_ns = use_by;
        row.finished_ns = finished;
        rows.push_back(row);
    }
    return rows;
}

std::uint64_t count(soci::session& sql, const std::string& from) {
    long long n = 0;
    sql << "SELECT COUNT(*) FROM " + from, soci::into(n);
    return static_cast<std::uint64_t>(n);
}

std::vector<NotificationRow> select_due(soci::session& sql, std::int64_t now_ns, int limit) {
    const long long now = now_ns;
    return select_rows(sql, "",
                       "WHERE key IN (SELECT key FROM (SELECT key, ROW_NUMBER() OVER"
                       " (PARTITION BY channel ORDER BY priority DESC, created_ns, key) AS place"
                       " FROM notifications WHERE state = 'pending' AND next_try_ns <= :now)"
                       " AS waiting WHERE place <= :limit)"
                       " ORDER BY priority DESC, created_ns, key",
                       [&](soci::statement& statement) {
                           statement.exchange(soci::use(now));
                           statement.exchange(soci::use(limit));
                       });
}

// Takes work by its state: rows that another session holds are passed over, never waited for, and
// those that another node has claimed are left to it until its lease ends. The node's own leases
// are renewed on the way, and every third of their time.
std::vector<NotificationRow> claim_due(Database::Session& session, std::int64_t now_ns, int limit) {
    const long long now = now_ns;
    const long long until = now_ns + kLeaseNs;
    const long long fresh = now_ns + 2 * kLeaseNs / 3;
    const std::string& node = session.place.node;
    if (now_ns - session.renewed_ns > kLeaseNs / 3) {
        session.sql << "UPDATE notifications SET lease_ns = :until WHERE owner = :me"
                       " AND state = 'pending'",
            soci::use(until), soci::use(node);
        session.renewed_ns = now_ns;
    }
    return select_rows(
        session.sql,
        "WITH waiting AS (SELECT DISTINCT channel FROM notifications WHERE state = 'pending'"
        " AND next_try_ns <= :now), taken AS (SELECT free.key FROM waiting, LATERAL (SELECT n.key"
        " FROM notifications AS n WHERE n.channel = waiting.channel AND n.state = 'pending'"
        " AND n.next_try_ns <= :now2 AND (n.owner IS NULL OR n.owner = :me OR n.lease_ns < :now3)"
        " ORDER BY n.priority DESC, n.created_ns, n.key LIMIT :limit FOR UPDATE SKIP LOCKED)"
        " AS free), claimed AS (UPDATE notifications SET owner = :me2, lease_ns = :until"
        " WHERE key IN (SELECT key FROM taken) AND (owner IS DISTINCT FROM :me3"
        " OR lease_ns < :fresh) RETURNING key) ",
        "WHERE key IN (SELECT key FROM taken) ORDER BY priority DESC, created_ns, key",
        [&](soci::statement& statement) {
            statement.exchange(soci::use(now));
            statement.exchange(soci::use(now));
            statement.exchange(soci::use(node));
            statement.exchange(soci::use(now));
            statement.exchange(soci::use(limit));
            statement.exchange(soci::use(node));
            statement.exchange(soci::use(until));
            statement.exchange(soci::use(node));
            statement.exchange(soci::use(fresh));
        });
}

}  // namespace

void insert_notification(soci::session& sql, const NotificationRow& row) {
    sql << std::string("INSERT INTO notifications (") + kColumns +
               ") VALUES (:key, :signal, :channel, :state, :priority, :attempts, :created, :next,"
               " :use_by, :finished, :reason, :provider, :payload) ON CONFLICT DO NOTHING",
        soci::use(row.key), soci::use(row.signal_id), soci::use(row.channel), soci::use(row.state),
        soci::use(row.priority), soci::use(row.attempts), soci::use(wide(row.created_ns)),
        soci::use(wide(row.next_try_ns)), soci::use(wide(row.use_by_ns)),
        soci::use(wide(row.finished_ns)), soci::use(row.reason), soci::use(row.provider_id),
        soci::use(row.payload);
}

Status Database::add(std::span<const NotificationRow> notifications) {
    return guarded("queue a notification", [&] {
        soci::transaction transaction(session_->sql);
        for (const NotificationRow& notification : notifications) {
            insert_notification(session_->sql, notification);
        }
        session_->commit(transaction);
    });
}

Status Database::settle(const NotificationRow& row, const AttemptRow* attempt) {
    const long long next_try = row.next_try_ns;
    const long long finished = row.finished_ns;
    return guarded("settle a notification", [&] {
        soci::transaction transaction(session_->sql);
        session_->sql << "UPDATE notifications SET state = :state, attempts = :attempts,"
                         " next_try_ns = :next, finished_ns = :finished, reason = :reason,"
                         " provider_id = :provider WHERE key = :key AND state = 'pending'",
            soci::use(row.state), soci::use(row.attempts), soci::use(next_try), soci::use(finished),
            soci::use(row.reason), soci::use(row.provider_id), soci::use(row.key);
        if (attempt != nullptr) {
            insert_attempt(session_->sql, *attempt);
        }
        session_->commit(transaction);
    });
}

Result<std::vector<NotificationRow>> Database::due(std::int64_t now_ns, int limit) {
    std::vector<NotificationRow> rows;
    Status read = guarded("read due notifications", [&] {
        rows = session_->place.is_server() ? claim_due(*session_, now_ns, limit)
                                           : select_due(session_->sql, now_ns, limit);
    });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

Result<std::int64_t> Database::next_due() {
    long long next = 0;
    soci::indicator found = soci::i_null;
    Status read = guarded("read the next due time", [&] {
        session_->sql << "SELECT MIN(next_try_ns) FROM notifications WHERE state = 'pending'",
            soci::into(next, found);
    });
    if (!read.ok()) {
        return read;
    }
    return found == soci::i_ok ? std::int64_t{next} : INT64_MAX;
}

Result<std::vector<NotificationRow>> Database::notifications(const std::string& signal_id) {
    std::vector<NotificationRow> rows;
    Status read = guarded("read notifications", [&] {
        rows = select_rows(
            session_->sql, "", "WHERE signal_id = :id ORDER BY channel",
            [&](soci::statement& statement) { statement.exchange(soci::use(signal_id)); });
    });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

Result<StoreCounts> Database::counts() {
    StoreCounts counts;
    Status read = guarded("count", [&] {
        soci::session& sql = session_->sql;
        counts.signals = count(sql, "signals WHERE state <> 'held'");
        counts.held = count(sql, "signals WHERE state = 'held'");
        counts.pending = count(sql, "notifications WHERE state = 'pending'");
        counts.delivered = count(sql, "notifications WHERE state = 'delivered'");
        counts.refused = count(sql, "notifications WHERE state = 'refused'");
        counts.expired = count(sql, "notifications WHERE state = 'expired'");
    });
    if (!read.ok()) {
        return read;
    }
    return counts;
}

}  // namespace petrel::core
