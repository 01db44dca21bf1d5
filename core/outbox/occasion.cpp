// The alert's own lines stand where the form has its star.
#include "outbox/occasion.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "observe/privacy_filter.hpp"

namespace petrel::core {
namespace {

MessageLine line_of(const MessageTemplate& pieces, const MessageValues& values,
                    const MessageBook& messages) {
    MessageLine line = written(pieces, values, messages.zone());
    line.text = private_text(line.text);
    return line;
}

}  // namespace

MessageValues values_of(const AlertText& alert) {
    MessageValues values;
    const auto text = [&values](std::string_view name, std::string_view word) {
        if (!word.empty()) {
            values[name].text = std::string(word);
        }
    };
    text("coin", std::string_view(alert.symbol).substr(0, alert.symbol.find('-')));
    text("headline", alert.headline);
    text("id", alert.id);
    text("severity", severity_word(alert.severity));
    text("symbol", alert.symbol);
    text("type", alert.type);
    values["time"].whole = alert.at_ns;
    return values;
}

MessageValues acknowledgement_values(const AckRow& ack) {
    MessageValues values;
    values["who"].text = ack.author;
    values["time"].whole = ack.at_ns;
    if (!ack.comment.empty()) {
        values["comment"].text = ack.comment;
    }
    return values;
}

void tell_on(const char* occasion, MessageValues values, const MessageBook& messages,
             AlertText& alert) {
    values.merge(values_of(alert));
    const MessageForm& form = messages.form(occasion);
    alert.headline = headline_of(line_of(form.headline, values, messages).text);
    auto own = std::exchange(alert.fields, {});
    for (const MessageField& field : form.fields) {
        if (field.name == kOwnFields) {
            std::move(own.begin(), own.end(), std::back_inserter(alert.fields));
            own.clear();
        } else if (MessageLine told = line_of(field.text, values, messages); told.complete) {
            alert.fields.emplace_back(field.name, std::move(told.text));
        }
    }
    if (!form.footer.empty()) {
        alert.footer = line_of(form.footer, values, messages).text;
    }
}

void tell_who_acknowledged(const AckRow& ack, const MessageBook& messages, AlertText& alert) {
    alert.acknowledged = true;
    MessageValues values = acknowledgement_values(ack);
    values.merge(values_of(alert));
    std::vector<std::pair<std::string, std::string>> lines;
    for (const MessageField& field : messages.form(occasion::kAcknowledged).fields) {
        MessageLine told = line_of(field.text, values, messages);
        if (field.name != kOwnFields && told.complete) {
            lines.emplace_back(field.name, std::move(told.text));
        }
    }
    alert.fields.insert(alert.fields.begin(), std::make_move_iterator(lines.begin()),
                        std::make_move_iterator(lines.end()));
}

}  // namespace petrel::core
