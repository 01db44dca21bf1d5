// Rows of the store, as plain values. Times are nanoseconds since 1970 UTC.
//
// Between the outbox and the store, on the delivery thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace petrel::core {

// What a voter said of a signal. A vote that is NULL abstained.
struct VoteRow {
    std::string signal_id;
    std::string voter;
    std::optional<double> vote;
    double weight = 0;  // as the ensemble used it
    double share = 0;
    std::optional<double> confidence;  // of the ensemble of which this is a part
};

struct SignalRow {
    std::string id;
    std::string type;
    std::string symbol;
    std::string side;
    std::string state;    // held, active, expired, cancelled
    std::string verdict;  // send, hold, update
    std::string reason;   // the first one
    std::string pattern;
    std::string strength;
    double score = 0;
    double notional_usd = 0;
    std::int64_t ts_ns = 0;
    std::int64_t onset_ns = 0;
    std::int64_t expires_ns = 0;
    std::string rule_version;
    std::string document;  // JSON: all that `explain` shows
    // What is not known is NULL; a later write that does not know it leaves what is there.
    std::optional<double> confidence;  // 0 to 1
    std::optional<double> health;      // 0 to 1
    std::optional<std::int64_t> priority;
    std::optional<std::int64_t> processing_ns;  // from receipt to admission
    std::optional<std::string> cancel_reason;
    std::optional<double> news_impact;
    std::optional<double> sentiment;
    std::vector<VoteRow> votes;
};

// States: pending, delivered, refused, expired; held: not sent, from the start; replaced: a newer
// one of the same story went instead; merged: told in a digest; diverted: its channel is stopped
// and another row tells it elsewhere. Only pending rows are ever sent.
struct NotificationRow {
    std::string key;  // the idempotency key: story and channel; of updates with /u1, /u2, /end, of
                      // the picture of a message with /pic
    std::string signal_id;
    std::string channel;
    std::string state = "pending";
    int priority = 0;  // larger is more urgent
    int attempts = 0;
    std::int64_t created_ns = 0;
    std::int64_t next_try_ns = 0;
    std::int64_t use_by_ns = 0;
    std::int64_t finished_ns = 0;
    std::string reason;         // why it is in its state, for people
    std::string provider_id;    // message id of the provider
    std::string payload;        // the alert as JSON
    std::string phase = "new";  // new, update, end, digest, picture
    int seq = 0;                // place within its story and channel: none overtakes a smaller one
    // Of one that was merged: key of the digest. It has not ended while finished_ns is 0. Of one
    // that was diverted: key of the row that tells it elsewhere.
    std::string merged_into;
    // Of one that is due, from a server: the node that had claimed it and has let its lease end.
    std::string taken_from;
};

// When something is to be done for a channel: its earliest pending notification is due, or past its
// use-by.
struct ChannelDue {
    std::string channel;
    std::int64_t next_try_ns = INT64_MAX;  // none is pending
    std::int64_t use_by_ns = INT64_MAX;    // the earliest of those that are pending
};

// Which pending notifications of a channel are asked for.
struct DueQuery {
    std::string channel;
    std::int64_t now_ns = 0;
    int limit = 0;
    std::set<std::string> in_hand = {};  // keys that are passed over
};

// One try to deliver a notification. Times are of the wall clock.
struct AttemptRow {
    std::string key;  // of the notification
    int number = 1;   // from 1 on
    std::string signal_id;
    std::string channel;
    std::int64_t at_ns = 0;
    std::int64_t finished_ns = 0;
    std::string result;  // delivered, retry, refused, broken
    std::string reason;
    std::optional<std::int64_t> http_status;
    std::string provider_id;
};

// A silence that somebody set. It ends at `until_ns`; `ended_by` says who ended it before its time.
struct SilenceRow {
    std::string id;
    std::string matcher;  // as people write it
    std::int64_t from_ns = 0;
    std::int64_t until_ns = 0;
    std::string author;
    std::string comment;
    std::string ended_by;
};

// How many alerts were held back for a reason.
struct HeldCount {
    std::string reason;
    std::uint64_t alerts = 0;
};

// That somebody has taken a signal on. A signal has one at most: the first.
struct AckRow {
    std::string signal_id;
    std::int64_t at_ns = 0;
    std::string author;
    std::string via;  // the channel, or "petrel notify ack"
    std::string comment;
};

// How a minute of delivery went.
struct MetricsRow {
    std::int64_t at_ns = 0;  // when the minute began
    std::string node;
    std::int64_t signals = 0;  // admitted
    std::int64_t delivered = 0;
    std::int64_t retried = 0;
    std::int64_t refused = 0;
    // From admission to delivery.
    std::optional<double> latency_p50_ms;
    std::optional<double> latency_p99_ms;
    std::optional<double> latency_max_ms;
    std::optional<double> write_p99_ms;  // one admission, into store or spool
    std::int64_t waiting = 0;            // admissions in the queue at its end
    std::int64_t spooled = 0;            // entries in the spool at its end
};

struct SignalQuery {
    std::string symbol;  // canonical; empty: all
    std::string type;
    std::int64_t since_ns = 0;
    bool with_held = false;
    int limit = 100;
};

// What came of a signal at one horizon. A figure that is not known is NULL.
struct OutcomeRow {
    std::string signal_id;
    std::int64_t horizon_ms = 0;
    std::string type;
    std::string symbol;
    std::string group;
    std::string pattern;
    std::string strength;
    std::string pressure;
    std::string rule_version;
    std::string held_for;  // reason of a near miss; empty: it was sent
    double score = 0;
    std::int64_t signal_ns = 0;
    std::int64_t at_ns = 0;
    std::string result;  // hit, false_alarm, flat, unknown
    std::string reason;  // why it is unknown
    std::optional<double> price_before;
    std::optional<double> price_after;
    std::optional<double> return_pct;
    std::optional<double> return_sigma;
    std::optional<double> with_pct;
    std::optional<double> against_pct;
    std::optional<double> lead_s;
};

// Of which signals.
enum class OutcomesOf : std::uint8_t { Sent, NearMisses };

struct OutcomeQuery {
    std::int64_t since_ns = 0;  // of the signals
    std::int64_t horizon_ms = 0;
    int limit = 200'000;  // the newest
    OutcomesOf of = OutcomesOf::Sent;
};

// Numbers of migrations.
struct SchemaState {
    int version = 0;  // of the store; 0: it has no tables yet
    int newest = 0;   // that this petrel knows
};

// Signals of one span of time that were sent or held for the same reason, and turned out alike.
struct VerdictCount {
    std::int64_t from_ns = 0;  // of the span
    bool held = false;         // else it was sent
    std::string reason;        // the first one of a held signal, the pattern of a sent one
    std::string result;        // of its outcome at the horizon; "" where there is none
    std::uint64_t count = 0;
};

struct VerdictQuery {
    static constexpr std::int64_t kHourNs = 3'600'000'000'000;
    static constexpr std::int64_t kDayNs = 24 * kHourNs;
    std::int64_t since_ns = 0;
    std::int64_t bucket_ns = kDayNs;
    std::int64_t horizon_ms = 0;
    int limit = 20'000;  // rows, the newest
};

struct StoreCounts {
    std::uint64_t signals = 0;
    std::uint64_t held = 0;
    std::uint64_t pending = 0;
    std::uint64_t delivered = 0;
    std::uint64_t refused = 0;
    std::uint64_t expired = 0;
    std::uint64_t held_back = 0;
    std::uint64_t replaced = 0;
    std::uint64_t merged = 0;
    std::uint64_t diverted = 0;
    std::map<std::string, std::uint64_t> pending_by_channel;
};

}  // namespace petrel::core
