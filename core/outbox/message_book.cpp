// The built-in forms are read like a user's: there is no other wording in the program.
#include "outbox/message_book.hpp"

#include "config/config_loader.hpp"

namespace petrel::core {

Result<MessageBook> MessageBook::make(MessagesConfig config) {
    Result<ReaderZone> zone = ReaderZone::make(config.zone);
    if (!zone.ok()) {
        return zone.status();
    }
    return MessageBook(std::move(config), std::move(*zone));
}

const MessageForm& MessageBook::form(const std::string& type) const {
    static const MessageForm none;
    for (const std::string& name : {type, std::string(kOtherForm)}) {
        if (const auto found = config_.forms.find(name); found != config_.forms.end()) {
            return found->second;
        }
    }
    return none;
}

const MessageBook& shipped_messages() {
    static const MessageBook book =
        std::move(MessageBook::make(load_config_text("", {}).config.messages)).value();
    return book;
}

}  // namespace petrel::core
