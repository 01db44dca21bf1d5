// Notifications that end, and the whole check of the chain over them.
#pragma once

#include "core/store/store_support.hpp"
#include "store/database.hpp"

namespace petrel::core {

struct ChainReport {
    std::string problem;
    std::uint64_t entries = 0;
    std::uint64_t notifications = 0;
    std::uint64_t signals = 0;
};

// By pages of two, so that their joints are tested, too.
inline ChainReport check_whole_chain(Database& store, std::int64_t since_ns = 0) {
    ChainReport report;
    ChainCursor cursor;
    while (cursor.part != ChainCursor::Part::Done) {
        const Result<ChainPage> page = store.check_chain(cursor, since_ns, 2);
        if (!page.ok()) {
            return {page.status().message()};
        }
        report.problem = page->problem;
        report.entries += page->entries;
        report.notifications += page->notifications;
        report.signals += page->signals;
        cursor = page->next;
    }
    return report;
}

// An admitted signal whose notification on channel "a" ended so at `at_ns`.
inline void tell(Database& store, const std::string& id, const std::string& state,
                 std::int64_t at_ns) {
    SignalRow signal = signal_row(id);
    signal.ts_ns = at_ns;
    signal.expires_ns = at_ns + 7'200 * kSecond;
    signal.document = R"({"id":")" + id + R"(","cause":{"evidence":[]}})";
    NotificationRow row = notification_row(id, "a");
    row.created_ns = at_ns;
    const NotificationRow rows[] = {row};
    ASSERT_TRUE(store.admit(signal, rows).ok());
    row.state = state;
    row.attempts = 1;
    row.finished_ns = at_ns + kSecond;
    row.reason = "HTTP 400";
    row.provider_id = state == "delivered" ? "m-" + id : "";
    AttemptRow attempt;
    attempt.key = row.key;
    attempt.signal_id = id;
    attempt.channel = "a";
    attempt.at_ns = at_ns + 1;
    attempt.finished_ns = row.finished_ns;
    attempt.result = state;
    ASSERT_TRUE(store.settle(row, &attempt).ok());
}

}  // namespace petrel::core
