// Appending to the chain and pruning it. All of it in the transaction of the caller.
#include "store/chain.hpp"

#include "runtime/sha256.hpp"
#include "store/kept.hpp"
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

struct HeadOf {
    std::string node, hash;
    long long seq = 0, at = 0;
    soci::statement statement;
    explicit HeadOf(soci::session& sql)
        : statement((sql.prepare << "SELECT seq, hash, at_ns FROM chain_heads WHERE node = :node",
                     soci::into(seq), soci::into(hash), soci::into(at), soci::use(node))) {}
};

Head head_of(Database::Session& session, const std::string& node) {
    Kept<HeadOf> select(session);
    select->node = node;
    return select->statement.execute(true) ? Head{select->seq, select->hash, select->at} : Head();
}

struct InsertEntry {
    ChainEntry e;
    long long seq = 0, at = 0, attempts = 0, created = 0, started = 0, finished = 0;
    soci::statement statement;
    explicit InsertEntry(soci::session& sql)
        : statement((
              sql.prepare << "INSERT INTO chain (node, seq, kind, at_ns, key, signal_id, channel,"
                             " state, reason, attempts, provider_id, created_ns, started_ns,"
                             " finished_ns, evidence_sha, document_sha, payload_sha, previous,"
                             " hash) VALUES (:node, :seq, :kind, :at, :key, :signal, :channel,"
                             " :state, :reason, :attempts, :provider, :created, :started,"
                             " :finished, :evidence, :document, :payload, :previous, :hash)",
              soci::use(e.node), soci::use(seq), soci::use(e.kind), soci::use(at), soci::use(e.key),
              soci::use(e.signal_id), soci::use(e.channel), soci::use(e.state), soci::use(e.reason),
              soci::use(attempts), soci::use(e.provider_id), soci::use(created), soci::use(started),
              soci::use(finished), soci::use(e.evidence_sha), soci::use(e.document_sha),
              soci::use(e.payload_sha), soci::use(e.previous), soci::use(e.hash))) {}
};

struct MoveHead {
    std::string node, hash, begin = kChainBegin;
    long long seq = 0, at = 0;
    soci::statement statement;
    explicit MoveHead(soci::session& sql)
        : statement((sql.prepare << "INSERT INTO chain_heads (node, seq, hash, at_ns, began_ns,"
                                    " anchor_seq, anchor_hash, anchor_ns, pruned) VALUES (:node,"
                                    " :seq, :hash, :at, :began, 0, :begin, 0, 0)"
                                    " ON CONFLICT (node) DO UPDATE SET seq = excluded.seq,"
                                    " hash = excluded.hash, at_ns = excluded.at_ns",
                     soci::use(node), soci::use(seq), soci::use(hash), soci::use(at), soci::use(at),
                     soci::use(begin))) {}
};

// Puts the entry at the end of this node's chain. Its number, previous and hash are set here.
void append(Database::Session& session, ChainEntry& entry, const Head& head) {
    entry.seq = head.seq + 1;
    entry.previous = head.hash;
    entry.hash = chain_hash(entry);
    Kept<InsertEntry> insert(session);
    insert->e = entry;
    insert->seq = entry.seq;
    insert->at = entry.at_ns;
    insert->attempts = entry.attempts;
    insert->created = entry.created_ns;
    insert->started = entry.started_ns;
    insert->finished = entry.finished_ns;
    insert->statement.execute(true);
    Kept<MoveHead> move(session);
    move->node = entry.node;
    move->seq = entry.seq;
    move->hash = entry.hash;
    move->at = entry.at_ns;
    move->statement.execute(true);
}

// What the chain knows of a signal as it was admitted.
struct AdmissionOf {
    std::string id, evidence, document;
    soci::statement statement;
    explicit AdmissionOf(soci::session& sql)
        : statement((sql.prepare << "SELECT evidence_sha, document_sha FROM chain WHERE key = :id"
                                    " AND kind = 'signal' AND state = 'active'"
                                    " ORDER BY at_ns, seq LIMIT 1",
                     soci::into(evidence), soci::into(document), soci::use(id))) {}
};

void take_admission(Database::Session& session, ChainEntry& entry) {
    Kept<AdmissionOf> select(session);
    select->id = entry.signal_id;
    if (select->statement.execute(true)) {
        entry.evidence_sha = select->evidence;
        entry.document_sha = select->document;
    }
}

// What the chain tells of a notification.
struct EndOf {
    ChainEntry e;
    long long attempts = 0, created = 0, finished = 0, next_try = 0;
    std::string payload;
    soci::statement statement;
    explicit EndOf(soci::session& sql)
        : statement((sql.prepare << "SELECT signal_id, channel, state, reason, attempts,"
                                    " provider_id, created_ns, finished_ns, next_try_ns, payload"
                                    " FROM notifications WHERE key = :key",
                     soci::into(e.signal_id), soci::into(e.channel), soci::into(e.state),
                     soci::into(e.reason), soci::into(attempts), soci::into(e.provider_id),
                     soci::into(created), soci::into(finished), soci::into(next_try),
                     soci::into(payload), soci::use(e.key))) {}
};

struct NameEntry {
    std::string key, node;
    long long seq = 0;
    soci::statement statement;
    explicit NameEntry(soci::session& sql)
        : statement((sql.prepare << "UPDATE notifications SET chain_node = :node, chain_seq = :seq"
                                    " WHERE key = :key",
                     soci::use(node), soci::use(seq), soci::use(key))) {}
};

struct Anchor {
    std::int64_t seq = 0;
    std::string hash = kChainBegin;
};

// Of the newest entry up to `last` that may go: all before it may go, too.
Anchor prunable(soci::session& sql, const std::string& node, std::int64_t before_ns,
                std::int64_t last) {
    long long kept = 0;
    sql << "SELECT seq FROM chain WHERE node = :node AND at_ns >= :before AND seq <= :last"
           " ORDER BY seq LIMIT 1",
        soci::into(kept), soci::use(node), soci::use(wide(before_ns)), soci::use(wide(last));
    const long long below = sql.got_data() ? kept : last + 1;
    long long seq = 0;
    std::string hash;
    sql << "SELECT seq, hash FROM chain WHERE node = :node AND seq < :below ORDER BY seq DESC"
           " LIMIT 1",
        soci::into(seq), soci::into(hash), soci::use(node), soci::use(below);
    return sql.got_data() ? Anchor{seq, hash} : Anchor{};
}

// How many entries are gone.
std::int64_t prune_node(soci::session& sql, const std::string& node, std::int64_t before_ns,
                        std::int64_t entries_max) {
    long long gone = 0;
    sql << "SELECT anchor_seq FROM chain_heads WHERE node = :node", soci::into(gone),
        soci::use(node);
    const Anchor anchor = prunable(sql, node, before_ns, gone + entries_max);
    if (anchor.seq == 0) {
        return 0;
    }
    sql << "UPDATE chain_heads SET pruned = pruned + :seq - anchor_seq, anchor_seq = :seq2,"
           " anchor_hash = :hash WHERE node = :node",
        soci::use(wide(anchor.seq)), soci::use(wide(anchor.seq)), soci::use(anchor.hash),
        soci::use(node);
    sql << "DELETE FROM chain WHERE node = :node AND seq <= :seq", soci::use(node),
        soci::use(wide(anchor.seq));
    return anchor.seq - gone;
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
    append(session, entry, head_of(session, entry.node));
}

void chain_notification(Database::Session& session, const std::string& key,
                        std::int64_t started_ns) {
    ChainEntry entry;
    {
        Kept<EndOf> select(session);
        select->e.key = key;
        if (!select->statement.execute(true)) {
            return;  // it is gone
        }
        entry = select->e;
        entry.attempts = select->attempts;
        entry.created_ns = select->created;
        entry.finished_ns = select->finished;
        entry.at_ns = entry.finished_ns != 0 ? entry.finished_ns : select->next_try;
        entry.payload_sha = sha256_hex(select->payload);
    }
    entry.node = chain_node(session);
    entry.kind = "notification";
    entry.started_ns = started_ns;
    take_admission(session, entry);
    append(session, entry, head_of(session, entry.node));
    Kept<NameEntry> name(session);
    name->node = entry.node;
    name->seq = entry.seq;
    name->key = key;
    name->statement.execute(true);
}

bool prune_chain(Database::Session& session, std::int64_t before_ns, std::int64_t entries_max,
                 bool rows_removed) {
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
    bool more = false;
    for (const std::string& node : nodes) {
        const std::int64_t gone = prune_node(sql, node, before_ns, entries_max);
        changed = gone > 0 || changed;
        more = gone >= entries_max || more;
    }
    if (!changed) {
        return false;
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
        const Head head = head_of(session, entry.node);
        entry.kind = "prune";
        entry.at_ns = head.at_ns > before_ns ? head.at_ns : before_ns;
        entry.key = node;
        entry.state = "pruned";
        entry.created_ns = anchor;
        entry.finished_ns = before_ns;
        append(session, entry, head);
    }
    return more;
}

}  // namespace petrel::core
