// Pictures that are added to messages: rows of their own, which begin when their message is on
// record as shown. The first message of a story has one, updates that outgrow what is shown, and
// the end.
//
// Stage 8. A picture takes the room that no message needs, and goes only while its message is the
// newest of its story on the channel: it brings that message's words along. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "outbox/outbox.hpp"

namespace petrel::core {

[[nodiscard]] inline bool is_picture(const NotificationRow& row) { return row.phase == "picture"; }

// Key of the picture of a message.
[[nodiscard]] inline std::string picture_key(const std::string& message) {
    return message + "/pic";
}

// Takes the rows of pictures out of others.
std::vector<NotificationRow> take_pictures_out(std::vector<NotificationRow>& rows);

// The alert that adds its picture to a message, whose row has this phase and the provider's id.
AlertText picture_of(AlertText message, const std::string& phase, std::string provider_id);

// The row that adds its picture to the message that was delivered.
NotificationRow picture_row(const DeliveryOutcome& outcome, std::int64_t now_ns);

// Why a picture is not added any more, of the rows of its story; empty while it may be.
std::string replaced_by(const NotificationRow& picture, std::span<const NotificationRow> story,
                        std::int64_t now_ns);

// The provider's id of a message as it is now: that of its picture once it has one.
const std::string& shown_id(const NotificationRow& message, std::span<const NotificationRow> story);

}  // namespace petrel::core
