// Statements on votes: who said what of a signal, one row for each voter.
#include "store/session.hpp"
#include "store/statements.hpp"

namespace petrel::core {
void write_votes(soci::session& sql, const SignalRow& row) {
    long long told = 0;
    sql << "SELECT COUNT(*) FROM signals WHERE id = :id AND state <> 'held'", soci::use(row.id),
        soci::into(told);
    if (told != 0) {
        return;
    }
    sql << "DELETE FROM votes WHERE signal_id = :id", soci::use(row.id);
    for (const VoteRow& vote : row.votes) {
        Nullable<double> value(vote.vote);
        Nullable<double> confidence(vote.confidence);
        sql << "INSERT INTO votes (signal_id, voter, vote, weight, share, confidence)"
               " VALUES (:id, :voter, :vote, :weight, :share, :confidence)",
            soci::use(row.id), soci::use(vote.voter), soci::use(value.value, value.state),
            soci::use(vote.weight), soci::use(vote.share),
            soci::use(confidence.value, confidence.state);
    }
}

void prune_votes(soci::session& sql) {
    sql << "DELETE FROM votes WHERE signal_id NOT IN (SELECT id FROM signals)";
}

Result<std::vector<VoteRow>> Database::votes(const OutcomeQuery& query) {
    std::vector<VoteRow> rows;
    const long long since = query.since_ns;
    const long long horizon = query.horizon_ms;
    const long long limit = static_cast<long long>(query.limit) * 16;  // voters a pack may have
    Status read = guarded("read votes", [&] {
        VoteRow row;
        Nullable<double> vote;
        Nullable<double> confidence;
        soci::statement statement(session_->sql);
        into_each(statement, row.signal_id, row.voter, vote, row.weight, row.share, confidence);
        statement.exchange(soci::use(since));
        statement.exchange(soci::use(horizon));
        statement.exchange(soci::use(limit));
        statement.alloc();
        statement.prepare(
            "SELECT v.signal_id, v.voter, v.vote, v.weight, v.share, v.confidence FROM votes v"
            " JOIN outcomes o ON o.signal_id = v.signal_id WHERE o.signal_ns >= :since"
            " AND o.horizon_ms = :horizon ORDER BY o.signal_ns DESC, v.signal_id, v.voter"
            " LIMIT :limit");
        statement.define_and_bind();
        statement.execute(false);
        while (statement.fetch()) {
            vote.store_to(row.vote);
            confidence.store_to(row.confidence);
            rows.push_back(row);
        }
    });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

}  // namespace petrel::core
