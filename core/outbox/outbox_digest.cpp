// Stage 8: many notifications become one.
#include <algorithm>

#include "outbox/alert_codec.hpp"
#include "outbox/digest.hpp"
#include "outbox/outbox.hpp"
#include "petrel/abi/notifier.h"

namespace petrel::core {
namespace {

constexpr std::size_t kDigestAlertsMost = 200;
constexpr std::int64_t kDigestOpenNs = 600 * kNsPerSecond;

}  // namespace

bool Outbox::digest_in_flight(const std::string& channel) const {
    const auto keys = in_flight_.find(channel);
    if (keys == in_flight_.end()) {
        return false;
    }
    const auto first = keys->second.lower_bound("dig-");
    return first != keys->second.end() && first->starts_with("dig-");
}

bool Outbox::may_merge(const Delivery& delivery) const {
    const ChannelTraits& traits = traits_of(delivery.row.channel);
    // What may have gone out before a crash, here or of another node, keeps its key where that
    // counts.
    const bool may_repeat =
        honours_key(delivery.row.channel) &&
        (delivery.row.created_ns < born_ns_ || taken_over_.contains(delivery.row.key));
    return traits.takes_digests() && delivery.row.phase == "new" && delivery.row.attempts == 0 &&
           delivery.alert.type != "SYSTEM" && !may_repeat;
}

// One message for all of them, written before it is sent: from here on they end with it. The one
// that was sent last goes on where the channel can edit.
Result<Delivery> Outbox::merge(const std::string& channel, std::vector<Delivery> members,
                               std::int64_t now_ns) {
    OpenDigest digest = digests_[channel];
    const bool edits = (traits_of(channel).abilities & PETREL_CAN_EDIT) != 0;
    if (!edits || digest.id.empty() || digest.alerts.size() >= kDigestAlertsMost ||
        now_ns - digest.began_ns > kDigestOpenNs) {
        digest = {digest_id(channel, members.front().row.key), 0, {}, now_ns};
    }
    const std::string suffix = digest.seq == 0 ? "" : "/u" + std::to_string(digest.seq);
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Change;
    NotificationRow row = members.front().row;
    row.key = digest.id + "/" + channel + suffix;
    row.signal_id = digest.id;
    row.phase = "digest";
    row.seq = digest.seq;
    row.next_try_ns = now_ns;
    row.reason.clear();
    std::vector<AlertText> alerts;
    bool silent = true;
    for (Delivery& member : members) {
        row.priority = std::max(row.priority, member.row.priority);
        row.created_ns = std::min(row.created_ns, member.row.created_ns);
        row.use_by_ns = std::max(row.use_by_ns, member.row.use_by_ns);
        silent = silent && member.alert.silent;
        member.row.state = "merged";
        member.row.reason = "in digest " + digest.id;
        member.row.merged_into = row.key;
        member.alert.json.clear();
        alerts.push_back(std::move(member.alert));
        entry.notifications.push_back(std::move(member.row));
    }
    digest.alerts.insert(digest.alerts.begin(), alerts.begin(), alerts.end());
    AlertText alert = compose_digest(digest.id, digest.alerts, now_ns, *options_.messages);
    alert.id += suffix;
    alert.silent = silent;
    row.payload = encode_alert(alert);
    entry.added.push_back(row);
    if (Status written = writer_.write(entry); !written.ok()) {
        return written;
    }
    ++digest.seq;
    digests_[channel] = std::move(digest);
    Delivery delivery{std::move(row), std::move(alert)};
    if (delivery.row.seq > 0) {
        if (const Result<bool> known = may_follow(delivery, now_ns); !known.ok()) {
            return known.status();  // it is due as it was written
        }
    }
    return delivery;
}

}  // namespace petrel::core
