// Stage 8: what was admitted and is not yet settled, on disk.
//
// A signal and one notification for each channel are written in one transaction; from its commit on
// every notification ends as delivered, refused or expired, with a reason, whatever crashes. Owned
// by the delivery thread. What is in flight is remembered in memory only: after a crash it is due
// again, under the same key.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "outbox/alert.hpp"
#include "outbox/retry_policy.hpp"
#include "routing/router.hpp"
#include "signal/signal.hpp"
#include "signal/signal_outcome.hpp"
#include "store/database.hpp"
#include "store/store_writer.hpp"

namespace petrel::core {

struct OutboxOptions {
    std::vector<std::string> channels;
    std::int64_t use_by_ns = 900 * kNsPerSecond;  // older ones are recorded as expired, not sent
    RetryPolicy retry;
    std::shared_ptr<Router> router;  // null: one without routes, every alert to every channel
};

// One notification on its way.
struct Delivery {
    NotificationRow row;
    AlertText alert;
};

enum class DeliveryResult : std::uint8_t { Delivered, Retry, Refused, Broken };

// What a channel made of a delivery.
struct DeliveryOutcome {
    Delivery delivery;
    DeliveryResult result = DeliveryResult::Delivered;
    std::uint64_t retry_after_ms = 0;
    std::string provider_id;
    std::string reason;
    // Wall clock; 0 where nothing was tried.
    std::int64_t started_ns = 0;
    std::int64_t finished_ns = 0;
    std::uint32_t http_status = 0;  // 0: no answer over HTTP
};

class Outbox {
public:
    // With a spool nothing waits for a store that is down: what is written is kept there.
    Outbox(Database& database, OutboxOptions options, std::unique_ptr<Spool> spool = nullptr);

    // Writes the signal and its notifications; durable when this returns ok, in the store or in the
    // spool.
    Status admit(const Signal& signal, std::int64_t now_ns);

    // Writes a later state of a signal, or a near miss.
    Status record(const Signal& signal);

    // Writes what came of a signal, or of a near miss.
    Status record(const SignalOutcome& outcome);

    // Queues an alert of the system itself.
    Status admit_system(const AlertText& alert, std::int64_t now_ns);

    // Writes how a minute went.
    Status record(const MetricsRow& minute);

    // What must be sent now and is not in flight yet, most urgent first. Those past their use-by
    // are settled as expired on the way. Nothing while anything lies in the spool: what the store
    // says is due may have been settled there.
    Result<std::vector<Delivery>> take_due(std::int64_t now_ns, int limit);

    // Records what came of a delivery and takes it out of flight. When the store fails it stays in
    // flight: the caller keeps the outcome and settles again.
    Status settle(const DeliveryOutcome& outcome, std::int64_t now_ns);

    // Puts an undelivered one back, untried (the channel's queue was full).
    void put_back(const std::string& key) { in_flight_.erase(key); }

    [[nodiscard]] std::size_t in_flight() const { return in_flight_.size(); }
    Database& database() { return database_; }
    // How the store is, and catching up with it.
    StoreWriter& writer() { return writer_; }

private:
    std::vector<NotificationRow> rows_for(AlertText alert, const RoutingDecision& decision,
                                          std::int64_t now_ns) const;
    [[nodiscard]] RoutingDecision route(const AlertFacts& facts, std::int64_t now_ns) const;
    void forget_active(const std::string& id);
    Status settle(NotificationRow row, std::optional<AttemptRow> attempt);
    Status expire(NotificationRow row, std::int64_t now_ns);

    Database& database_;
    OutboxOptions options_;
    StoreWriter writer_;
    std::set<std::string> in_flight_;  // keys
    std::vector<AlertFacts> active_;   // whose signals are active now
};

SignalRow row_of(const Signal& signal);
OutcomeRow row_of(const SignalOutcome& outcome);
SignalOutcome outcome_of(const OutcomeRow& row);

}  // namespace petrel::core
