// Statements on notifications: adding, finding what is due, settling, counting.
#include "store/session.hpp"
#include "store/statements.hpp"

namespace petrel::core {
namespace {

constexpr const char* kColumns =
    "key, signal_id, channel, state, priority, attempts, created_ns, next_try_ns, use_by_ns,"
    " finished_ns, reason, provider_id, payload";

template <typename Bind>
std::vector<NotificationRow> select_rows(soci::session& sql, const std::string& condition,
                                         Bind&& bind) {
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
    statement.prepare(std::string("SELECT ") + kColumns + " FROM notifications " + condition);
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

}  // namespace

void insert_notification(soci::session& sql, const NotificationRow& row) {
    sql << std::string("INSERT OR IGNORE INTO notifications (") + kColumns +
               ") VALUES (:key, :signal, :channel, :state, :priority, :attempts, :created, :next,"
               " :use_by, :finished, :reason, :provider, :payload)",
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
        transaction.commit();
    });
}

Status Database::settle(const NotificationRow& row) {
    const long long next_try = row.next_try_ns;
    const long long finished = row.finished_ns;
    return guarded("settle a notification", [&] {
        session_->sql << "UPDATE notifications SET state = :state, attempts = :attempts,"
                         " next_try_ns = :next, finished_ns = :finished, reason = :reason,"
                         " provider_id = :provider WHERE key = :key",
            soci::use(row.state), soci::use(row.attempts), soci::use(next_try), soci::use(finished),
            soci::use(row.reason), soci::use(row.provider_id), soci::use(row.key);
    });
}

Result<std::vector<NotificationRow>> Database::due(std::int64_t now_ns, int limit) {
    std::vector<NotificationRow> rows;
    const long long now = now_ns;
    Status read = guarded("read due notifications", [&] {
        rows =
            select_rows(session_->sql,
                        "WHERE key IN (SELECT key FROM (SELECT key, ROW_NUMBER() OVER"
                        " (PARTITION BY channel ORDER BY priority DESC, created_ns, key) AS place"
                        " FROM notifications WHERE state = 'pending' AND next_try_ns <= :now)"
                        " AS waiting WHERE place <= :limit)"
                        " ORDER BY priority DESC, created_ns, key",
                        [&](soci::statement& statement) {
                            statement.exchange(soci::use(now));
                            statement.exchange(soci::use(limit));
                        });
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
            session_->sql, "WHERE signal_id = :id ORDER BY channel",
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
