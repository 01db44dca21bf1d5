// Stage 8: what goes out of the outbox. outbox_settlement has what becomes of it.
#include <algorithm>
#include <numeric>

#include "outbox/alert_codec.hpp"
#include "outbox/outbox.hpp"
#include "outbox/pictures.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kUsualBatch = 64;
constexpr std::size_t kBatchMost = 1'000;
constexpr std::size_t kDigestLook = 200;  // rows that a plan looks at
constexpr int kLateBatch = 200;           // rows that are ended at once

// So many that it can be told whether the room ahead holds them, and no more than may go out where
// it surely does. What a stopped channel has goes elsewhere and needs no room.
std::size_t rows_to_look_at(const ChannelRoom& room, bool stopped) {
    if (stopped || (room.now == kNoLimit && room.ahead >= kDigestLook)) {
        return kUsualBatch;
    }
    if (room.now == 0) {
        return 0;
    }
    return room.ahead < kDigestLook ? kDigestLook : std::min(room.now, kBatchMost);
}

}  // namespace

std::size_t Outbox::in_flight() const {
    return std::accumulate(
        in_flight_.begin(), in_flight_.end(), std::size_t{0},
        [](std::size_t sum, const auto& channel) { return sum + channel.second.size(); });
}

bool Outbox::is_in_flight(const NotificationRow& row) const {
    const auto found = in_flight_.find(row.channel);
    return found != in_flight_.end() && found->second.contains(row.key);
}

std::string Outbox::fallback_of(const std::string& channel) const {
    std::string next = traits_of(channel).fallback;
    for (std::size_t hops = 0; hops < options_.channels.size() && !next.empty(); ++hops) {
        if (next != channel && !stopped_.contains(next)) {
            return next;
        }
        next = traits_of(next).fallback;
    }
    return {};
}

Result<std::vector<ChannelDue>> Outbox::waiting() {
    if (writer_.behind()) {
        return std::vector<ChannelDue>();
    }
    Result<std::vector<ChannelDue>> list = database_.waiting();
    use_by_ns_.clear();
    if (list.ok()) {
        for (const ChannelDue& due : *list) {
            use_by_ns_[due.channel] = due.use_by_ns;
        }
    }
    return list;
}

// By their own index, whatever room there is and whatever they wait for. Where waiting() has just
// told the earliest use-by the store is not asked before it.
Status Outbox::end_late(const std::string& channel, std::int64_t now_ns, Taken& taken) {
    const auto earliest = use_by_ns_.extract(channel);
    if (!earliest.empty() && earliest.mapped() >= now_ns) {
        return {};
    }
    Result<std::vector<NotificationRow>> rows =
        database_.past_use_by({channel, now_ns, kLateBatch, in_flight_[channel]});
    if (!rows.ok()) {
        return rows.status();
    }
    taken.more_late = rows->size() == static_cast<std::size_t>(kLateBatch);
    Status failure;
    for (NotificationRow& row : *rows) {
        std::string reason = row.attempts == 0 ? "past its use-by before a first try"
                                               : "past its use-by; last: " + row.reason;
        pictures_.erase(row.key);
        if (Status ended = end(std::move(row), "expired", std::move(reason), now_ns); !ended.ok()) {
            failure = ended;
        }
    }
    return failure;
}

Status Outbox::sort_out(std::vector<NotificationRow> rows, std::int64_t now_ns,
                        std::vector<Delivery>& candidates) {
    Status failure;
    for (NotificationRow& row : rows) {
        if (now_ns > row.use_by_ns) {
            continue;  // its turn comes with those that are late
        }
        if (Status sorted = sort_out_one(std::move(row), now_ns, candidates); !sorted.ok()) {
            failure = sorted;
        }
    }
    return failure;
}

Status Outbox::sort_out_one(NotificationRow row, std::int64_t now_ns,
                            std::vector<Delivery>& candidates) {
    Result<AlertText> alert = decode_alert(row.payload);
    if (!alert.ok()) {
        return end(std::move(row), "refused", alert.status().message(), now_ns);
    }
    if (std::string why = silenced_now(row, now_ns); !why.empty()) {
        return end(std::move(row), "held", std::move(why), now_ns);
    }
    // What it follows has another id once it has its picture.
    if ((row.seq > 0 || row.key.ends_with("/ack")) && picture_in_flight(row)) {
        return {};
    }
    Delivery delivery{std::move(row), std::move(*alert)};
    if (stopped_.contains(delivery.row.channel)) {
        return send_elsewhere(delivery, now_ns);
    }
    if (delivery.row.seq > 0) {
        const Result<bool> follows = may_follow(delivery, now_ns);
        if (!follows.ok() || !*follows) {
            return follows.ok() ? Status() : follows.status();
        }
    }
    delivery.may_repeat = may_repeat(delivery.row);
    candidates.push_back(std::move(delivery));
    return {};
}

// Of a row that a stopped channel cannot have: its end here, and its beginning elsewhere. There it
// has the key that routing would have given it, so that nobody is told twice.
StoreEntry Outbox::diverted(const Delivery& delivery, NotificationRow row, const std::string& to,
                            std::int64_t now_ns) const {
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Change;
    NotificationRow there = delivery.row;
    there.key = delivery.alert.id + "/" + to;
    there.channel = to;
    there.state = "pending";
    there.attempts = 0;
    there.seq = 0;
    there.next_try_ns = now_ns;
    there.reason = "instead of " + row.channel + ", whose provider refuses it";
    row.state = "diverted";
    row.finished_ns = now_ns;
    row.reason = "sent over " + to + " instead: " + row.reason;
    row.merged_into = there.key;
    entry.notifications.push_back(std::move(row));
    entry.added.push_back(std::move(there));
    return entry;
}

Status Outbox::send_elsewhere(const Delivery& delivery, std::int64_t now_ns) {
    const std::string channel = delivery.row.channel;
    const bool follows = delivery.row.phase == "update" || delivery.row.phase == "end";
    const std::string to = follows ? "" : fallback_of(channel);
    NotificationRow row = delivery.row;
    row.reason = "the provider refuses this channel: " + stopped_.at(channel);
    if (to.empty()) {
        std::string reason = row.reason;
        return end(std::move(row), "refused", std::move(reason), now_ns);
    }
    book_.forget(row.signal_id);
    return writer_.write(diverted(delivery, std::move(row), to, now_ns));
}

Result<Outbox::Taken> Outbox::take(const std::string& channel, const ChannelRoom& room,
                                   std::int64_t now_ns) {
    Taken taken;
    born_ns_ = born_ns_ == 0 ? now_ns : born_ns_;
    if (writer_.behind() || writer_.gathered() > 0) {
        return taken;
    }
    Status failure = end_late(channel, now_ns, taken);
    const std::size_t look = rows_to_look_at(room, stopped_.contains(channel));
    if (look == 0) {
        return failure.ok() ? Result<Taken>(std::move(taken)) : Result<Taken>(failure);
    }
    Result<std::vector<NotificationRow>> rows =
        database_.due({channel, now_ns, static_cast<int>(look), in_flight_[channel]});
    if (!rows.ok()) {
        return rows.status();
    }
    const bool all_read = rows->size() < look;
    std::vector<Delivery> candidates;
    std::vector<NotificationRow> pictures = take_pictures_out(*rows);
    if (Status sorted = sort_out(std::move(*rows), now_ns, candidates); !sorted.ok()) {
        failure = sorted;
    }
    const bool digest_waits =
        digest_in_flight(channel) ||
        std::any_of(candidates.begin(), candidates.end(),
                    [](const Delivery& one) { return one.row.phase == "digest"; });
    std::vector<WaitingNotification> waiting;
    for (const Delivery& one : candidates) {
        waiting.push_back({one.row.priority, one.row.created_ns, !digest_waits && may_merge(one)});
    }
    const DispatchPlan plan = plan_dispatch(waiting, room, now_ns, options_.dispatch);
    if (!plan.storm && !digest_waits && !candidates.empty()) {
        digests_.erase(channel);
    }
    for (const std::size_t i : plan.alone) {
        taken.deliveries.push_back(std::move(candidates[i]));
    }
    if (!plan.together.empty()) {
        std::vector<Delivery> members;
        bool repeats = false;
        for (const std::size_t i : plan.together) {
            repeats = repeats || candidates[i].may_repeat;
            members.push_back(std::move(candidates[i]));
        }
        if (Result<Delivery> digest = merge(channel, std::move(members), now_ns); digest.ok()) {
            digest->may_repeat = repeats;
            taken.deliveries.push_back(std::move(*digest));
        } else {
            failure = digest.status();
        }
    }
    // Behind all messages: where one is among the rows, no message is left out.
    const bool all_seen = all_read || !pictures.empty();
    const std::size_t places = places_for_pictures(plan, candidates.size(), room);
    if (Status added = take_pictures(std::move(pictures), places, now_ns, taken); !added.ok()) {
        failure = added;
    }
    for (const Delivery& delivery : taken.deliveries) {
        in_flight_[channel].insert(delivery.row.key);
    }
    taken.more = candidates.size() > plan.alone.size() + plan.together.size() || !all_seen;
    if (!failure.ok() && taken.deliveries.empty()) {
        return failure;
    }
    return taken;  // what is in flight by now must go out; the failure will be met again
}

Result<std::vector<Delivery>> Outbox::take_due(std::int64_t now_ns, int limit) {
    keep_up(now_ns);
    const Result<std::vector<ChannelDue>> channels = waiting();
    if (!channels.ok()) {
        return channels.status();
    }
    std::vector<Delivery> deliveries;
    Status failure;
    for (const ChannelDue& due : *channels) {
        Result<Taken> taken =
            take(due.channel, {static_cast<std::size_t>(limit), kNoLimit}, now_ns);
        if (!taken.ok()) {
            failure = taken.status();
            continue;
        }
        std::move(taken->deliveries.begin(), taken->deliveries.end(),
                  std::back_inserter(deliveries));
    }
    if (!failure.ok() && deliveries.empty()) {
        return failure;
    }
    return deliveries;
}

}  // namespace petrel::core
