// Statements on notifications: adding, settling, counting. due_rows has what is to be sent.
#include <map>

#include "store/chain.hpp"
#include "store/kept.hpp"
#include "store/statements.hpp"

namespace petrel::core {
namespace {

// What is merged is so when its digest is: until then it has no end to be proved.
bool is_final(const NotificationRow& row) { return row.state != "pending" && row.finished_ns > 0; }

std::vector<std::string> select_members(soci::session& sql, const std::string& digest) {
    std::vector<std::string> keys;
    std::string key;
    soci::statement statement =
        (sql.prepare << "SELECT key FROM notifications WHERE merged_into = :key"
                        " AND state = 'merged' AND finished_ns = 0 ORDER BY key",
         soci::into(key), soci::use(digest));
    statement.execute(false);
    while (statement.fetch()) {
        keys.push_back(key);
    }
    return keys;
}

// What is merged ends with its digest, and goes with it to another channel.
void settle_members(Database::Session& session, const NotificationRow& digest,
                    std::int64_t started_ns) {
    soci::session& sql = session.sql;
    const std::string name = digest.signal_id;
    if (digest.state == "diverted") {
        const std::string reason = "in digest " + name + ", " + digest.reason;
        sql << "UPDATE notifications SET merged_into = :to, reason = :reason"
               " WHERE merged_into = :key AND state = 'merged' AND finished_ns = 0",
            soci::use(digest.merged_into), soci::use(reason), soci::use(digest.key);
        return;
    }
    const bool told = digest.state == "delivered";
    const std::string state = told ? "merged" : digest.state;
    const std::string reason =
        "in digest " + name + (told ? "" : ", which was " + digest.state + ": " + digest.reason);
    const std::vector<std::string> members = select_members(sql, digest.key);
    sql << "UPDATE notifications SET state = :state, reason = :reason, finished_ns = :finished,"
           " provider_id = :provider WHERE merged_into = :key AND state = 'merged'"
           " AND finished_ns = 0",
        soci::use(state), soci::use(reason), soci::use(wide(digest.finished_ns)),
        soci::use(digest.provider_id), soci::use(digest.key);
    for (const std::string& key : members) {
        chain_notification(session, key, started_ns);
    }
}

// Without the payload, which stays.
struct UpdatePending {
    NotificationPlaces at;
    soci::statement statement;
    explicit UpdatePending(soci::session& sql)
        : statement((sql.prepare << "UPDATE notifications SET state = :state, attempts = :attempts,"
                                    " next_try_ns = :next, finished_ns = :finished,"
                                    " reason = :reason, provider_id = :provider,"
                                    " merged_into = :merged WHERE key = :key"
                                    " AND state = 'pending'",
                     soci::use(at.row.state), soci::use(at.row.attempts), soci::use(at.next_try),
                     soci::use(at.finished), soci::use(at.row.reason),
                     soci::use(at.row.provider_id), soci::use(at.row.merged_into),
                     soci::use(at.row.key))) {}
};

// Unless the key is there already.
struct InsertNotification {
    NotificationPlaces at;
    soci::statement statement;
    explicit InsertNotification(soci::session& sql)
        : statement(
              (sql.prepare << std::string("INSERT INTO notifications (") + kNotificationColumns +
                                  ") VALUES (:key, :signal, :channel, :state, :priority, :attempts,"
                                  " :created, :next, :use_by, :finished, :reason, :provider,"
                                  " :payload, :phase, :seq, :merged) ON CONFLICT DO NOTHING",
               soci::use(at.row.key), soci::use(at.row.signal_id), soci::use(at.row.channel),
               soci::use(at.row.state), soci::use(at.row.priority), soci::use(at.row.attempts),
               soci::use(at.created), soci::use(at.next_try), soci::use(at.use_by),
               soci::use(at.finished), soci::use(at.row.reason), soci::use(at.row.provider_id),
               soci::use(at.row.payload), soci::use(at.row.phase), soci::use(at.row.seq),
               soci::use(at.row.merged_into))) {}
};

// Whether it changed anything.
template <typename Write>
bool write_row(Database::Session& session, const NotificationRow& row) {
    Kept<Write> write(session);
    write->at.set(row);
    write->statement.execute(true);
    return write->statement.get_affected_rows() > 0;
}

// One that was not tried yet is worded anew.
void settle_one(Database::Session& session, const NotificationRow& row, std::int64_t started_ns) {
    const bool was_pending = write_row<UpdatePending>(session, row);
    if (row.state == "pending" && row.attempts == 0 && !row.payload.empty()) {
        session.sql << "UPDATE notifications SET payload = :payload"
                       " WHERE key = :key AND state = 'pending'",
            soci::use(row.payload), soci::use(row.key);
    }
    if (was_pending && is_final(row)) {
        chain_notification(session, row.key, started_ns);
    }
    if (row.phase == "digest" && row.state != "pending") {
        settle_members(session, row, started_ns);
    }
}

}  // namespace

const char* const kNotificationColumns =
    "key, signal_id, channel, state, priority, attempts, created_ns, next_try_ns, use_by_ns,"
    " finished_ns, reason, provider_id, payload, phase, seq, merged_into";

void NotificationPlaces::set(const NotificationRow& from) {
    row = from;
    created = from.created_ns;
    next_try = from.next_try_ns;
    use_by = from.use_by_ns;
    finished = from.finished_ns;
}

void NotificationPlaces::exchange(soci::statement& statement) {
    into_each(statement, row.key, row.signal_id, row.channel, row.state, row.priority, row.attempts,
              created, next_try, use_by, finished, row.reason, row.provider_id, row.payload,
              row.phase, row.seq, row.merged_into);
}

NotificationRow NotificationPlaces::read() const {
    NotificationRow read = row;
    read.created_ns = created;
    read.next_try_ns = next_try;
    read.use_by_ns = use_by;
    read.finished_ns = finished;
    return read;
}

std::string by_index(const Database::Session& session, const char* index) {
    return session.place.is_server() ? "" : std::string(" INDEXED BY ") + index;
}

void add_notifications(Database::Session& session, std::span<const NotificationRow> rows) {
    for (const NotificationRow& row : rows) {
        if (write_row<InsertNotification>(session, row) && is_final(row)) {
            chain_notification(session, row.key, 0);
        }
    }
}

Status Database::add(std::span<const NotificationRow> notifications) {
    return guarded("queue a notification", [&] {
        Session::Step step(*session_);
        add_notifications(*session_, notifications);
        step.commit();
    });
}

Status Database::settle(const NotificationRow& row, const AttemptRow* attempt) {
    return change({&row, 1}, {}, attempt);
}

Status Database::change(std::span<const NotificationRow> settled,
                        std::span<const NotificationRow> added, const AttemptRow* attempt) {
    return guarded("settle a notification", [&] {
        Session::Step step(*session_);
        add_notifications(*session_, added);
        for (const NotificationRow& row : settled) {
            settle_one(*session_, row, attempt != nullptr ? attempt->at_ns : 0);
        }
        if (attempt != nullptr) {
            insert_attempt(*session_, *attempt);
        }
        step.commit();
    });
}

Result<std::vector<NotificationRow>> Database::notifications(const std::string& signal_id) {
    std::vector<NotificationRow> rows;
    Status read = guarded("read notifications", [&] {
        NotificationPlaces places;
        soci::statement statement(session_->sql);
        places.exchange(statement);
        statement.exchange(soci::use(signal_id));
        statement.alloc();
        statement.prepare(std::string("SELECT ") + kNotificationColumns +
                          " FROM notifications WHERE signal_id = :id ORDER BY channel, seq, key");
        statement.define_and_bind();
        statement.execute(false);
        while (statement.fetch()) {
            rows.push_back(places.read());
        }
    });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

// One statement, and so one moment. What was delivered is not looked at, for that is nearly all: it
// is what remains. (A count of a whole table, alone in its SELECT, reads no rows.)
Result<StoreCounts> Database::counts() {
    StoreCounts counts;
    Status read = guarded("count", [&] {
        counts = StoreCounts();
        std::uint64_t all = 0;
        std::uint64_t all_signals = 0;
        const std::map<std::string, std::uint64_t*> places = {{"all", &all},
                                                              {"all signals", &all_signals},
                                                              {"near misses", &counts.held},
                                                              {"refused", &counts.refused},
                                                              {"expired", &counts.expired},
                                                              {"held", &counts.held_back},
                                                              {"replaced", &counts.replaced},
                                                              {"merged", &counts.merged},
                                                              {"diverted", &counts.diverted}};
        std::uint64_t others = 0;
        std::string what;
        std::string channel;
        long long n = 0;
        soci::statement each =
            (session_->sql.prepare
                 << "SELECT 'all', '', (SELECT COUNT(*) FROM notifications)"
                    " UNION ALL SELECT 'all signals', '', (SELECT COUNT(*) FROM signals)"
                    " UNION ALL SELECT 'near misses', '', COUNT(*) FROM signals"
                    " WHERE state = 'held'"
                    " UNION ALL SELECT 'pending', channel, COUNT(*) FROM notifications" +
                        by_index(*session_, "notifications_pending") +
                        " WHERE state = 'pending' GROUP BY channel"
                        " UNION ALL SELECT state, '', COUNT(*) FROM notifications" +
                        by_index(*session_, "notifications_rare") +
                        " WHERE state <> 'pending' AND state <> 'delivered' GROUP BY state",
             soci::into(what), soci::into(channel), soci::into(n));
        each.execute(false);
        while (each.fetch()) {
            const auto rows = static_cast<std::uint64_t>(n);
            const auto known = places.find(what);
            if (known != places.end()) {
                *known->second = rows;
            }
            if (what == "pending") {
                counts.pending += rows;
                counts.pending_by_channel[channel] = rows;
            }
            const bool of_signals = what == "all signals" || what == "near misses";
            others += what == "all" || of_signals ? 0 : rows;
        }
        counts.delivered = all - others;
        counts.signals = all_signals - counts.held;
    });
    if (!read.ok()) {
        return read;
    }
    return counts;
}

}  // namespace petrel::core
