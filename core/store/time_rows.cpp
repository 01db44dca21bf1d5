// Statements on what grows by time: attempts to deliver, and minutes; and writing a StoreEntry.
#include "store/kept.hpp"
#include "store/statements.hpp"
#include "store/store_entry.hpp"

namespace petrel::core {

namespace {

struct InsertAttempt {
    AttemptRow row;
    long long at = 0, finished = 0, latency = 0;
    Nullable<long long> http_status;
    soci::statement statement;
    explicit InsertAttempt(soci::session& sql)
        : statement(
              (sql.prepare << "INSERT INTO attempts (key, number, signal_id, channel, at_ns,"
                              " finished_ns, latency_ns, result, reason, http_status, provider_id)"
                              " VALUES (:key, :number, :signal, :channel, :at, :finished,"
                              " :latency, :result, :reason, :status, :provider)"
                              " ON CONFLICT DO NOTHING",
               soci::use(row.key), soci::use(row.number), soci::use(row.signal_id),
               soci::use(row.channel), soci::use(at), soci::use(finished), soci::use(latency),
               soci::use(row.result), soci::use(row.reason),
               soci::use(http_status.value, http_status.state), soci::use(row.provider_id))) {}
};

}  // namespace

void insert_attempt(Database::Session& session, const AttemptRow& row) {
    Kept<InsertAttempt> insert(session);
    insert->row = row;
    insert->at = row.at_ns;
    insert->finished = row.finished_ns;
    insert->latency = row.finished_ns - row.at_ns;
    insert->http_status = Nullable<long long>(row.http_status);
    insert->statement.execute(true);
}

Status Database::put(const MetricsRow& row) {
    Nullable<double> p50(row.latency_p50_ms);
    Nullable<double> p99(row.latency_p99_ms);
    Nullable<double> longest(row.latency_max_ms);
    Nullable<double> write(row.write_p99_ms);
    return guarded("write a minute's figures", [&] {
        session_->sql << "INSERT INTO metrics (at_ns, node, signals, delivered, retried, refused,"
                         " latency_p50_ms, latency_p99_ms, latency_max_ms, write_p99_ms, waiting,"
                         " spooled) VALUES (:at, :node, :signals, :delivered, :retried, :refused,"
                         " :p50, :p99, :max, :write, :waiting, :spooled) ON CONFLICT DO NOTHING",
            soci::use(wide(row.at_ns)), soci::use(row.node), soci::use(wide(row.signals)),
            soci::use(wide(row.delivered)), soci::use(wide(row.retried)),
            soci::use(wide(row.refused)), soci::use(p50.value, p50.state),
            soci::use(p99.value, p99.state), soci::use(longest.value, longest.state),
            soci::use(write.value, write.state), soci::use(wide(row.waiting)),
            soci::use(wide(row.spooled));
    });
}

Result<std::vector<ChannelDue>> Database::provider_pauses(std::int64_t now_ns) {
    std::vector<ChannelDue> pauses;
    const long long now = now_ns;
    Status read = guarded("read the pauses of providers", [&] {
        std::string channel;
        long long until = 0;
        soci::statement statement =
            (session_->sql.prepare
                 << "SELECT n.channel, MAX(n.next_try_ns) FROM notifications n" +
                        by_index(*session_, "notifications_pending") +
                        " JOIN attempts a ON a.key = n.key AND a.number = n.attempts WHERE n.state "
                        "= 'pending'"
                        " AND n.next_try_ns > :now AND a.http_status = 429 GROUP BY n.channel"
                        " ORDER BY n.channel",
             soci::into(channel), soci::into(until), soci::use(now));
        statement.execute();
        while (statement.fetch()) {
            pauses.push_back({channel, until});
        }
    });
    if (!read.ok()) {
        return read;
    }
    return pauses;
}

Result<std::vector<AttemptRow>> Database::attempts(const std::string& signal_id) {
    std::vector<AttemptRow> rows;
    Status read = guarded("read attempts", [&] {
        AttemptRow row;
        long long at = 0;
        long long finished = 0;
        Nullable<long long> http_status;
        soci::statement statement =
            (session_->sql.prepare << "SELECT key, number, signal_id, channel, at_ns, finished_ns,"
                                      " result, reason, http_status, provider_id FROM attempts"
                                      " WHERE signal_id = :id ORDER BY at_ns, key, number",
             soci::into(row.key), soci::into(row.number), soci::into(row.signal_id),
             soci::into(row.channel), soci::into(at), soci::into(finished), soci::into(row.result),
             soci::into(row.reason), soci::into(http_status.value, http_status.state),
             soci::into(row.provider_id), soci::use(signal_id));
        statement.execute(false);
        while (statement.fetch()) {
            row.at_ns = at;
            row.finished_ns = finished;
            http_status.store_to(row.http_status);
            rows.push_back(row);
        }
    });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

Result<std::vector<MetricsRow>> Database::metrics(std::int64_t since_ns, int limit) {
    std::vector<MetricsRow> rows;
    const long long since = since_ns;
    Status read = guarded("read minutes", [&] {
        MetricsRow row;
        long long at = 0;
        long long counts[6] = {};
        Nullable<double> figures[4];
        soci::statement statement =
            (session_->sql.prepare
                 << "SELECT at_ns, node, signals, delivered, retried, refused, waiting, spooled,"
                    " latency_p50_ms, latency_p99_ms, latency_max_ms, write_p99_ms FROM metrics"
                    " WHERE at_ns >= :since ORDER BY at_ns, node LIMIT :limit",
             soci::into(at), soci::into(row.node), soci::into(counts[0]), soci::into(counts[1]),
             soci::into(counts[2]), soci::into(counts[3]), soci::into(counts[4]),
             soci::into(counts[5]), soci::into(figures[0].value, figures[0].state),
             soci::into(figures[1].value, figures[1].state),
             soci::into(figures[2].value, figures[2].state),
             soci::into(figures[3].value, figures[3].state), soci::use(since), soci::use(limit));
        statement.execute(false);
        while (statement.fetch()) {
            row.at_ns = at;
            row.signals = counts[0];
            row.delivered = counts[1];
            row.retried = counts[2];
            row.refused = counts[3];
            row.waiting = counts[4];
            row.spooled = counts[5];
            figures[0].store_to(row.latency_p50_ms);
            figures[1].store_to(row.latency_p99_ms);
            figures[2].store_to(row.latency_max_ms);
            figures[3].store_to(row.write_p99_ms);
            rows.push_back(row);
        }
    });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

Status Database::write(const StoreEntry& entry) {
    switch (entry.kind) {
        case StoreEntry::Kind::Admission:
            return admit(entry.signal, entry.notifications);
        case StoreEntry::Kind::Signal:
            return put(entry.signal);
        case StoreEntry::Kind::Outcome:
        case StoreEntry::Kind::NearMiss:
            return put(entry.outcome);
        case StoreEntry::Kind::Notifications:
            return add(entry.notifications);
        case StoreEntry::Kind::Settlement:
            return settle(entry.notifications.front(), entry.attempt ? &*entry.attempt : nullptr);
        case StoreEntry::Kind::Metrics:
            return put(entry.metrics);
        case StoreEntry::Kind::Change:
            return change(entry.notifications, entry.added,
                          entry.attempt ? &*entry.attempt : nullptr);
        case StoreEntry::Kind::Silence:
            return put(entry.silence);
        case StoreEntry::Kind::Acknowledgement:
            return acknowledge(entry.ack, entry.notifications);
        case StoreEntry::Kind::EscalationsEnd:
            return end_escalations(entry.ack.signal_id, entry.ack.comment, entry.ack.at_ns);
    }
    return Status::rejected("an entry of no known kind");
}

Status Database::write(std::span<const StoreEntry> entries) {
    Status first_failure;
    // The limit of a call is for each entry: many may take longer together.
    const auto socket = [this] {
        return session_->place.is_server() ? socket_of(session_->sql) : -1;
    };
    const Status written = guarded("write", [&] {
        soci::transaction transaction(session_->sql);
        {
            const Session::Group group(*session_);
            for (const StoreEntry& entry : entries) {
                const CallWatch::Call call(session_->watch.get(), socket());
                first_failure = write(entry);
                if (!first_failure.ok()) {
                    throw soci::soci_error("one of several writes failed");  // rolls all back
                }
            }
        }
        const CallWatch::Call call(session_->watch.get(), socket());
        session_->commit(transaction);
    });
    return first_failure.ok() ? written : first_failure;
}

}  // namespace petrel::core
