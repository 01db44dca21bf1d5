// How every type of alert is worded: the forms of the configuration, and the zone of who reads.
//
// Stage 8. Constant once made; any thread.
#pragma once

#include <string>

#include "config/message_config.hpp"
#include "outbox/message_values.hpp"
#include "petrel/result.hpp"

namespace petrel::core {

class MessageBook {
public:
    // Fails when the machine does not know the zone.
    static Result<MessageBook> make(MessagesConfig config);

    // The type's own form, or the one for all others.
    [[nodiscard]] const MessageForm& form(const std::string& type) const;
    [[nodiscard]] const ReaderZone& zone() const { return zone_; }

private:
    MessageBook(MessagesConfig config, ReaderZone zone)
        : config_(std::move(config)), zone_(std::move(zone)) {}

    MessagesConfig config_;
    ReaderZone zone_;
};

// As the built-in defaults word them.
const MessageBook& shipped_messages();

}  // namespace petrel::core
