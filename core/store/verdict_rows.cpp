// What was sent and what was held back over time, added up by the database.
#include "store/session.hpp"

namespace petrel::core {

Result<std::vector<VerdictCount>> Database::verdicts(const VerdictQuery& query) {
    std::vector<VerdictCount> counts;
    const long long bucket = query.bucket_ns;
    const long long since = query.since_ns;
    const long long horizon = query.horizon_ms;
    Status read = guarded("count verdicts", [&] {
        long long number = 0;
        long long held = 0;
        long long count = 0;
        std::string reason;
        std::string result;
        // Of a signal that was sent the latest reason says that it was brought up to date; what it
        // was sent for is its pattern.
        soci::statement statement =
            (session_->sql.prepare
                 << "SELECT s.ts_ns / :bucket, CASE WHEN s.state = 'held' THEN 1 ELSE 0 END,"
                    " CASE WHEN s.state = 'held' THEN s.reason ELSE s.pattern END,"
                    " COALESCE(o.result, ''), COUNT(*) FROM signals s LEFT JOIN outcomes o"
                    " ON o.signal_id = s.id AND o.horizon_ms = :horizon WHERE s.ts_ns >= :since"
                    " GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, 2, 3, 4 LIMIT :limit",
             soci::use(bucket, "bucket"), soci::use(horizon, "horizon"), soci::use(since, "since"),
             soci::use(query.limit, "limit"), soci::into(number), soci::into(held),
             soci::into(reason), soci::into(result), soci::into(count));
        statement.execute();
        while (statement.fetch()) {
            counts.push_back(
                {number * bucket, held != 0, reason, result, static_cast<std::uint64_t>(count)});
        }
    });
    if (!read.ok()) {
        return read;
    }
    return counts;
}

}  // namespace petrel::core
