// The chain of proof: what was admitted, what became of each notification, in the order in which it
// was written, each entry with the hash of the one before.
//
// One chain a node, appended in the transaction of the change itself. An entry that is changed,
// removed or put in between does not fit its neighbours any more; a row of a signal or notification
// that is changed does not fit its entry. What is pruned leaves an anchor, and the anchor has an
// entry. Plain values; the functions are private to core/store and throw what its library throws.
#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <functional>
#include <string>

#include "store/rows.hpp"
#include "store/session.hpp"

namespace petrel::core {

inline constexpr const char* kChainBegin =
    "0000000000000000000000000000000000000000000000000000000000000000";

struct ChainEntry {
    std::string node;
    std::int64_t seq = 0;
    std::string kind;        // signal, notification, prune
    std::int64_t at_ns = 0;  // of what it tells; prunes go by it
    std::string key;         // of the notification; of a signal its id; of a prune the node
    std::string signal_id;
    std::string channel;
    std::string state;  // as the row's; a notification that is sent again is pending
    std::string reason;
    std::int64_t attempts = 0;
    std::string provider_id;
    std::int64_t created_ns = 0;  // of a prune: number of the last entry that is gone
    std::int64_t started_ns = 0;  // the try that settled it; 0: none did
    std::int64_t finished_ns = 0;
    std::string evidence_sha;  // what the signal rests on, as admitted; of a prune the anchor
    std::string document_sha;  // of the signal, as admitted or ended
    std::string payload_sha;   // what was handed to the channel
    std::string previous;      // hash of the entry before
    std::string hash;
};

// SHA-256 over all other fields, each as "length:text,".
std::string chain_hash(const ChainEntry& entry);

// The part of a signal's document that tells what it rests on: its findings with their events.
std::string evidence_of(const std::string& document);

// The name of this store's own chain.
std::string chain_node(const Database::Session& session);

// The signal as its row is now: it was admitted, or has ended.
void chain_signal(Database::Session& session, const SignalRow& row);

// The notification as its row is now: it has ended, or is to be sent again. `started_ns` of the try
// that settled it, 0 where none did.
void chain_notification(Database::Session& session, const std::string& key,
                        std::int64_t started_ns);

// Removes the first `entries_max` of a node that are of before, keeps their anchor and adds entries
// that tell of it. `rows_removed`: rows of signals or notifications of before are gone. True when
// there may be more.
bool prune_chain(Database::Session& session, std::int64_t before_ns, std::int64_t entries_max,
                 bool rows_removed);

// Reads entries of the chain by a condition; `bind` adds what it uses.
template <typename Bind>
void each_chain_entry(soci::session& sql, const std::string& condition, Bind&& bind,
                      const std::function<void(const ChainEntry&)>& take) {
    ChainEntry entry;
    long long seq = 0;
    long long times[5] = {};
    soci::statement statement(sql);
    for (std::string* text :
         {&entry.node, &entry.kind, &entry.key, &entry.signal_id, &entry.channel, &entry.state,
          &entry.reason, &entry.provider_id, &entry.evidence_sha, &entry.document_sha,
          &entry.payload_sha, &entry.previous, &entry.hash}) {
        statement.exchange(soci::into(*text));
    }
    statement.exchange(soci::into(seq));
    for (long long& number : times) {
        statement.exchange(soci::into(number));
    }
    bind(statement);
    statement.alloc();
    statement.prepare(
        "SELECT node, kind, key, signal_id, channel, state, reason, provider_id, evidence_sha,"
        " document_sha, payload_sha, previous, hash, seq, at_ns, attempts, created_ns, started_ns,"
        " finished_ns FROM chain " +
        condition);
    statement.define_and_bind();
    statement.execute(false);
    while (statement.fetch()) {
        entry.seq = seq;
        entry.at_ns = times[0];
        entry.attempts = times[1];
        entry.created_ns = times[2];
        entry.started_ns = times[3];
        entry.finished_ns = times[4];
        take(entry);
    }
}

}  // namespace petrel::core
