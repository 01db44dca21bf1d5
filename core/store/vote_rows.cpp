// Statements on votes: who said what of a signal, one row for each voter.
#include "store/kept.hpp"
#include "store/statements.hpp"

namespace petrel::core {
namespace {

struct CountTold {
    std::string id;
    long long told = 0;
    soci::statement statement;
    explicit CountTold(soci::session& sql)
        : statement(
              (sql.prepare << "SELECT COUNT(*) FROM signals WHERE id = :id AND state <> 'held'",
               soci::use(id), soci::into(told))) {}
};

struct DeleteVotes {
    std::string id;
    soci::statement statement;
    explicit DeleteVotes(soci::session& sql)
        : statement((sql.prepare << "DELETE FROM votes WHERE signal_id = :id", soci::use(id))) {}
};

struct InsertVote {
    VoteRow row;
    Nullable<double> vote, confidence;
    soci::statement statement;
    explicit InsertVote(soci::session& sql)
        : statement((
              sql.prepare << "INSERT INTO votes (signal_id, voter, vote, weight, share, confidence)"
                             " VALUES (:id, :voter, :vote, :weight, :share, :confidence)",
              soci::use(row.signal_id), soci::use(row.voter), soci::use(vote.value, vote.state),
              soci::use(row.weight), soci::use(row.share),
              soci::use(confidence.value, confidence.state))) {}
};

}  // namespace

void write_votes(Database::Session& session, const SignalRow& row) {
    {
        Kept<CountTold> count(session);
        count->id = row.id;
        count->statement.execute(true);
        if (count->told != 0) {
            return;
        }
    }
    {
        Kept<DeleteVotes> remove(session);
        remove->id = row.id;
        remove->statement.execute(true);
    }
    for (const VoteRow& vote : row.votes) {
        Kept<InsertVote> insert(session);
        insert->row = vote;
        insert->row.signal_id = row.id;
        insert->vote = Nullable<double>(vote.vote);
        insert->confidence = Nullable<double>(vote.confidence);
        insert->statement.execute(true);
    }
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
