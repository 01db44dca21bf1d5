// The same two functions over the database serve both ways.
#include "cli/signal_query.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/score_json.hpp"
#include "config/units.hpp"
#include "control/control_client.hpp"
#include "outbox/outbox.hpp"
#include "pipeline_store.hpp"

namespace petrel::core {
namespace {

std::vector<SignalOutcome> outcomes_of(const std::vector<OutcomeRow>& rows) {
    std::vector<SignalOutcome> outcomes;
    outcomes.reserve(rows.size());
    for (const OutcomeRow& row : rows) {
        outcomes.push_back(outcome_of(row));
    }
    return outcomes;
}

// Who voted what on them; in no order, as a card needs none.
Status add_votes(Database& database, const OutcomeQuery& query,
                 std::vector<SignalOutcome>& outcomes) {
    const Result<std::vector<VoteRow>> rows = database.votes(query);
    if (!rows.ok()) {
        return rows.status();
    }
    std::map<std::string_view, SignalOutcome*> by_id;
    for (SignalOutcome& outcome : outcomes) {
        by_id[outcome.signal_id] = &outcome;
    }
    for (const VoteRow& row : *rows) {
        if (const auto found = by_id.find(row.signal_id); found != by_id.end()) {
            found->second->confidence = row.confidence.value_or(-1);
            found->second->votes.push_back(
                {row.voter, row.vote.has_value(), row.vote.value_or(0), row.weight, row.share});
        }
    }
    return {};
}

// [{"channel":"chat","phase":"new","state":"held","reason":"throttled: ..."}]
std::string notifications_json(const std::vector<NotificationRow>& rows) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const NotificationRow& row : rows) {
        list.push_back({{"key", row.key},
                        {"channel", row.channel},
                        {"phase", row.phase},
                        {"state", row.state},
                        {"reason", row.reason},
                        {"attempts", row.attempts},
                        {"created_ns", row.created_ns},
                        {"finished_ns", row.finished_ns},
                        {"provider_id", row.provider_id},
                        {"merged_into", row.merged_into}});
    }
    return list.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

// {"by":"ann","at_ns":...,"via":"petrel notify ack","comment":""}, or null.
std::string acknowledged_json(const std::vector<AckRow>& rows) {
    if (rows.empty()) {
        return "null";
    }
    const AckRow& row = rows.front();
    const nlohmann::ordered_json json{
        {"by", row.author}, {"at_ns", row.at_ns}, {"via", row.via}, {"comment", row.comment}};
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

// The signal's document with what came of it, and where it went.
Result<std::string> with_outcomes(Database& database, const SignalRow& signal) {
    const Result<std::vector<OutcomeRow>> rows = database.outcomes(
        signal.id, signal.state == "held" ? OutcomesOf::NearMisses : OutcomesOf::Sent);
    if (!rows.ok()) {
        return rows.status();
    }
    const Result<std::vector<NotificationRow>> sent = database.notifications(signal.id);
    if (!sent.ok()) {
        return sent.status();
    }
    const Result<std::vector<AckRow>> taken_on = database.acknowledgements(signal.id);
    if (!taken_on.ok()) {
        return taken_on.status();
    }
    // The document is an object already: it is prolonged, not parsed again.
    std::string document = signal.document;
    document.pop_back();
    return document + ",\"outcomes\":" + outcomes_json(outcomes_of(*rows)) +
           ",\"notifications\":" + notifications_json(*sent) +
           ",\"acknowledged\":" + acknowledged_json(*taken_on) + "}";
}

// No outcome at this horizon, but at others: which.
Status check_horizon(Database& database, std::int64_t horizon_ms, OutcomesOf of) {
    const Result<std::vector<std::int64_t>> horizons = database.outcome_horizons(of);
    if (!horizons.ok()) {
        return horizons.status();
    }
    std::string there;
    for (const std::int64_t ms : *horizons) {
        if (ms == horizon_ms) {
            return {};
        }
        there += (there.empty() ? "" : ", ") + format_duration_ms(static_cast<std::uint64_t>(ms));
    }
    return there.empty() ? Status()
                         : Status::invalid(
                               std::string(of == OutcomesOf::Sent ? "no signal" : "no near miss") +
                               " was followed to " +
                               format_duration_ms(static_cast<std::uint64_t>(horizon_ms)) +
                               ". There are outcomes at: " + there);
}

}  // namespace

std::string percent_encoded(const std::string& text) {
    constexpr const char* digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
        if (plain) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += '%';
            encoded += digits[byte >> 4];
            encoded += digits[byte & 15];
        }
    }
    return encoded;
}

Result<std::string> signals_json(Database& database, const SignalQuery& query) {
    const Result<std::vector<SignalRow>> rows = database.signals(query);
    if (!rows.ok()) {
        return rows.status();
    }
    // The documents are JSON already: joined, not parsed again.
    std::string json = "[";
    for (const SignalRow& row : *rows) {
        json += (json.size() > 1 ? "," : "") + row.document;
    }
    return json + "]";
}

Result<std::string> signal_json(Database& database, const std::string& id_prefix) {
    const Result<SignalRow> row = database.one(id_prefix);
    return row.ok() ? with_outcomes(database, *row) : Result<std::string>(row.status());
}

Result<std::string> score_json(Database& database, const ScoreQuery& query) {
    // One more than is looked at, to see whether there are more.
    const OutcomeQuery wish{query.since_ns, query.horizon_ms, kScoreSignalsMax + 1, query.of};
    const Result<std::vector<OutcomeRow>> rows = database.outcomes(wish);
    const Result<std::uint64_t> without = database.without_outcome(wish);
    if (!rows.ok() || !without.ok()) {
        return rows.ok() ? without.status() : rows.status();
    }
    if (rows->empty()) {
        if (Status known = check_horizon(database, query.horizon_ms, query.of); !known.ok()) {
            return known;
        }
    }
    std::vector<SignalOutcome> outcomes = outcomes_of(*rows);
    ScoreReport report;
    report.source = "store";
    report.horizon_ms = query.horizon_ms;
    report.by = query.by;
    report.near_misses = query.of == OutcomesOf::NearMisses;
    report.without_outcome = *without;
    report.cut = outcomes.size() > static_cast<std::size_t>(kScoreSignalsMax);
    if (report.cut) {
        outcomes.pop_back();
    }
    report.card = make_scorecard(outcomes, query.by);
    if (query.by == ScoreBy::Voter) {
        if (Status added = add_votes(database, wish, outcomes); !added.ok()) {
            return added;
        }
        report.voters = make_voter_card(outcomes);
    }
    if (query.each) {
        outcomes.resize(std::min(outcomes.size(), kScoreEachMax));
        report.each = std::move(outcomes);
    }
    return score_report_json(report);
}

Result<std::string> ask_or_read(const Config& config, const std::string& target,
                                const std::function<Result<std::string>(Database&)>& otherwise) {
    const Result<ControlReply> reply =
        control_request({control_socket_path(config), "GET", target, {}});
    if (reply.ok()) {
        if (reply->status == 200) {
            return reply->json;
        }
        const std::string why = error_sentence(*reply);
        return reply->status >= 500 ? Status::io(why) : Status::invalid(why);
    }
    const Result<StorePlace> place = store_place(config);
    if (!place.ok()) {
        return place.status();
    }
    Result<std::unique_ptr<Database>> database = Database::open(*place, Database::Access::Read);
    if (!database.ok()) {
        return database.status();
    }
    return otherwise(**database);
}

Result<std::string> query_signals(const Config& config, const SignalQuery& query) {
    const std::string target = "/v1/signals?symbol=" + percent_encoded(query.symbol) +
                               "&since_ns=" + std::to_string(query.since_ns) +
                               "&limit=" + std::to_string(query.limit) +
                               (query.with_held ? "&held=1" : "");
    return ask_or_read(config, target,
                       [&](Database& database) { return signals_json(database, query); });
}

Result<std::string> query_signal(const Config& config, const std::string& id_prefix) {
    return ask_or_read(config, "/v1/explain/" + percent_encoded(id_prefix),
                       [&](Database& database) { return signal_json(database, id_prefix); });
}

Result<std::string> query_score(const Config& config, const ScoreQuery& query) {
    const std::string target = "/v1/score?by=" + std::string(score_by_name(query.by)) +
                               "&since_ns=" + std::to_string(query.since_ns) +
                               "&horizon_ms=" + std::to_string(query.horizon_ms) +
                               (query.each ? "&each=1" : "") +
                               (query.of == OutcomesOf::NearMisses ? "&near_misses=1" : "");
    return ask_or_read(config, target,
                       [&](Database& database) { return score_json(database, query); });
}

}  // namespace petrel::core
