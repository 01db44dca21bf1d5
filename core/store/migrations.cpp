// The steps, and the words in which the two databases differ.
#include "store/migrations.hpp"

#include <array>

namespace petrel::core {
namespace {

// {text} and {real} stand for the two databases' words. PostgreSQL's REAL has 32 bits, and its
// texts are compared by the locale unless they are told otherwise.
constexpr std::array kSteps = {
    "CREATE TABLE signals (id {text} PRIMARY KEY, type {text} NOT NULL, symbol {text} NOT NULL,"
    " side {text} NOT NULL, state {text} NOT NULL, verdict {text} NOT NULL, reason {text} NOT NULL,"
    " pattern {text} NOT NULL, strength {text} NOT NULL, score {real} NOT NULL,"
    " notional_usd {real} NOT NULL, ts_ns BIGINT NOT NULL, onset_ns BIGINT NOT NULL,"
    " expires_ns BIGINT NOT NULL, rule_version {text} NOT NULL, document {text} NOT NULL)",
    "CREATE INDEX signals_by_time ON signals (ts_ns)",
    "CREATE INDEX signals_by_symbol ON signals (symbol, ts_ns)",
    "CREATE TABLE notifications (key {text} PRIMARY KEY, signal_id {text} NOT NULL,"
    " channel {text} NOT NULL, state {text} NOT NULL, priority INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL, created_ns BIGINT NOT NULL, next_try_ns BIGINT NOT NULL,"
    " use_by_ns BIGINT NOT NULL, finished_ns BIGINT NOT NULL, reason {text} NOT NULL,"
    " provider_id {text} NOT NULL, payload {text} NOT NULL)",
    "CREATE INDEX notifications_due ON notifications (state, next_try_ns)",
    "CREATE TABLE outcomes (signal_id {text} NOT NULL, horizon_ms BIGINT NOT NULL,"
    " type {text} NOT NULL, symbol {text} NOT NULL, symbol_group {text} NOT NULL,"
    " pattern {text} NOT NULL, strength {text} NOT NULL, pressure {text} NOT NULL,"
    " rule_version {text} NOT NULL, score {real} NOT NULL, signal_ns BIGINT NOT NULL,"
    " at_ns BIGINT NOT NULL, result {text} NOT NULL, reason {text} NOT NULL, price_before {real},"
    " price_after {real}, return_pct {real}, return_sigma {real}, with_pct {real},"
    " against_pct {real}, lead_s {real}, PRIMARY KEY (signal_id, horizon_ms))",
    "CREATE INDEX outcomes_by_time ON outcomes (horizon_ms, signal_ns)",
    "ALTER TABLE signals ADD COLUMN confidence {real}",
    "ALTER TABLE signals ADD COLUMN health {real}",
    "ALTER TABLE signals ADD COLUMN priority BIGINT",
    "ALTER TABLE signals ADD COLUMN processing_ns BIGINT",
    "ALTER TABLE signals ADD COLUMN cancel_reason {text}",
    "ALTER TABLE signals ADD COLUMN news_impact {real}",
    "ALTER TABLE signals ADD COLUMN sentiment {real}",
    // The times are part of the keys, because a hypertable wants them there.
    "CREATE TABLE attempts (key {text} NOT NULL, number INTEGER NOT NULL, signal_id {text} NOT "
    "NULL,"
    " channel {text} NOT NULL, at_ns BIGINT NOT NULL, finished_ns BIGINT NOT NULL,"
    " latency_ns BIGINT NOT NULL, result {text} NOT NULL, reason {text} NOT NULL,"
    " http_status BIGINT, provider_id {text} NOT NULL, PRIMARY KEY (key, number, at_ns))",
    "CREATE INDEX attempts_by_signal ON attempts (signal_id, at_ns)",
    "CREATE INDEX attempts_by_channel ON attempts (channel, at_ns)",
    "CREATE INDEX attempts_by_time ON attempts (at_ns)",
    "CREATE TABLE metrics (at_ns BIGINT NOT NULL, node {text} NOT NULL, signals BIGINT NOT NULL,"
    " delivered BIGINT NOT NULL, retried BIGINT NOT NULL, refused BIGINT NOT NULL,"
    " latency_p50_ms {real}, latency_p99_ms {real}, latency_max_ms {real}, write_p99_ms {real},"
    " waiting BIGINT NOT NULL, spooled BIGINT NOT NULL, PRIMARY KEY (at_ns, node))",
    "ALTER TABLE notifications ADD COLUMN owner {text}",
    "ALTER TABLE notifications ADD COLUMN lease_ns BIGINT",
    "CREATE INDEX signals_by_type ON signals (type, ts_ns)",
    "CREATE INDEX signals_by_state ON signals (state, ts_ns)",
    "CREATE INDEX notifications_by_channel ON notifications (channel, state, next_try_ns)",
    "CREATE INDEX notifications_by_signal ON notifications (signal_id)",
    "CREATE TABLE votes (signal_id {text} NOT NULL, voter {text} NOT NULL, vote {real},"
    " weight {real} NOT NULL, share {real} NOT NULL, confidence {real},"
    " PRIMARY KEY (signal_id, voter))",
    "CREATE TABLE near_misses (signal_id {text} NOT NULL, held_for {text} NOT NULL,"
    " horizon_ms BIGINT NOT NULL, type {text} NOT NULL, symbol {text} NOT NULL,"
    " symbol_group {text} NOT NULL, pattern {text} NOT NULL, strength {text} NOT NULL,"
    " pressure {text} NOT NULL, rule_version {text} NOT NULL, score {real} NOT NULL,"
    " signal_ns BIGINT NOT NULL, at_ns BIGINT NOT NULL, result {text} NOT NULL,"
    " reason {text} NOT NULL, price_before {real}, price_after {real}, return_pct {real},"
    " return_sigma {real}, with_pct {real}, against_pct {real}, lead_s {real},"
    " PRIMARY KEY (signal_id, held_for, horizon_ms))",
    "CREATE INDEX near_misses_by_time ON near_misses (horizon_ms, signal_ns)",
    "ALTER TABLE notifications ADD COLUMN phase {text} NOT NULL DEFAULT 'new'",
    "ALTER TABLE notifications ADD COLUMN seq INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE notifications ADD COLUMN merged_into {text} NOT NULL DEFAULT ''",
    "CREATE INDEX notifications_by_digest ON notifications (merged_into)",
    // A point of priority is worth a second of waiting. The cast, because PostgreSQL would count
    // with 32 bits.
    "CREATE INDEX notifications_by_urgency ON notifications"
    " (channel, state, (created_ns - CAST(priority AS BIGINT) * 1000000000), key)",
    "CREATE INDEX notifications_by_time ON notifications (created_ns)",
    "CREATE TABLE chain (node {text} NOT NULL, seq BIGINT NOT NULL, kind {text} NOT NULL,"
    " at_ns BIGINT NOT NULL, key {text} NOT NULL, signal_id {text} NOT NULL,"
    " channel {text} NOT NULL, state {text} NOT NULL, reason {text} NOT NULL,"
    " attempts BIGINT NOT NULL, provider_id {text} NOT NULL, created_ns BIGINT NOT NULL,"
    " started_ns BIGINT NOT NULL, finished_ns BIGINT NOT NULL, evidence_sha {text} NOT NULL,"
    " document_sha {text} NOT NULL, payload_sha {text} NOT NULL, previous {text} NOT NULL,"
    " hash {text} NOT NULL, PRIMARY KEY (node, seq))",
    "CREATE INDEX chain_by_key ON chain (key)",
    "CREATE TABLE chain_heads (node {text} PRIMARY KEY, seq BIGINT NOT NULL, hash {text} NOT NULL,"
    " at_ns BIGINT NOT NULL, began_ns BIGINT NOT NULL, anchor_seq BIGINT NOT NULL,"
    " anchor_hash {text} NOT NULL, anchor_ns BIGINT NOT NULL, pruned BIGINT NOT NULL)",
    "ALTER TABLE notifications ADD COLUMN chain_node {text}",
    "ALTER TABLE notifications ADD COLUMN chain_seq BIGINT",
    "CREATE TABLE silences (id {text} PRIMARY KEY, matcher {text} NOT NULL,"
    " from_ns BIGINT NOT NULL, until_ns BIGINT NOT NULL, author {text} NOT NULL,"
    " comment {text} NOT NULL, ended_by {text} NOT NULL)",
    "CREATE TABLE acknowledgements (signal_id {text} PRIMARY KEY, at_ns BIGINT NOT NULL,"
    " author {text} NOT NULL, via {text} NOT NULL, comment {text} NOT NULL)",
    // What waits has indexes of its own, which are as small as it is.
    "DROP INDEX notifications_by_urgency",
    "CREATE INDEX notifications_pending ON notifications"
    " (channel, (created_ns - CAST(priority AS BIGINT) * 1000000000), key, next_try_ns, seq)"
    " WHERE state = 'pending'",
    "CREATE INDEX notifications_use_by ON notifications (channel, use_by_ns, key)"
    " WHERE state = 'pending'",
    "DROP INDEX notifications_by_signal",
    "CREATE INDEX notifications_of_story ON notifications (signal_id, channel, seq)",
    "DROP INDEX notifications_due",
    // What ended well is not in it, so that it costs nothing on the usual way.
    "CREATE INDEX notifications_rare ON notifications (created_ns, key, state)"
    " WHERE state <> 'pending' AND state <> 'delivered'",
};

void replace_all(std::string& text, const std::string& mark, const std::string& word) {
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
        text.replace(at, mark.size(), word);
        at += word.size();
    }
}

}  // namespace

int newest_schema() { return static_cast<int>(kSteps.size()); }

std::string migration_statement(int number, bool for_server) {
    std::string statement = kSteps.at(static_cast<std::size_t>(number - 1));
    replace_all(statement, "{text}", for_server ? "TEXT COLLATE \"C\"" : "TEXT");
    replace_all(statement, "{real}", for_server ? "DOUBLE PRECISION" : "REAL");
    return statement;
}

}  // namespace petrel::core
