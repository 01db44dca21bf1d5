// Appending to the chain and pruning it. All of it in the transaction of the caller.
#include "store/chain.hpp"

#include "runtime/sha256.hpp"
#include "store/statements.hpp"

namespace petrel::core {
namespace {

struct Head {
    std::int64_t seq = 0;
    std::string hash = kChainBegin;
    std::int64_t at_ns = 0;
};

void add_text(std::string& bytes, const std::string& text) {
    bytes += std::to_string(text.size()) + ":" + text + ",";
}

void add_number(std::string& bytes, std::int64_t number) {
    add_text(bytes, std::to_string(number));
}

Head head_of(soci::session& sql, const std::string& node) {
    Head head;
    long long seq = 0;
    long long at = 0;
    std::string hash;
    sql << "SELECT seq, hash, at_ns FROM chain_heads WHERE node = :node", soci::into(seq),
        soci::into(hash), soci::into(at), soci::use(node);
    if (sql.got_data()) {
        head = {seq, hash, at};
    }
    return head;
}

void insert_entry(soci::session& sql, const ChainEntry& e) {
    sql << "INSERT INTO chain (node, seq, kind, at_ns, key, signal_id, channel, state, reason,"
           " attempts, provider_id, created_ns, started_ns, finished_ns, evidence_sha,"
           " document_sha, payload_sha, previous, hash) VALUES (:node, :seq, :kind, :at, :key,"
           " :signal, :channel, :state, :reason, :attempts, :provider, :created, :started,"
           " :finished, :evidence, :document, :payload, :previous, :hash)",
        soci::use(e.node), soci::use(wide(e.seq)), soci::use(e.kind), soci::use(wide(e.at_ns)),
        soci::use(e.key), soci::use(e.signal_id), soci::use(e.channel), soci::use(e.state),
        soci::use(e.reason), soci::use(wide(e.attempts)), soci::use(e.provider_id),
        soci::use(wide(e.created_ns)), soci::use(wide(e.started_ns)),
        soci::use(wide(e.finished_ns)), soci::use(e.evidence_sha), soci::use(e.document_sha),
        soci::use(e.payload_sha), soci::use(e.previous), soci::use(e.hash);
}

// Puts the entry at the end of this node's chain. Its number, previous and hash are set here.
void append(soci::session& sql, ChainEntry& entry, const Head& head) {
    entry.seq = head.seq + 1;
    entry.previous = head.hash;
    entry.hash = chain_hash(entry);
    insert_entry(sql, entry);
    const std::string begin = kChainBegin;
    sql << "INSERT INTO chain_heads (node, seq, hash, at_ns, began_ns, anchor_seq, anchor_hash,"
           " anchor_ns, pruned) VALUES (:node, :seq, :hash, :at, :began, 0, :begin, 0, 0)"
           " ON CONFLICT (node) DO UPDATE SET seq = excluded.seq, hash = excluded.hash,"
           " at_ns = excluded.at_ns",
        soci::use(entry.node), soci::use(wide(entry.seq)), soci::use(entry.hash),
        soci::use(wide(entry.at_ns)), soci::use(wide(entry.at_ns)), soci::use(begin);
}

// What the chain knows of the signal as it was admitted.
void take_admission(soci::session& sql, ChainEntry& entry) {
    std::string evidence;
    std::string document;
    sql << "SELECT evidence_sha, document_sha FROM chain WHERE key = :id AND kind = 'signal'"
           " AND state = 'active' ORDER BY at_ns, seq LIMIT 1",
        soci::into(evidence), soci::into(document), soci::use(entry.signal_id);
    if (sql.got_data()) {
        entry.evidence_sha = evidence;
        entry.document_sha = document;
    }
}

struct Anchor {
    std::int64_t seq = 0;
    std::string hash = kChainBegin;
};

// Of the newest entry that may go: all before it may go, too.
Anchor prunable(soci::session& sql, const std::string& node, std::int64_t before_ns) {
    long long kept = 0;
    sql << "SELECT seq FROM chain WHERE node = :node AND at_ns >= :before ORDER BY seq LIMIT 1",
        soci::into(kept), soci::use(node), soci::use(wide(before_ns));
    const bool all_are_old = !sql.got_data();
    long long seq = 0;
    std::string hash;
    sql << std::string("SELECT seq, hash FROM chain WHERE node = :node AND ") +
               (all_are_old ? "seq > :kept" : "seq < :kept") + " ORDER BY seq DESC LIMIT 1",
        soci::into(seq), soci::into(hash), soci::use(node), soci::use(kept);
    return sql.got_data() ? Anchor{seq, hash} : Anchor{};
}

// True when entries are gone.
bool prune_node(soci::session& sql, const std::string& node, std::int64_t before_ns) {
    const Anchor anchor = prunable(sql, node, before_ns);
    if (anchor.seq == 0) {
        return false;
    }
    sql << "UPDATE chain_heads SET pruned = pruned + :seq - anchor_seq, anchor_seq = :seq2,"
           " anchor_hash = :hash WHERE node = :node",
        soci::use(wide(anchor.seq)), soci::use(wide(anchor.seq)), soci::use(anchor.hash),
        soci::use(node);
    sql << "DELETE FROM chain WHERE node = :node AND seq <= :seq", soci::use(node),
        soci::use(wide(anchor.seq));
    return true;
}

}  // namespace

std::string chain_hash(const ChainEntry& entry) {
    std::string bytes;
    add_text(bytes, "petrel-chain-1");
    add_text(bytes, entry.previous);
    add_text(bytes, entry.node);
    add_number(bytes, entry.seq);
    add_text(bytes, entry.kind);
    add_number(bytes, entry.at_ns);
    add_text(bytes, entry.key);
    add_text(bytes, entry.signal_id);
    add_text(bytes, entry.channel);
    add_text(bytes, entry.state);
    add_text(bytes, entry.reason);
    add_number(bytes, entry.attempts);
    add_text(bytes, entry.provider_id);
    add_number(bytes, entry.created_ns);
    add_number(bytes, entry.started_ns);
    add_number(bytes, entry.finished_ns);
    add_text(bytes, entry.evidence_sha);
    add_text(bytes, entry.document_sha);
    add_text(bytes, entry.payload_sha);
    return sha256_hex(bytes);
}

// A quote inside a text of the document is escaped, so this is the member and nothing else.
std::string evidence_of(const std::string& document) {
    const std::size_t at = document.find(",\"cause\":{");
    return at == std::string::npos ? document : document.substr(at);
}

std::string chain_node(const Database::Session& session) {
    return session.place.node.empty() ? "local" : session.place.node;
}

void chain_signal(Database::Session& session, const SignalRow& row) {
    ChainEntry entry;
    entry.node = chain_node(session);
    entry.kind = "signal";
    entry.at_ns = row.ts_ns;
    entry.key = row.id;
    entry.signal_id = row.id;
    entry.state = row.state;
    entry.reason = row.reason;
    entry.created_ns = row.onset_ns;
    entry.finished_ns = row.expires_ns;
    entry.evidence_sha = sha256_hex(evidence_of(row.document));
    entry.document_sha = sha256_hex(row.document);
    append(session.sql, entry, head_of(session.sql, entry.node));
}

void chain_notification(Database::Session& session, const std::string& key,
                        std::int64_t started_ns) {
    ChainEntry entry;
    entry.node = chain_node(session);
    entry.kind = "notification";
    entry.key = key;
    entry.started_ns = started_ns;
    long long attempts = 0;
    long long created = 0;
    long long finished = 0;
    long long next_try = 0;
    std::string payload;
    session.sql << "SELECT signal_id, channel, state, reason, attempts, provider_id, created_ns,"
                   " finished_ns, next_try_ns, payload FROM notifications WHERE key = :key",
        soci::into(entry.signal_id), soci::into(entry.channel), soci::into(entry.state),
        soci::into(entry.reason), soci::into(attempts), soci::into(entry.provider_id),
        soci::into(created), soci::into(finished), soci::into(next_try), soci::into(payload),
        soci::use(key);
    entry.attempts = attempts;
    entry.created_ns = created;
    entry.finished_ns = finished;
    entry.at_ns = finished != 0 ? finished : next_try;
    entry.payload_sha = sha256_hex(payload);
    take_admission(session.sql, entry);
    append(session.sql, entry, head_of(session.sql, entry.node));
    session.sql << "UPDATE notifications SET chain_node = :node, chain_seq = :seq WHERE key = :key",
        soci::use(entry.node), soci::use(wide(entry.seq)), soci::use(key);
}

void prune_chain(Database::Session& session, std::int64_t before_ns, bool rows_removed) {
    soci::session& sql = session.sql;
    std::vector<std::string> nodes;
    {
        std::string node;
        soci::statement all =
            (sql.prepare << "SELECT node FROM chain_heads ORDER BY node", soci::into(node));
        all.execute(false);
        while (all.fetch()) {
            nodes.push_back(node);
        }
    }
    bool changed = rows_removed && !nodes.empty();
    for (const std::string& node : nodes) {
        changed = prune_node(sql, node, before_ns) || changed;
    }
    if (!changed) {
        return;
    }
    // Every anchor is told anew: the entry that told it before may be gone.
    for (const std::string& node : nodes) {
        long long anchor = 0;
        ChainEntry entry;
        sql << "UPDATE chain_heads SET anchor_ns = :before WHERE node = :node",
            soci::use(wide(before_ns)), soci::use(node);
        sql << "SELECT anchor_seq, anchor_hash FROM chain_heads WHERE node = :node",
            soci::into(anchor), soci::into(entry.evidence_sha), soci::use(node);
        entry.node = chain_node(session);
        const Head head = head_of(sql, entry.node);
        entry.kind = "prune";
        entry.at_ns = head.at_ns > before_ns ? head.at_ns : before_ns;
        entry.key = node;
        entry.state = "pruned";
        entry.created_ns = anchor;
        entry.finished_ns = before_ns;
        append(sql, entry, head);
    }
}

}  // namespace petrel::core
