// What is old is removed, a part at a time: an alert waits for no more than one part, and a part
// ends within the time that a server gives a statement.
#include <string>
#include <vector>

#include "store/chain.hpp"
#include "store/session.hpp"
#include "store/statements.hpp"

namespace petrel::core {
namespace {

constexpr long long kPartRows = 25;  // of each kind
constexpr long long kLookedAt = 500;

class Part {
public:
    Part(Database::Session& session, std::int64_t before_ns)
        : session_(session), sql_(session.sql), before_(before_ns) {}

    // True when there is more of something to remove.
    bool remove(long long near_misses_max) {
        const bool settled = settled_notifications() > 0;
        std::vector<std::string> ids = old_signals();
        const bool changed = settled || !ids.empty();
        add_surplus(near_misses_max, ids);
        for (const auto& [table, column] : {std::pair("outcomes", "signal_id"),
                                            {"near_misses", "signal_id"},
                                            {"votes", "signal_id"},
                                            {"signals", "id"}}) {
            remove_of(table, column, ids);
        }
        for (const char* table : {"attempts", "metrics"}) {
            times(table);
        }
        prune_operator(sql_, before_);
        const bool chain = prune_chain(session_, before_, kPartRows, changed);
        return more_ || chain;
    }

private:
    long long affected(soci::statement& statement) {
        statement.execute(true);
        const long long rows = statement.get_affected_rows();
        more_ = more_ || rows >= kPartRows;
        return rows;
    }

    long long settled_notifications() {
        soci::statement statement =
            (sql_.prepare << "DELETE FROM notifications WHERE key IN (SELECT key FROM notifications"
                             " WHERE created_ns < :t AND state <> 'pending' AND finished_ns > 0"
                             " AND finished_ns < :t2 ORDER BY created_ns LIMIT :part)",
             soci::use(before_), soci::use(before_), soci::use(kPartRows));
        return affected(statement);
    }

    void take(const soci::rowset<std::string>& found, std::vector<std::string>& ids) {
        const std::size_t had = ids.size();
        ids.insert(ids.end(), found.begin(), found.end());
        more_ = more_ || ids.size() - had >= static_cast<std::size_t>(kPartRows);
    }

    // Of which nothing is left. Only so many are looked at: in a backlog most still have
    // notifications.
    std::vector<std::string> old_signals() {
        std::vector<std::string> ids;
        take((sql_.prepare << "SELECT id FROM (SELECT id, ts_ns FROM signals WHERE ts_ns < :t AND"
                              " expires_ns < :t2 ORDER BY ts_ns LIMIT :looked) AS old WHERE NOT"
                              " EXISTS (SELECT 1 FROM notifications WHERE signal_id = old.id)"
                              " ORDER BY ts_ns LIMIT :part",
              soci::use(before_), soci::use(before_), soci::use(kLookedAt), soci::use(kPartRows)),
             ids);
        return ids;
    }

    // Held ones beyond the newest, whatever their age: the chain does not know them.
    void add_surplus(long long near_misses_max, std::vector<std::string>& ids) {
        take((sql_.prepare << "SELECT id FROM signals WHERE state = 'held' ORDER BY ts_ns DESC"
                              " LIMIT :part OFFSET :kept",
              soci::use(kPartRows), soci::use(near_misses_max)),
             ids);
    }

    void remove_of(const std::string& table, const std::string& column,
                   const std::vector<std::string>& ids) {
        if (ids.empty()) {
            return;
        }
        std::string text = "DELETE FROM " + table + " WHERE " + column + " IN (";
        soci::statement statement(sql_);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            text += (i == 0 ? ":i" : ", :i") + std::to_string(i);
            statement.exchange(soci::use(ids[i]));
        }
        statement.alloc();
        statement.prepare(text + ")");
        statement.define_and_bind();
        statement.execute(true);
    }

    // Whole chunks where it is a hypertable.
    void times(const std::string& table) {
        const std::string before = std::to_string(before_);
        if (session_.hypertables) {
            sql_ << "SELECT drop_chunks('" + table + "', older_than => CAST(" + before +
                        " AS BIGINT))";
            return;
        }
        // One bound alone, so that the others of before are not looked at.
        soci::statement statement =
            (sql_.prepare << "DELETE FROM " + table + " WHERE at_ns <= COALESCE((SELECT at_ns" +
                                 " FROM " + table + " WHERE at_ns < " + before +
                                 " ORDER BY at_ns LIMIT 1 OFFSET :last), " + before + " - 1)",
             soci::use(kPartRows - 1));
        affected(statement);
    }

    Database::Session& session_;
    soci::session& sql_;
    const long long before_;
    bool more_ = false;
};

}  // namespace

Result<bool> Database::prune(int near_misses_max, std::int64_t ended_before_ns) {
    bool more = false;
    Status pruned = guarded("prune", [&] {
        Session::Step step(*session_);
        more = Part(*session_, ended_before_ns).remove(near_misses_max);
        step.commit();
    });
    if (!pruned.ok()) {
        return pruned;
    }
    return more;
}

}  // namespace petrel::core
