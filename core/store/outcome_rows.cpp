// Statements on outcomes: what came of signals, one row for each horizon. Those of near misses lie
// in a table of their own, with the reason as part of the key.
#include <cmath>

#include "store/session.hpp"
#include "store/statements.hpp"

namespace petrel::core {
namespace {

constexpr const char* kOutcomeColumns =
    "signal_id, horizon_ms, type, symbol, symbol_group, pattern, strength, pressure, rule_version,"
    " score, signal_ns, at_ns, result, reason, price_before, price_after, return_pct, return_sigma,"
    " with_pct, against_pct, lead_s";

// Near misses of stories that were sent since are none.
constexpr const char* kStillHeld =
    " EXISTS (SELECT 1 FROM signals WHERE id = near_misses.signal_id AND state = 'held')";

// The figures that may be absent, in the order of the columns.
constexpr std::optional<double> OutcomeRow::* kFigures[] = {
    &OutcomeRow::price_before, &OutcomeRow::price_after, &OutcomeRow::return_pct,
    &OutcomeRow::return_sigma, &OutcomeRow::with_pct,    &OutcomeRow::against_pct,
    &OutcomeRow::lead_s};

template <typename Bind>
std::vector<OutcomeRow> select_outcomes(soci::session& sql, OutcomesOf of,
                                        const std::string& condition, Bind&& bind) {
    const bool held = of == OutcomesOf::NearMisses;
    OutcomeRow row;
    long long horizon = 0;
    long long signal = 0;
    long long at = 0;
    Nullable<double> figures[std::size(kFigures)];
    soci::statement statement(sql);
    into_each(statement, row.signal_id, horizon, row.type, row.symbol, row.group, row.pattern,
              row.strength, row.pressure, row.rule_version, row.score, signal, at, row.result,
              row.reason);
    for (Nullable<double>& figure : figures) {
        statement.exchange(soci::into(figure.value, figure.state));
    }
    if (held) {
        statement.exchange(soci::into(row.held_for));
    }
    bind(statement);
    statement.alloc();
    statement.prepare(std::string("SELECT ") + kOutcomeColumns +
                      (held ? ", held_for FROM near_misses WHERE" : " FROM outcomes WHERE") +
                      (held ? std::string(kStillHeld) + " AND " : " ") + condition);
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
    const bool held = !row.held_for.empty();
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
        if (held) {
            statement.exchange(soci::use(row.held_for));
        }
        statement.exchange(soci::use(row.signal_id));
        statement.alloc();
        statement.prepare(
            std::string(held ? "INSERT INTO near_misses (" : "INSERT INTO outcomes (") +
            kOutcomeColumns + (held ? ", held_for" : "") +
            ") SELECT :id, :horizon, :type, :symbol, :group, :pattern, :strength,"
            " :pressure, :rules, :score, :signal, :at, :result, :reason, :before,"
            " :after, :pct, :sigma, :with, :against, :lead" +
            (held ? ", :held" : "") +
            " WHERE EXISTS (SELECT 1 FROM signals WHERE id = :id2 AND state " +
            (held ? "=" : "<>") + " 'held') ON CONFLICT DO NOTHING");
        statement.define_and_bind();
        statement.execute(true);
    });
}

Result<std::vector<OutcomeRow>> Database::outcomes(const std::string& signal_id, OutcomesOf of) {
    std::vector<OutcomeRow> rows;
    Status read = guarded("read outcomes", [&] {
        rows = select_outcomes(
            session_->sql, of, "signal_id = :id ORDER BY signal_ns, horizon_ms",
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
        rows = select_outcomes(session_->sql, query.of,
                               "signal_ns >= :since AND horizon_ms = :horizon"
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

Result<std::vector<std::int64_t>> Database::outcome_horizons(OutcomesOf of) {
    std::vector<std::int64_t> horizons;
    Status read = guarded("read outcomes", [&] {
        // By skipping from one to the next in their index.
        const std::string table = of == OutcomesOf::Sent ? "outcomes" : "near_misses";
        const soci::rowset<long long> found =
            (session_->sql.prepare
             << "WITH RECURSIVE found (ms) AS (SELECT MIN(horizon_ms) FROM " + table +
                    " UNION ALL SELECT (SELECT MIN(horizon_ms) FROM " + table +
                    " WHERE horizon_ms > found.ms) FROM found WHERE found.ms IS NOT NULL)"
                    " SELECT ms FROM found WHERE ms IS NOT NULL ORDER BY ms");
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
        const bool held = query.of == OutcomesOf::NearMisses;
        session_->sql << std::string("SELECT COUNT(*) FROM signals WHERE state ") +
                             (held ? "=" : "<>") +
                             " 'held' AND ts_ns >= :since AND NOT EXISTS (SELECT 1 FROM " +
                             (held ? "near_misses" : "outcomes") +
                             " WHERE signal_id = signals.id AND horizon_ms = :horizon)",
            soci::use(since), soci::use(horizon), soci::into(count);
    });
    if (!read.ok()) {
        return read;
    }
    return static_cast<std::uint64_t>(count);
}

}  // namespace petrel::core
