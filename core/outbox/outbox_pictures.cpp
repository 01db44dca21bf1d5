// Stage 8: pictures that are added to messages. From their order to their going out they are known
// in memory; what is lost with it is ordered again.
#include <algorithm>
#include <iterator>

#include "observe/clean_text.hpp"
#include "observe/log.hpp"
#include "outbox/alert_codec.hpp"
#include "outbox/pictures.hpp"
#include "petrel/abi/notifier.h"

namespace petrel::core {
namespace {

// Behind all messages, however long it waits: a second is worth a point.
constexpr int kPicturePriority = -100'000;
constexpr std::size_t kOrderedMost = 32;  // about a megabyte
constexpr std::size_t kTakenMost = 8;     // at once

// Key of the message to which a picture is added.
std::string message_key(const NotificationRow& picture) {
    return picture.key.substr(0, picture.key.rfind('/'));
}

}  // namespace

std::vector<NotificationRow> take_pictures_out(std::vector<NotificationRow>& rows) {
    const auto first = std::stable_partition(rows.begin(), rows.end(),
                                             [](const auto& row) { return !is_picture(row); });
    std::vector<NotificationRow> pictures(std::make_move_iterator(first),
                                          std::make_move_iterator(rows.end()));
    rows.erase(first, rows.end());
    return pictures;
}

AlertText picture_of(AlertText message, const std::string& phase, std::string provider_id) {
    message.id += "#pic";
    message.phase = PETREL_ALERT_IMAGE;
    message.shown_phase = abi_phase_of(phase);
    message.provider_id = std::move(provider_id);
    message.silent = true;
    return message;
}

NotificationRow picture_row(const DeliveryOutcome& outcome, std::int64_t now_ns) {
    const NotificationRow& message = outcome.delivery.row;
    AlertText alert =
        picture_of(outcome.delivery.alert, message.phase, clean_text(outcome.provider_id));
    alert.late_ms = outcome.late_ms;
    alert.may_repeat = outcome.delivery.may_repeat;
    NotificationRow row;
    row.key = picture_key(message.key);
    row.signal_id = message.signal_id;
    row.channel = message.channel;
    row.phase = "picture";
    row.seq = message.seq;
    row.priority = kPicturePriority;
    row.created_ns = now_ns;
    row.next_try_ns = now_ns;
    row.use_by_ns = message.use_by_ns;
    row.payload = encode_alert(alert);
    return row;
}

std::string replaced_by(const NotificationRow& picture, std::span<const NotificationRow> story,
                        std::int64_t now_ns) {
    for (const NotificationRow& other : story) {
        const bool tells_acknowledged = other.key == message_key(picture) + "/ack";
        const bool newer = other.seq > picture.seq || tells_acknowledged;
        // What was tried may be shown, whatever came back.
        const bool due = other.next_try_ns <= now_ns || other.attempts > 0;
        const bool shown = other.state == "delivered" || (other.state == "pending" && due);
        if (other.channel == picture.channel && newer && shown) {
            return tells_acknowledged     ? "replaced by the word that it is acknowledged"
                   : other.phase == "end" ? "replaced by the end of the story"
                                          : "replaced by a newer update";
        }
    }
    return {};
}

const std::string& shown_id(const NotificationRow& message,
                            std::span<const NotificationRow> story) {
    const auto picture = std::find_if(story.begin(), story.end(), [&](const auto& other) {
        return other.key == picture_key(message.key) && other.state == "delivered" &&
               !other.provider_id.empty();
    });
    return picture == story.end() ? message.provider_id : picture->provider_id;
}

bool Outbox::adds_pictures(const std::string& channel) const {
    return options_.picture_channels.contains(channel) &&
           (traits_of(channel).abilities & PETREL_CAN_ADD_IMAGE) != 0;
}

bool Outbox::picture_in_flight(const NotificationRow& row) const {
    const auto keys = in_flight_.find(row.channel);
    const std::string story = row.signal_id + "/" + row.channel + "/";
    return keys != in_flight_.end() &&
           std::any_of(keys->second.lower_bound(story), keys->second.end(), [&](const auto& key) {
               return key.starts_with(story) && key.ends_with("/pic");
           });
}

// In one transaction with the record that the message is shown: from then on there is something to
// add it to.
void Outbox::add_picture_of(const DeliveryOutcome& outcome, std::int64_t now_ns,
                            StoreEntry& entry) const {
    const AlertText& alert = outcome.delivery.alert;
    if (alert.phase != PETREL_ALERT_NEW || alert.picture.empty() || alert.series.points.empty() ||
        outcome.provider_id.empty() || !adds_pictures(outcome.delivery.row.channel)) {
        return;
    }
    entry.kind = StoreEntry::Kind::Change;
    entry.added.push_back(picture_row(outcome, now_ns));
}

// Whether the picture keeps a place: it goes out, or will when it is drawn.
Result<bool> Outbox::take_picture(NotificationRow row, std::int64_t now_ns, Taken& taken) {
    const Result<std::vector<NotificationRow>> story = database_.notifications(row.signal_id);
    if (!story.ok()) {
        return story.status();
    }
    Result<AlertText> alert = decode_alert(row.payload);
    const std::string why = replaced_by(row, *story, now_ns);
    if (!why.empty() || !alert.ok()) {
        pictures_.erase(row.key);
        Status ended = alert.ok()
                           ? end(std::move(row), "replaced", why, now_ns)
                           : end(std::move(row), "refused", alert.status().message(), now_ns);
        return ended.ok() ? Result<bool>(false) : Result<bool>(ended);
    }
    if (const auto known = pictures_.find(row.key); known != pictures_.end()) {
        if (known->second.png != nullptr) {
            Delivery delivery{std::move(row), std::move(*alert)};
            delivery.picture = std::move(known->second.png);
            pictures_.erase(known);
            taken.deliveries.push_back(std::move(delivery));
        }
        return true;
    }
    if (pictures_.size() >= kOrderedMost) {  // whose rows may have ended elsewhere
        std::erase_if(pictures_, [](const auto& one) { return one.second.png != nullptr; });
    }
    if (pictures_.size() >= kOrderedMost) {
        return true;
    }
    taken.pictures.push_back({row.key, std::move(*alert)});
    std::string key = row.key;
    pictures_[std::move(key)].row = std::move(row);
    return true;
}

Status Outbox::take_pictures(std::vector<NotificationRow> rows, std::size_t places,
                             std::int64_t now_ns, Taken& taken) {
    Status failure;
    places = std::min(places, kTakenMost);
    for (NotificationRow& row : rows) {
        if (now_ns > row.use_by_ns) {
            continue;  // its turn comes with those that are late
        }
        const auto stop = stopped_.find(row.channel);
        const std::string never =
            stop != stopped_.end()        ? "the provider refuses this channel: " + stop->second
            : !adds_pictures(row.channel) ? "its channel adds no pictures any more"
                                          : "";
        if (!never.empty()) {
            pictures_.erase(row.key);
            if (Status ended = end(std::move(row), "refused", never, now_ns); !ended.ok()) {
                failure = ended;
            }
        } else if (places > 0) {
            const Result<bool> kept = take_picture(std::move(row), now_ns, taken);
            failure = kept.ok() ? failure : kept.status();
            places -= kept.ok() && *kept ? 1 : 0;
        }
    }
    return failure;
}

void Outbox::drawn(const std::string& key, Result<std::shared_ptr<const std::string>> png,
                   std::int64_t now_ns) {
    const auto known = pictures_.find(key);
    if (known == pictures_.end()) {
        return;  // its row has ended meanwhile
    }
    if (png.ok()) {
        known->second.png = std::move(*png);
        return;
    }
    NotificationRow row = std::move(known->second.row);
    pictures_.erase(known);
    // Where this cannot be written the row is due as before, and ordered again.
    const Status ended =
        end(std::move(row), "refused", "it was not drawn: " + png.status().message(), now_ns);
    if (!ended.ok()) {
        log::warning("delivery", key + " is ordered again: " + ended.message());
    }
}

}  // namespace petrel::core
