// Statements on signals, and the one transaction that admits a signal with its notifications.
#include <algorithm>
#include <cmath>

#include "store/chain.hpp"
#include "store/kept.hpp"
#include "store/statements.hpp"

namespace petrel::core {
namespace {

constexpr const char* kSignalColumns =
    "id, type, symbol, side, state, verdict, reason, pattern, strength, score, notional_usd, ts_ns,"
    " onset_ns, expires_ns, rule_version, document, confidence, health, priority, processing_ns,"
    " cancel_reason, news_impact, sentiment";
constexpr const char* kSignalValues =
    ":id, :type, :symbol, :side, :state, :verdict, :reason, :pattern, :strength, :score,"
    " :notional, :ts, :onset, :expires, :rules, :document, :confidence, :health, :priority,"
    " :processing, :cancel, :news, :sentiment";
constexpr const char* kReplace =
    " ON CONFLICT (id) DO UPDATE SET type = excluded.type, symbol = excluded.symbol,"
    " side = excluded.side, state = excluded.state, verdict = excluded.verdict,"
    " reason = excluded.reason, pattern = excluded.pattern, strength = excluded.strength,"
    " score = excluded.score, notional_usd = excluded.notional_usd, ts_ns = excluded.ts_ns,"
    " onset_ns = excluded.onset_ns, expires_ns = excluded.expires_ns,"
    " rule_version = excluded.rule_version, document = excluded.document,"
    " confidence = COALESCE(excluded.confidence, signals.confidence),"
    " health = COALESCE(excluded.health, signals.health),"
    " priority = COALESCE(excluded.priority, signals.priority),"
    " processing_ns = COALESCE(excluded.processing_ns, signals.processing_ns),"
    " cancel_reason = COALESCE(excluded.cancel_reason, signals.cancel_reason),"
    " news_impact = COALESCE(excluded.news_impact, signals.news_impact),"
    " sentiment = COALESCE(excluded.sentiment, signals.sentiment) WHERE ";
// A story that was held first may be admitted later; one that is there already stays as it is.
constexpr const char* kIfHeld = "signals.state = 'held'";
// A life goes held, active, ended, and never back: a near miss of a story that was sent does not
// hide it, and an end is an end.
constexpr const char* kIfNoStepBack =
    "(CASE signals.state WHEN 'held' THEN 0 WHEN 'active' THEN 1 ELSE 2 END) <="
    " (CASE excluded.state WHEN 'held' THEN 0 WHEN 'active' THEN 1 ELSE 2 END)";

// What is no number would be NULL to the database, which refuses it for ever.
double finite(double value) { return std::isfinite(value) ? value : 0.0; }

// The columns that may be NULL, behind the others and in their order.
struct SignalExtras {
    Nullable<double> confidence, health, news_impact, sentiment;
    Nullable<long long> priority, processing_ns;
    Nullable<std::string> cancel_reason;

    SignalExtras() = default;
    explicit SignalExtras(const SignalRow& row)
        : confidence(row.confidence), health(row.health), news_impact(row.news_impact),
          sentiment(row.sentiment), priority(row.priority), processing_ns(row.processing_ns),
          cancel_reason(row.cancel_reason) {}
    void store_to(SignalRow& row) const {
        confidence.store_to(row.confidence);
        health.store_to(row.health);
        priority.store_to(row.priority);
        processing_ns.store_to(row.processing_ns);
        cancel_reason.store_to(row.cancel_reason);
        news_impact.store_to(row.news_impact);
        sentiment.store_to(row.sentiment);
    }
};

// What may become of a row that is there.
struct IfHeld {
    static constexpr const char* kCondition = kIfHeld;
};
struct IfNoStepBack {
    static constexpr const char* kCondition = kIfNoStepBack;
};

template <typename If>
struct WriteSignal {
    SignalRow row;
    SignalExtras extras;
    long long ts = 0, onset = 0, expires = 0;
    soci::statement statement;
    explicit WriteSignal(soci::session& sql)
        : statement(
              (sql.prepare << std::string("INSERT INTO signals (") + kSignalColumns + ") VALUES (" +
                                  kSignalValues + ")" + kReplace + If::kCondition,
               soci::use(row.id), soci::use(row.type), soci::use(row.symbol), soci::use(row.side),
               soci::use(row.state), soci::use(row.verdict), soci::use(row.reason),
               soci::use(row.pattern), soci::use(row.strength), soci::use(row.score),
               soci::use(row.notional_usd), soci::use(ts), soci::use(onset), soci::use(expires),
               soci::use(row.rule_version), soci::use(row.document),
               soci::use(extras.confidence.value, extras.confidence.state),
               soci::use(extras.health.value, extras.health.state),
               soci::use(extras.priority.value, extras.priority.state),
               soci::use(extras.processing_ns.value, extras.processing_ns.state),
               soci::use(extras.cancel_reason.value, extras.cancel_reason.state),
               soci::use(extras.news_impact.value, extras.news_impact.state),
               soci::use(extras.sentiment.value, extras.sentiment.state))) {}
};

// Whether the row is new or has changed.
template <typename If>
bool write_signal(Database::Session& session, const SignalRow& row) {
    Kept<WriteSignal<If>> write(session);
    write->row = row;
    write->row.score = finite(row.score);
    write->row.notional_usd = finite(row.notional_usd);
    write->extras = SignalExtras(row);
    write->ts = row.ts_ns;
    write->onset = row.onset_ns;
    write->expires = row.expires_ns;
    write->statement.execute(true);
    return write->statement.get_affected_rows() > 0;
}

// Runs a SELECT over all columns; `bind` adds what the condition uses.
template <typename Bind>
std::vector<SignalRow> select_signals(soci::session& sql, const std::string& condition,
                                      Bind&& bind) {
    SignalRow row;
    long long ts = 0;
    long long onset = 0;
    long long expires = 0;
    SignalExtras extras;
    soci::statement statement(sql);
    into_each(statement, row.id, row.type, row.symbol, row.side, row.state, row.verdict, row.reason,
              row.pattern, row.strength, row.score, row.notional_usd, ts, onset, expires,
              row.rule_version, row.document, extras.confidence, extras.health, extras.priority,
              extras.processing_ns, extras.cancel_reason, extras.news_impact, extras.sentiment);
    bind(statement);
    statement.alloc();
    statement.prepare(std::string("SELECT ") + kSignalColumns + " FROM signals " + condition);
    statement.define_and_bind();
    statement.execute(false);
    std::vector<SignalRow> rows;
    while (statement.fetch()) {
        row.ts_ns = ts;
        row.onset_ns = onset;
        row.expires_ns = expires;
        extras.store_to(row);
        rows.push_back(row);
    }
    return rows;
}

}  // namespace

Status Database::admit(const SignalRow& signal, std::span<const NotificationRow> notifications) {
    return guarded("admit a signal", [&] {
        Session::Step step(*session_);
        write_votes(*session_, signal);
        if (write_signal<IfHeld>(*session_, signal)) {
            chain_signal(*session_, signal);
        }
        add_notifications(*session_, notifications);
        step.commit();
    });
}

Status Database::put(const SignalRow& signal) {
    return guarded("write a signal", [&] {
        Session::Step step(*session_);
        write_votes(*session_, signal);
        const bool ended = signal.state == "expired" || signal.state == "cancelled";
        if (write_signal<IfNoStepBack>(*session_, signal) && ended) {
            chain_signal(*session_, signal);
        }
        step.commit();
    });
}

Result<std::vector<SignalRow>> Database::signals(const SignalQuery& query) {
    std::vector<SignalRow> rows;
    const long long since = query.since_ns;
    Conditions conditions;
    conditions.add("ts_ns >= :since", since);
    conditions.add_if("symbol = :symbol", query.symbol);
    conditions.add_if("type = :type", query.type);
    if (!query.with_held) {
        conditions.add("state <> 'held'");
    }
    Status read = guarded("read signals", [&] {
        rows = select_signals(session_->sql,
                              conditions.text() + " ORDER BY ts_ns DESC, id LIMIT :limit",
                              [&](soci::statement& statement) {
                                  conditions.bind(statement);
                                  statement.exchange(soci::use(query.limit));
                              });
    });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

Result<std::vector<SignalRow>> Database::find(const std::string& id_prefix) {
    std::vector<SignalRow> rows;
    const std::string after = id_prefix + "\x7f";
    Status read = guarded("read a signal", [&] {
        rows = select_signals(session_->sql, "WHERE id >= :low AND id < :high ORDER BY id LIMIT 3",
                              [&](soci::statement& statement) {
                                  statement.exchange(soci::use(id_prefix));
                                  statement.exchange(soci::use(after));
                              });
    });
    if (!read.ok()) {
        return read;
    }
    return rows;
}

Result<SignalRow> Database::one(const std::string& id_prefix) {
    SignalQuery newest;
    newest.limit = 1;
    const Result<std::vector<SignalRow>> rows =
        id_prefix == "last" ? signals(newest) : find(id_prefix);
    if (!rows.ok()) {
        return rows.status();
    }
    if (rows->empty()) {
        return Status::invalid(id_prefix == "last" ? "there is no signal yet"
                                                   : "no signal's id begins with '" + id_prefix +
                                                         "'. petrel signals lists them");
    }
    if (rows->size() > 1) {
        return Status::invalid("'" + id_prefix + "' is the beginning of several ids, among them " +
                               (*rows)[0].id + " and " + (*rows)[1].id + ". Write more of it");
    }
    return rows->front();
}

Result<std::vector<SignalRow>> Database::active_signals(std::int64_t now_ns) {
    std::vector<SignalRow> rows;
    const long long now = now_ns;
    Status read = guarded("read active signals", [&] {
        rows =
            select_signals(session_->sql,
                           "WHERE state = 'active' AND expires_ns > :now"
                           " ORDER BY ts_ns DESC, id LIMIT 10000",
                           [&](soci::statement& statement) { statement.exchange(soci::use(now)); });
    });
    if (!read.ok()) {
        return read;
    }
    std::reverse(rows.begin(), rows.end());
    return rows;
}

}  // namespace petrel::core
