// Statements on what people do while petrel runs: silences, acknowledgements, and the escalations
// that those end.
#include <set>

#include "store/chain.hpp"
#include "store/session.hpp"
#include "store/statements.hpp"

namespace petrel::core {
namespace {

// Keys of escalations end so: "sig-1/pager/esc1".
constexpr const char* kEscalations = " state = 'pending' AND key LIKE '%/esc_'";

void end_waiting(Database::Session& session, const std::string& signal_id,
                 const std::string& reason, long long now_ns) {
    soci::session& sql = session.sql;
    std::vector<std::string> keys;
    std::string key;
    soci::statement waiting =
        (sql.prepare << std::string("SELECT key FROM notifications WHERE signal_id = :id AND") +
                            kEscalations + " ORDER BY key",
         soci::into(key), soci::use(signal_id));
    waiting.execute(false);
    while (waiting.fetch()) {
        keys.push_back(key);
    }
    sql << std::string(
               "UPDATE notifications SET state = 'held', finished_ns = :now, reason = :reason"
               " WHERE signal_id = :id AND") +
               kEscalations,
        soci::use(now_ns), soci::use(reason), soci::use(signal_id);
    for (const std::string& ended : keys) {
        chain_notification(session, ended, 0);
    }
}

}  // namespace

void prune_operator(soci::session& sql, std::int64_t before_ns) {
    const long long before = before_ns;
    sql << "DELETE FROM silences WHERE until_ns < :t", soci::use(before);
    sql << "DELETE FROM acknowledgements WHERE at_ns < :t AND signal_id NOT IN"
           " (SELECT id FROM signals)",
        soci::use(before);
}

Status Database::put(const SilenceRow& row) {
    const long long from = row.from_ns;
    const long long until = row.until_ns;
    return guarded("write a silence", [&] {
        Session::Step step(*session_);
        session_->sql << "INSERT INTO silences (id, matcher, from_ns, until_ns, author, comment,"
                         " ended_by) VALUES (:id, :matcher, :from, :until, :author, :comment,"
                         " :ended) ON CONFLICT (id) DO UPDATE SET until_ns = excluded.until_ns,"
                         " ended_by = excluded.ended_by"
                         " WHERE excluded.until_ns < silences.until_ns",
            soci::use(row.id), soci::use(row.matcher), soci::use(from), soci::use(until),
            soci::use(row.author), soci::use(row.comment), soci::use(row.ended_by);
        step.commit();
    });
}

Result<std::vector<SilenceRow>> Database::silences(std::int64_t now_ns) {
    std::vector<SilenceRow> rows;
    const long long now = now_ns;
    Status read = guarded("read silences", [&] {
        SilenceRow row;
        long long from = 0;
        long long until = 0;
        soci::statement statement =
            (session_->sql.prepare
                 << "SELECT id, matcher, from_ns, until_ns, author, comment, ended_by FROM silences"
                    " WHERE until_ns > :now ORDER BY from_ns, id",
             soci::into(row.id), soci::into(row.matcher), soci::into(from), soci::into(until),
             soci::into(row.author), soci::into(row.comment), soci::into(row.ended_by),
             soci::use(now));
        statement.execute(false);
        while (statement.fetch()) {
            row.from_ns = from;
            row.until_ns = until;
            rows.push_back(row);
        }
    });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

Result<std::vector<HeldCount>> Database::held_by_silences(std::int64_t since_ns) {
    std::vector<HeldCount> counts;
    const long long since = since_ns;
    Status read = guarded("count what silences held", [&] {
        HeldCount count;
        long long alerts = 0;
        soci::statement statement =
            (session_->sql.prepare << "SELECT reason, COUNT(DISTINCT signal_id) FROM notifications"
                                      " WHERE state = 'held' AND reason LIKE 'silenced by %'"
                                      " AND created_ns >= :since GROUP BY reason ORDER BY reason",
             soci::into(count.reason), soci::into(alerts), soci::use(since));
        statement.execute(false);
        while (statement.fetch()) {
            count.alerts = static_cast<std::uint64_t>(alerts);
            counts.push_back(count);
        }
    });
    if (!read.ok()) {
        return read;
    }
    return counts;
}

Status Database::acknowledge(const AckRow& ack, std::span<const NotificationRow> tellings) {
    const long long at = ack.at_ns;
    const std::string reason = "acknowledged by " + ack.author;
    return guarded("write an acknowledgement", [&] {
        Session::Step step(*session_);
        session_->sql << "INSERT INTO acknowledgements (signal_id, at_ns, author, via, comment)"
                         " VALUES (:id, :at, :author, :via, :comment) ON CONFLICT DO NOTHING",
            soci::use(ack.signal_id), soci::use(at), soci::use(ack.author), soci::use(ack.via),
            soci::use(ack.comment);
        end_waiting(*session_, ack.signal_id, reason, at);
        add_notifications(*session_, tellings);
        step.commit();
    });
}

Status Database::end_escalations(const std::string& signal_id, const std::string& reason,
                                 std::int64_t now_ns) {
    return guarded("end escalations", [&] {
        Session::Step step(*session_);
        end_waiting(*session_, signal_id, reason, now_ns);
        step.commit();
    });
}

Result<std::vector<AckRow>> Database::acknowledgements(const std::string& signal_id) {
    std::vector<AckRow> rows;
    Status read = guarded("read an acknowledgement", [&] {
        AckRow row;
        long long at = 0;
        soci::statement statement =
            (session_->sql.prepare << "SELECT signal_id, at_ns, author, via, comment"
                                      " FROM acknowledgements WHERE signal_id = :id",
             soci::into(row.signal_id), soci::into(at), soci::into(row.author), soci::into(row.via),
             soci::into(row.comment), soci::use(signal_id));
        statement.execute(false);
        while (statement.fetch()) {
            row.at_ns = at;
            rows.push_back(row);
        }
    });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

Result<std::vector<std::string>> Database::escalating() {
    std::set<std::string> ids;
    Status read = guarded("read what escalates", [&] {
        // By channel, because pending rows are found by it.
        for (const ChannelDue& due : select_waiting(*session_)) {
            std::string id;
            soci::statement statement =
                (session_->sql.prepare
                     << std::string("SELECT DISTINCT signal_id FROM notifications WHERE"
                                    " channel = :channel AND") +
                            kEscalations,
                 soci::into(id), soci::use(due.channel));
            statement.execute(false);
            while (statement.fetch()) {
                ids.insert(id);
            }
        }
    });
    if (!read.ok()) {
        return read;
    }
    return std::vector<std::string>(ids.begin(), ids.end());
}

}  // namespace petrel::core
