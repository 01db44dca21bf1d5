// Walks the chain, then the rows that it tells of, a page at a time, so that an engine that is
// asked for it goes on delivering in between.
#include <algorithm>
#include <optional>

#include "runtime/clock_text.hpp"
#include "runtime/sha256.hpp"
#include "store/chain.hpp"
#include "store/statements.hpp"
#include "store/tracking_rows.hpp"

namespace petrel::core {
namespace {

std::vector<ChainHead> heads_of(soci::session& sql) {
    std::vector<ChainHead> heads;
    ChainHead head;
    long long numbers[4] = {};
    soci::statement all =
        (sql.prepare << "SELECT node, hash, anchor_hash, seq, began_ns, anchor_seq, anchor_ns"
                        " FROM chain_heads ORDER BY node",
         soci::into(head.node), soci::into(head.hash), soci::into(head.anchor_hash),
         soci::into(numbers[0]), soci::into(numbers[1]), soci::into(numbers[2]),
         soci::into(numbers[3]));
    all.execute(false);
    while (all.fetch()) {
        head.seq = numbers[0];
        head.began_ns = numbers[1];
        head.anchor_seq = numbers[2];
        head.anchor_ns = numbers[3];
        heads.push_back(head);
    }
    return heads;
}

std::string words_of(const ChainEntry& entry) {
    return "entry " + std::to_string(entry.seq) + " of chain " + entry.node + " (" + entry.kind +
           " " + entry.key + ", " + entry.state + " " + date_clock_utc(entry.at_ns) + ")";
}

std::int64_t number_of(soci::session& sql, const std::string& statement, const std::string& text) {
    long long number = 0;
    sql << statement, soci::into(number), soci::use(text);
    return number;
}

// One page of the check, over one session, for one moment.
class ChainWalk {
public:
    ChainWalk(soci::session& sql, std::int64_t since_ns, int limit, ChainPage& page)
        : sql_(sql), since_ns_(since_ns), limit_(limit), page_(page) {
        page_.heads = heads_of(sql);
        for (const ChainHead& head : page_.heads) {
            pruned_ns_ = std::max(pruned_ns_, head.anchor_ns);
            began_ns_ = std::min(began_ns_, head.began_ns);
        }
    }

    void go(const ChainCursor& from) {
        page_.next = from;
        switch (from.part) {
            case ChainCursor::Part::Chain:
                walk_chain();
                break;
            case ChainCursor::Part::Notifications:
                walk_notifications();
                break;
            case ChainCursor::Part::Signals:
                walk_signals();
                break;
            case ChainCursor::Part::Done:
                break;
        }
        if (!page_.problem.empty()) {
            page_.next.part = ChainCursor::Part::Done;
        }
    }

private:
    void walk_chain() {
        ChainCursor& next = page_.next;
        const auto head = std::find_if(page_.heads.begin(), page_.heads.end(),
                                       [&](const ChainHead& h) { return h.node >= next.node; });
        if (head == page_.heads.end()) {
            std::string node;
            sql_ << "SELECT node FROM chain WHERE node NOT IN (SELECT node FROM chain_heads)"
                    " LIMIT 1",
                soci::into(node);
            if (sql_.got_data()) {
                page_.problem = "chain " + node + " has entries and no head: the head was removed";
            }
            next = {ChainCursor::Part::Notifications, {}, -1, {}, {}};
            return;
        }
        if (head->node != next.node || next.seq < 0) {
            begin(*head);
        }
        if (!page_.problem.empty()) {
            return;
        }
        const int found = take_entries(*head);
        if (page_.problem.empty() && found < limit_) {
            end(*head);
            next.node = head->node + '\x01';  // what comes behind this name
            next.seq = -1;
        }
    }

    void begin(const ChainHead& head) {
        page_.next.node = head.node;
        page_.next.seq = head.anchor_seq;
        page_.next.hash = head.anchor_hash;
        if (head.anchor_seq > 0 || head.anchor_ns > 0) {
            check_anchor(head);
        }
        // From a later time on: the first entry's word for the one before is taken.
        long long seq = 0;
        std::string previous;
        sql_ << "SELECT seq, previous FROM chain WHERE node = :node AND at_ns >= :since"
                " ORDER BY seq LIMIT 1",
            soci::into(seq), soci::into(previous), soci::use(head.node), soci::use(since_ns_);
        if (since_ns_ > 0 && sql_.got_data() && seq > head.anchor_seq + 1) {
            page_.next.seq = seq - 1;
            page_.next.hash = previous;
        } else if (since_ns_ > 0 && !sql_.got_data()) {
            page_.next.seq = head.seq;
            page_.next.hash = head.hash;
        }
    }

    void check_anchor(const ChainHead& head) {
        long long found = 0;
        sql_ << "SELECT COUNT(*) FROM chain WHERE key = :node AND kind = 'prune'"
                " AND created_ns = :seq AND evidence_sha = :hash AND finished_ns = :before",
            soci::into(found), soci::use(head.node), soci::use(wide(head.anchor_seq)),
            soci::use(head.anchor_hash), soci::use(wide(head.anchor_ns));
        if (found == 0) {
            page_.problem = "chain " + head.node + ": no entry tells of the pruning up to entry " +
                            std::to_string(head.anchor_seq) +
                            ": the anchor was changed, or entries were removed by hand";
        }
    }

    int take_entries(const ChainHead& head) {
        int found = 0;
        ChainCursor& next = page_.next;
        std::vector<ChainEntry> entries;
        each_chain_entry(
            sql_, "WHERE node = :node AND seq > :after AND seq <= :last ORDER BY seq LIMIT :limit",
            [&](soci::statement& statement) {
                statement.exchange(soci::use(head.node));
                statement.exchange(soci::use(wide_seq_ = next.seq));
                statement.exchange(soci::use(wide_last_ = head.seq));
                statement.exchange(soci::use(limit_));
            },
            [&](const ChainEntry& entry) { entries.push_back(entry); });
        for (const ChainEntry& entry : entries) {
            ++found;
            if (!look_at(entry)) {
                break;
            }
            ++page_.entries;
            next.seq = entry.seq;
            next.hash = entry.hash;
        }
        return found;
    }

    bool look_at(const ChainEntry& entry) {
        const ChainCursor& next = page_.next;
        if (entry.seq != next.seq + 1) {
            page_.problem = "entry " + std::to_string(next.seq + 1) + " of chain " + entry.node +
                            " is missing: it was removed";
        } else if (entry.hash != chain_hash(entry)) {
            page_.problem = words_of(entry) + " does not give its hash: it was changed";
        } else if (entry.previous != next.hash) {
            page_.problem =
                words_of(entry) + " does not follow from the one before: one of them was replaced";
        } else if (entry.at_ns >= pruned_ns_ && !row_is_there(entry)) {
            page_.problem =
                words_of(entry) + " tells of a row that is there no more: it was removed";
        }
        return page_.problem.empty();
    }

    bool row_is_there(const ChainEntry& entry) {
        if (entry.kind == "prune") {
            return true;
        }
        return number_of(sql_,
                         entry.kind == "signal"
                             ? "SELECT COUNT(*) FROM signals WHERE id = :id"
                             : "SELECT COUNT(*) FROM notifications WHERE key = :key",
                         entry.key) > 0;
    }

    void end(const ChainHead& head) {
        if (page_.next.seq != head.seq) {
            page_.problem = "entries " + std::to_string(page_.next.seq + 1) + " to " +
                            std::to_string(head.seq) + " of chain " + head.node +
                            " are missing: they were removed";
        } else if (page_.next.hash != head.hash) {
            page_.problem = "the head of chain " + head.node +
                            " does not fit its last entry: one of them was changed";
        }
    }

    [[nodiscard]] const ChainHead* head_of(const std::string& node) const {
        const auto found = std::find_if(page_.heads.begin(), page_.heads.end(),
                                        [&](const ChainHead& head) { return head.node == node; });
        return found == page_.heads.end() ? nullptr : &*found;
    }

    struct Settled {
        NotificationRow row;
        std::optional<std::int64_t> seq;
        std::string node;
    };

    std::vector<Settled> page_of_notifications() {
        std::vector<Settled> rows;
        Settled one;
        NotificationRow& row = one.row;
        long long times[3] = {};
        Nullable<long long> seq;
        Nullable<std::string> node;
        soci::statement statement =
            (sql_.prepare << "SELECT key, signal_id, channel, state, reason, attempts,"
                             " provider_id, payload, created_ns, finished_ns, chain_seq, chain_node"
                             " FROM notifications WHERE key > :after AND (finished_ns >= :since OR"
                             " created_ns >= :since2) ORDER BY key LIMIT :limit",
             soci::into(row.key), soci::into(row.signal_id), soci::into(row.channel),
             soci::into(row.state), soci::into(row.reason), soci::into(row.attempts),
             soci::into(row.provider_id), soci::into(row.payload), soci::into(times[0]),
             soci::into(times[1]), soci::into(seq.value, seq.state),
             soci::into(node.value, node.state), soci::use(page_.next.key), soci::use(since_ns_),
             soci::use(since_ns_), soci::use(limit_));
        statement.execute(false);
        while (statement.fetch()) {
            row.created_ns = times[0];
            row.finished_ns = times[1];
            seq.store_to(one.seq);
            one.node = node.state == soci::i_ok ? node.value : "";
            rows.push_back(one);
        }
        return rows;
    }

    void walk_notifications() {
        const std::vector<Settled> rows = page_of_notifications();
        for (const Settled& settled : rows) {
            if (const std::string wrong = wrong_with(settled); !wrong.empty()) {
                page_.problem = "notification " + settled.row.key + " " + wrong;
                return;
            }
            ++page_.notifications;
            page_.next.key = settled.row.key;
        }
        if (static_cast<int>(rows.size()) < limit_) {
            page_.next = {ChainCursor::Part::Signals, {}, -1, {}, {}};
        }
    }

    std::string wrong_with(const Settled& settled) {
        const NotificationRow& row = settled.row;
        if (!settled.seq) {
            const bool chained = row.state != "pending" && row.finished_ns >= began_ns_;
            return chained ? "is " + row.state + " and has no entry in the chain" : "";
        }
        std::optional<ChainEntry> entry;
        each_chain_entry(
            sql_, "WHERE node = :node AND seq = :seq",
            [&](soci::statement& statement) {
                statement.exchange(soci::use(settled.node));
                statement.exchange(soci::use(wide_seq_ = *settled.seq));
            },
            [&](const ChainEntry& found) { entry = found; });
        if (!entry) {
            const ChainHead* head = head_of(settled.node);
            const bool pruned = head != nullptr && *settled.seq <= head->anchor_seq;
            return pruned ? ""
                          : "names entry " + std::to_string(*settled.seq) + " of chain " +
                                settled.node + ", which is missing";
        }
        // One that is sent again changes until it ends, and has a new entry then.
        const bool same = entry->key == row.key && entry->signal_id == row.signal_id &&
                          entry->channel == row.channel && entry->state == row.state &&
                          entry->created_ns == row.created_ns &&
                          entry->payload_sha == sha256_hex(row.payload);
        const bool end_is_same = entry->reason == row.reason && entry->attempts == row.attempts &&
                                 entry->provider_id == row.provider_id &&
                                 entry->finished_ns == row.finished_ns;
        return same && (row.state == "pending" || end_is_same)
                   ? ""
                   : "is not what its entry tells: the row was changed (" + words_of(*entry) + ")";
    }

    void walk_signals() {
        std::vector<SignalRow> rows;
        SignalRow row;
        long long ts = 0;
        soci::statement statement =
            (sql_.prepare << "SELECT id, state, document, ts_ns FROM signals WHERE id > :after"
                             " AND state <> 'held' AND ts_ns >= :since ORDER BY id LIMIT :limit",
             soci::into(row.id), soci::into(row.state), soci::into(row.document), soci::into(ts),
             soci::use(page_.next.key), soci::use(since_ns_), soci::use(limit_));
        statement.execute(false);
        while (statement.fetch()) {
            row.ts_ns = ts;
            rows.push_back(row);
        }
        for (const SignalRow& signal : rows) {
            if (const std::string wrong = wrong_with(signal); !wrong.empty()) {
                page_.problem = "signal " + signal.id + " " + wrong;
                return;
            }
            ++page_.signals;
            page_.next.key = signal.id;
        }
        if (static_cast<int>(rows.size()) < limit_) {
            page_.next = {ChainCursor::Part::Done, {}, -1, {}, {}};
        }
    }

    // While a signal is active its document follows the story; from its end on it stays.
    std::string wrong_with(const SignalRow& row) {
        std::optional<ChainEntry> entry;
        each_chain_entry(
            sql_, "WHERE key = :id AND kind = 'signal' ORDER BY at_ns DESC, seq DESC LIMIT 1",
            [&](soci::statement& statement) { statement.exchange(soci::use(row.id)); },
            [&](const ChainEntry& found) { entry = found; });
        if (!entry) {
            return row.ts_ns >= std::max(began_ns_, pruned_ns_) ? "has no entry in the chain" : "";
        }
        if (entry->state != row.state) {
            return "is " + row.state + " and its entry says " + entry->state +
                   ": the row was changed";
        }
        return row.state == "active" || entry->document_sha == sha256_hex(row.document)
                   ? ""
                   : "is not what its entry tells: its document was changed";
    }

    soci::session& sql_;
    const long long since_ns_;  // as the database library takes it
    const int limit_;
    ChainPage& page_;
    std::int64_t pruned_ns_ = 0;
    std::int64_t began_ns_ = INT64_MAX;
    // What statements refer to while they run.
    long long wide_seq_ = 0;
    long long wide_last_ = 0;
};

}  // namespace

Result<ChainPage> Database::check_chain(const ChainCursor& from, std::int64_t since_ns, int limit) {
    ChainPage page;
    Status read = guarded("check the chain", [&] {
        page = {};
        ChainWalk(session_->sql, since_ns, limit, page).go(from);
    });
    if (!read.ok()) {
        return read;
    }
    return page;
}

}  // namespace petrel::core
