// What a drill is told by is its row in the store, as with every other alert.
#include "outbox/fire_drill.hpp"

#include <algorithm>

#include "outbox/occasion.hpp"
#include "petrel/abi/notifier.h"
#include "runtime/clock_text.hpp"
#include "runtime/hash.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

Signal canary(std::int64_t at_ns) {
    Signal signal;
    signal.type = "LIQ_STORM";
    signal.symbol = "TEST-USDT-PERP";
    signal.short_symbol = "TEST";
    signal.cause.type = signal.type;
    signal.cause.side = "long";
    signal.cause.venue = "all";
    signal.cause.events = 5;
    signal.cause.notional_usd = 1'000'000;
    signal.cause.threshold_usd = 500'000;
    signal.cause.price = 100;
    signal.cause.window_ms = 30'000;
    signal.cause.onset_ns = at_ns;
    signal.cause.at_ns = at_ns;
    signal.onset_ns = at_ns;
    signal.ts_ns = at_ns;
    signal.state = SignalState::Active;
    signal.score.total = 0.33;
    signal.score.strength = "weak";
    signal.score.pressure = "bearish";
    return signal;
}

}  // namespace

AlertText compose_drill(const std::string& channel, std::int64_t at_ns,
                        const MessageBook& messages) {
    Signal signal = canary(at_ns);
    signal.id =
        std::string(kDrillPrefix) + hash_hex(channel + "|" + std::to_string(at_ns)).substr(0, 12);
    AlertText alert = compose_alert(signal, messages);
    alert.type = "TEST";
    MessageValues values;
    values["channel"].text = channel;
    tell_on(occasion::kDrill, std::move(values), messages, alert);
    alert.severity = PETREL_SEVERITY_INFO;
    alert.silent = true;
    alert.phase = PETREL_ALERT_TEST;
    return alert;
}

FireDrill::FireDrill(DrillOptions options) : options_(std::move(options)) {
    for (const std::string& channel : options_.channels) {
        latest_.push_back({.channel = channel});
    }
}

Status FireDrill::remember(Database& store) {
    for (DrillResult& drill : latest_) {
        TrackedQuery query;
        query.which = TrackedQuery::Which::Drills;
        query.channel = drill.channel;
        query.limit = 1;
        const Result<std::vector<TrackedRow>> rows = store.tracked(query);
        if (!rows.ok()) {
            return rows.status();
        }
        if (rows->empty()) {
            continue;
        }
        const NotificationRow& row = rows->front().row;
        drill.id = row.signal_id;
        drill.started_ns = row.created_ns;
        drill.finished_ns = row.finished_ns;
        drill.provider_id = row.provider_id;
        drill.state = row.state == "pending"     ? "running"
                      : row.state == "delivered" ? "passed"
                                                 : "failed";
        drill.why = drill.state == "failed" ? row.reason : "";
    }
    return {};
}

Status FireDrill::begin(Outbox& outbox, DrillResult& drill, std::int64_t now_ns) {
    const AlertText alert = compose_drill(drill.channel, now_ns, outbox.messages());
    if (Status admitted =
            outbox.admit_drill(alert, drill.channel, {now_ns, now_ns + options_.limit_ns});
        !admitted.ok()) {
        return admitted;
    }
    drill = {.channel = drill.channel, .id = alert.id, .state = "running", .started_ns = now_ns};
    return {};
}

Result<std::vector<DrillResult>> FireDrill::start(Outbox& outbox, const std::string& channel,
                                                  std::int64_t now_ns) {
    if (latest_.empty()) {
        return Status::invalid("no channel allows fire drills");
    }
    if (outbox.writer().behind()) {
        return Status::io("the store is down or has not caught up: nothing is sent now");
    }
    std::vector<DrillResult> begun;
    for (DrillResult& drill : latest_) {
        if (!channel.empty() && drill.channel != channel) {
            continue;
        }
        if (drill.state != "running") {
            if (Status admitted = begin(outbox, drill, now_ns); !admitted.ok()) {
                return admitted;
            }
        }
        begun.push_back(drill);
    }
    if (begun.empty()) {
        return Status::invalid("channel '" + channel + "' allows no fire drills; " +
                               human_list(options_.channels) + " does");
    }
    return begun;
}

bool FireDrill::has_ended(Outbox& outbox, DrillResult& drill, std::int64_t now_ns) const {
    const Result<std::vector<NotificationRow>> rows = outbox.database().notifications(drill.id);
    const bool overdue = now_ns > drill.started_ns + options_.limit_ns;
    if (!rows.ok() || rows->empty()) {
        if (!overdue) {
            return false;  // the store is down; it is asked again
        }
        drill.state = "failed";
        drill.why = "the store has no record of it: it is down, or the row was removed";
        drill.finished_ns = now_ns;
        return true;
    }
    const NotificationRow& row = rows->front();
    if (row.state == "pending" && !overdue) {
        return false;
    }
    drill.state = row.state == "delivered" ? "passed" : "failed";
    drill.finished_ns = row.finished_ns != 0 ? row.finished_ns : now_ns;
    drill.provider_id = row.provider_id;
    if (row.state == "pending") {
        drill.why = "not delivered within " +
                    human_duration_ms(static_cast<std::uint64_t>(options_.limit_ns / kNsPerMs)) +
                    (row.reason.empty() ? "" : "; last: " + row.reason);
    } else if (drill.state == "failed") {
        drill.why = row.reason;
    }
    return true;
}

std::vector<DrillResult> FireDrill::look(Outbox& outbox, std::int64_t now_ns) {
    std::vector<DrillResult> failed;
    for (DrillResult& drill : latest_) {
        if (drill.state == "running") {
            if (has_ended(outbox, drill, now_ns) && drill.state == "failed") {
                failed.push_back(drill);
            }
        } else if (now_ns - drill.started_ns >= options_.every_ns && !outbox.writer().behind()) {
            if (const Status begun = begin(outbox, drill, now_ns); !begun.ok()) {
                break;  // the store's failure is told by others; the next turn tries again
            }
        }
    }
    return failed;
}

}  // namespace petrel::core
