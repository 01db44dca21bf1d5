// Statements on outcomes: what came of signals, one row for each horizon.
#include <cmath>

#include "store/session.hpp"
#include "store/statements.hpp"

namespace petrel::core {
namespace {

constexpr const char* kOutcomeColumns =
    "signal_id, horizon_ms, type, symbol, symbol_group, pattern, strength, pressure, rule_version,"
    " score, signal_ns, at_ns, result, reason, price_before, price_after, return_pct, return_sigma,"
    " with_pct, against_pct, lead_s";

// The figures that may be absent, in the order of the columns.
constexpr std::optional<double> OutcomeRow::* kFigures[] = {
    &OutcomeRow::price_before, &OutcomeRow::price_after, &OutcomeRow::return_pct,
    &OutcomeRow::return_sigma, &OutcomeRow::with_pct,    &OutcomeRow::against_pct,
    &OutcomeRow::lead_s};

template <typename Bind>
std::vector<OutcomeRow> select_outcomes(soci::session& sql, const std::string& condition,
                                        Bind&& bind) {
    OutcomeRow row;
    long long horizon = 0;
    long long signal = 0;
    long long at = 0;
    Nullable<double> figures[std::size(kFigures)];
    soci::statement statement(sql);
    statement.exchange(soci::into(row.signal_id));
    statement.exchange(soci::into(horizon));
    statement.exchange(soci::into(row.type));
    statement.exchange(soci::into(row.symbol));
    statement.exchange(soci::into(row.group));
    statement.exchange(soci::into(row.pattern));
    statement.exchange(soci::into(row.strength));
    statement.exchange(soci::into(row.pressure));
    statement.exchange(soci::into(row.rule_version));
    statement.exchange(soci::into(row.score));
    statement.exchange(soci::into(signal));
    statement.exchange(soci::into(at));
    statement.exchange(soci::into(row.result));
    statement.exchange(soci::into(row.reason));
    for (Nullable<double>& figure : figures) {
        statement.exchange(soci::into(figure.value, figure.state));
    }
    bind(statement);
    statement.alloc();
    statement.prepare(std::string("SELECT ") + kOutcomeColumns + " FROM outcomes " + condition);
    statement.define_and_bind();
    statement.execute(false);
    std::vector<OutcomeRow> rows;
    while (statement.fetch()) {
        row.horizon_ms = horizon;
        row.signal_ns = signal;
        row.at_ns = at;
        for (std::size_t i = 0; i < std::size(kFigures); ++i) {
            figures[i].store_to(row.*kFigures[i]);
        }
        rows.push_back(row);
    }
    return rows;
}

}  // namespace

Status Database::put(const OutcomeRow& row) {
    const double score = std::isfinite(row.score) ? row.score : 0.0;
    Nullable<double> figures[std::size(kFigures)];
    for (std::size_t i = 0; i < std::size(kFigures); ++i) {
        figures[i] = Nullable<double>(row.*kFigures[i]);
    }
    const long long horizon = row.horizon_ms;
    const long long signal = row.signal_ns;
    const long long at = row.at_ns;
    return guarded("write an outcome", [&] {
        soci::statement statement(session_->sql);
        statement.exchange(soci::use(row.signal_id));
        statement.exchange(soci::use(horizon));
        for (const std::string* text : {&row.type, &row.symbol, &row.group, &row.pattern,
                                        &row.strength, &row.pressure, &row.rule_version}) {
            statement.exchange(soci::use(*text));
        }
        statement.exchange(soci::use(score));
        statement.exchange(soci::use(signal));
        statement.exchange(soci::use(at));
        statement.exchange(soci::use(row.result));
        statement.exchange(soci::use(row.reason));
        for (Nullable<double>& figure : figures) {
            statement.exchange(soci::use(figure.value, figure.state));
        }
        statement.exchange(soci::use(row.signal_id));
        statement.alloc();
        statement.prepare(std::string("INSERT INTO outcomes (") + kOutcomeColumns +
                          ") SELECT :id, :horizon, :type, :symbol, :group, :pattern, :strength,"
                          " :pressure, :rules, :score, :signal, :at, :result, :reason, :before,"
                          " :after, :pct, :sigma, :with, :against, :lead WHERE EXISTS"
                          " (SELECT 1 FROM signals WHERE id = :id2 AND state <> 'held')"
                          " ON CONFLICT DO NOTHING");
        statement.define_and_bind();
        statement.execute(true);
    });
}

Result<std::vector<OutcomeRow>> Database::outcomes(const std::string& signal_id) {
    std::vector<OutcomeRow> rows;
    Status read = guarded("read outcomes", [&] {
        rows = select_outcomes(
            session_->sql, "WHERE signal_id = :id ORDER BY horizon_ms",
            [&](soci::statement& statement) { statement.exchange(soci::use(signal_id)); });
    });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

Result<std::vector<OutcomeRow>> Database::outcomes(const OutcomeQuery& query) {
    std::vector<OutcomeRow> rows;
    const long long since = query.since_ns;
    const long long horizon = query.horizon_ms;
    Status read = guarded("read outcomes", [&] {
        rows = select_outcomes(session_->sql,
                               "WHERE signal_ns >= :since AND horizon_ms = :horizon"
                               " ORDER BY signal_ns DESC, signal_id LIMIT :limit",
                               [&](soci::statement& statement) {
                                   statement.exchange(soci::use(since));
                                   statement.exchange(soci::use(horizon));
                                   statement.exchange(soci::use(query.limit));
                               });
    });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

Result<std::vector<std::int64_t>> Database::outcome_horizons() {
    std::vector<std::int64_t> horizons;
    Status read = guarded("read outcomes", [&] {
        const soci::rowset<long long> found =
            (session_->sql.prepare << "SELECT DISTINCT horizon_ms FROM outcomes ORDER BY 1");
        for (const long long horizon : found) {
            horizons.push_back(horizon);
        }
    });
    if (!read.ok()) {
        return read;
    }
    return horizons;
}

Result<std::uint64_t> Database::without_outcome(const OutcomeQuery& query) {
    long long count = 0;
    const long long since = query.since_ns;
    const long long horizon = query.horizon_ms;
    Status read = guarded("count", [&] {
        session_->sql << "SELECT COUNT(*) FROM signals WHERE state <> 'held' AND ts_ns >= :since"
                         " AND NOT EXISTS (SELECT 1 FROM outcomes WHERE signal_id = signals.id"
                         " AND horizon_ms = :horizon)",
            soci::use(since), soci::use(horizon), soci::into(count);
    });
    if (!read.ok()) {
        return read;
    }
    return static_cast<std::uint64_t>(count);
}

}  // namespace petrel::core
