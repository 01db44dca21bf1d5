// One object an answer, with the version of its layout.
#include "cli/notification_json.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/ask_engine.hpp"
#include "runtime/clock_text.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kChainPage = 1'000;

double ms_between(std::int64_t from_ns, std::int64_t to_ns) {
    return static_cast<double>(to_ns - from_ns) / 1e6;
}

// What was said, from the alert as it is stored.
std::string headline_of(const std::string& payload) {
    const Json alert = Json::parse(payload, nullptr, false);
    return alert.is_object() && alert.contains("headline") && alert["headline"].is_string()
               ? alert["headline"].get<std::string>()
               : std::string();
}

Json attempt_json(const AttemptRow& attempt) {
    return {{"number", attempt.number},
            {"at_ns", attempt.at_ns},
            {"finished_ns", attempt.finished_ns},
            {"latency_ms", ms_between(attempt.at_ns, attempt.finished_ns)},
            {"result", attempt.result},
            {"reason", attempt.reason},
            {"http_status", attempt.http_status ? Json(*attempt.http_status) : Json(nullptr)},
            {"provider_id", attempt.provider_id}};
}

Json notification_json(const TrackedRow& tracked) {
    const NotificationRow& row = tracked.row;
    const bool delivered = row.state == "delivered";
    return {{"key", row.key},
            {"signal_id", row.signal_id},
            {"type", tracked.type},
            {"symbol", tracked.symbol},
            {"channel", row.channel},
            {"state", row.state},
            {"reason", row.reason},
            {"headline", headline_of(row.payload)},
            {"priority", row.priority},
            {"attempts", row.attempts},
            {"created_ns", row.created_ns},
            {"next_try_ns", row.next_try_ns},
            {"use_by_ns", row.use_by_ns},
            {"finished_ns", row.finished_ns},
            {"latency_ms",
             delivered ? Json(ms_between(row.created_ns, row.finished_ns)) : Json(nullptr)},
            {"provider_id", row.provider_id}};
}

// For people: why it has not come through, also where no provider has said anything.
std::string gap_words(const NotificationRow& row) {
    if (row.state != "pending") {
        return row.reason.empty() ? row.state : row.reason;
    }
    return "waits since " + date_clock_utc(row.created_ns) + ", next try at " +
           date_clock_utc(row.next_try_ns) + (row.reason.empty() ? "" : "; last: " + row.reason);
}

// "part|node|seq|hash|key"; the key is last, because it may hold anything.
std::string cursor_text(const ChainCursor& cursor) {
    return std::to_string(static_cast<int>(cursor.part)) + "|" + cursor.node + "|" +
           std::to_string(cursor.seq) + "|" + cursor.hash + "|" + cursor.key;
}

Result<ChainCursor> read_cursor(std::string_view text) {
    ChainCursor cursor;
    if (text.empty()) {
        return cursor;
    }
    std::string parts[4];
    for (std::string& part : parts) {
        const std::size_t end = text.find('|');
        if (end == std::string_view::npos) {
            return Status::invalid("the cursor is none that a check has answered");
        }
        part = text.substr(0, end);
        text.remove_prefix(end + 1);
    }
    int part = -1;
    std::from_chars(parts[0].data(), parts[0].data() + parts[0].size(), part);
    if (part < 0 || part > static_cast<int>(ChainCursor::Part::Done)) {
        return Status::invalid("the cursor is none that a check has answered");
    }
    cursor.part = static_cast<ChainCursor::Part>(part);
    cursor.node = parts[1];
    std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), cursor.seq);
    cursor.hash = parts[3];
    cursor.key = text;
    return cursor;
}

}  // namespace

std::string gap_kind(const NotificationRow& row) {
    if (row.state != "held" || row.reason.empty()) {
        return row.state;
    }
    if (row.reason.starts_with("its first message")) {
        return row.state + ": no message";  // that it could update
    }
    return row.state + ": " + row.reason.substr(0, row.reason.find_first_of(" :"));
}

Result<std::string> tracked_json(Database& database, const TrackedQuery& query, bool attempts) {
    const Result<std::vector<TrackedRow>> rows = database.tracked(query);
    if (!rows.ok()) {
        return rows.status();
    }
    Json json{{"version", 1}, {"notifications", Json::array()}};
    std::map<std::string, std::vector<AttemptRow>> tries;  // by signal
    for (const TrackedRow& tracked : *rows) {
        Json one = notification_json(tracked);
        if (attempts) {
            const std::string& id = tracked.row.signal_id;
            if (!tries.contains(id)) {
                Result<std::vector<AttemptRow>> read = database.attempts(id);
                if (!read.ok()) {
                    return read.status();
                }
                tries.emplace(id, std::move(*read));
            }
            one["tries"] = Json::array();
            for (const AttemptRow& attempt : tries.at(id)) {
                if (attempt.key == tracked.row.key) {
                    one["tries"].push_back(attempt_json(attempt));
                }
            }
        }
        json["notifications"].push_back(std::move(one));
    }
    return compact_json(json);
}

Result<std::string> gaps_json(Database& database, std::int64_t since_ns) {
    TrackedQuery query;
    query.which = TrackedQuery::Which::Undelivered;
    query.since_ns = since_ns;
    query.limit = kGapsMax + 1;  // one more, to see whether there are more
    const Result<std::vector<TrackedRow>> rows = database.tracked(query);
    const Result<std::vector<UnroutedRow>> unrouted = database.unrouted(since_ns, kGapsMax + 1);
    if (!rows.ok() || !unrouted.ok()) {
        return rows.ok() ? unrouted.status() : rows.status();
    }
    Json gaps = Json::array();
    std::map<std::string, std::uint64_t> totals;
    for (const TrackedRow& tracked : *rows) {
        const NotificationRow& row = tracked.row;
        const std::string kind = gap_kind(row);
        ++totals[kind];
        gaps.push_back({{"signal_id", row.signal_id},
                        {"type", tracked.type},
                        {"symbol", tracked.symbol},
                        {"channel", row.channel},
                        {"kind", kind},
                        {"why", gap_words(row)},
                        {"at_ns", row.created_ns},
                        {"key", row.key}});
    }
    for (const UnroutedRow& row : *unrouted) {
        ++totals["no route"];
        gaps.push_back({{"signal_id", row.id},
                        {"type", row.type},
                        {"symbol", row.symbol},
                        {"channel", ""},
                        {"kind", "no route"},
                        {"why", "never queued: no route takes it to a channel"},
                        {"at_ns", row.ts_ns},
                        {"key", ""}});
    }
    std::stable_sort(gaps.begin(), gaps.end(), [](const Json& one, const Json& other) {
        return one["at_ns"].get<std::int64_t>() > other["at_ns"].get<std::int64_t>();
    });
    Json json{{"version", 1}, {"since_ns", since_ns}, {"gaps", std::move(gaps)}};
    json["totals"] = Json::array();
    for (const auto& [kind, count] : totals) {
        json["totals"].push_back({{"kind", kind}, {"count", count}});
    }
    json["cut"] = rows->size() > kGapsMax || unrouted->size() > kGapsMax;
    return compact_json(json);
}

Result<std::string> chain_json(Database& database, std::int64_t since_ns,
                               const std::string& cursor) {
    const Result<ChainCursor> from = read_cursor(cursor);
    if (!from.ok()) {
        return from.status();
    }
    const Result<ChainPage> page = database.check_chain(*from, since_ns, kChainPage);
    if (!page.ok()) {
        return page.status();
    }
    Json json{{"version", 1},
              {"done", page->next.part == ChainCursor::Part::Done},
              {"intact", page->problem.empty()},
              {"problem", page->problem},
              {"entries", page->entries},
              {"notifications", page->notifications},
              {"signals", page->signals},
              {"cursor", cursor_text(page->next)},
              {"chains", Json::array()}};
    for (const ChainHead& head : page->heads) {
        json["chains"].push_back({{"node", head.node},
                                  {"last", head.seq},
                                  {"hash", head.hash},
                                  {"pruned_to", head.anchor_seq},
                                  {"pruned_before_ns", head.anchor_ns}});
    }
    return compact_json(json);
}

}  // namespace petrel::core
