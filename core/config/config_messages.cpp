// [messages] and its tables, one for each type of alert: templates are taken apart here, so that
// every mistake of them is told with its place.
#include <algorithm>

#include "config/closest.hpp"
#include "config/config_sections.hpp"
#include "config/message_template.hpp"
#include "config/message_words.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kFieldsMax = 24;
constexpr std::size_t kFieldNameMax = 60;
constexpr std::size_t kTypesMax = 64;
constexpr const char* kTemplateCode = "PTL-C030";
constexpr AlertBits kWrappers =  // told around the words of the alert's own type
    kUpdateAlert | kEndAlert | kCancelledAlert | kEscalationAlert | kAcknowledgedAlert |
    kDrillAlert;
constexpr AlertBits kOccasions = kWrappers | kTestAlert | kDigestAlert;

std::uint32_t code_points(std::string_view text) {
    return static_cast<std::uint32_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

// A line of the file from its column on, which counts code points from 1.
std::string_view from_column(std::string_view line, std::uint32_t column) {
    while (column > 1 && !line.empty()) {
        line.remove_prefix(1);
        while (!line.empty() && (static_cast<unsigned char>(line.front()) & 0xC0) == 0x80) {
            line.remove_prefix(1);
        }
        --column;
    }
    return line;
}

// The place of some bytes of a text, where the file shows the text as it is; else the text's own.
Place place_within(const Node& node, std::size_t at, std::size_t length) {
    Place place = node.place;
    if (place.source == nullptr || place.line == 0 || place.line > place.source->lines.size()) {
        return place;
    }
    const std::string_view line =
        from_column(place.source->lines[place.line - 1], place.column + 1);  // after the quote
    if (line.starts_with(node.text)) {
        place.column += 1 + code_points(std::string_view(node.text).substr(0, at));
        place.length = std::max(1U, code_points(std::string_view(node.text).substr(at, length)));
    }
    return place;
}

class FormReader {
public:
    FormReader(TableReader& reader, AlertBits alerts) : reader_(reader), alerts_(alerts) {}

    void read(MessageForm& form) {
        read_line("headline", form.headline);
        read_fields(form);
        if (alerts_ == kDigestAlert) {
            read_each(form.each);
        }
        read_line("footer", form.footer);
        if (!is_occasion()) {
            read_line("picture", form.picture);
        }
        reader_.finish();
    }

private:
    [[nodiscard]] bool is_occasion() const { return (alerts_ & kOccasions) != 0; }
    [[nodiscard]] bool is_wrapper() const { return (alerts_ & kWrappers) != 0; }

    // The text of a key that is there; a wrong type is reported.
    const Node* text_of(const std::string& key) {
        std::string ignored;
        reader_.text(key, ignored);
        const Node* node = reader_.node().find(key);
        return node != nullptr && node->type == Node::Type::Text ? node : nullptr;
    }

    void read_line(const std::string& key, MessageTemplate& out) {
        if (const Node* node = text_of(key)) {
            parse(key, *node, {0, node->text.size(), alerts_}, out);
        }
    }

    void read_each(EntryForm& each) {
        const Node* node = text_of("each");
        if (node == nullptr) {
            return;
        }
        const std::size_t colon = node->text.find(": ");
        if (colon == std::string::npos || colon == 0) {
            report_nameless("each", *node);
            return;
        }
        parse("each", *node, {0, colon, kDigestEntry}, each.name);
        parse("each", *node, {colon + 2, node->text.size(), kDigestEntry}, each.text);
    }

    void report_nameless(const std::string& key, const Node& node) {
        reader_.report(node, kTemplateCode, reader_.name_of(key) + " holds a text without a name",
                       "write a name, a colon, a blank and the text: \"Total: {notional}\"");
    }

    void read_fields(MessageForm& form) {
        if (reader_.any("fields") == nullptr) {
            return;
        }
        form.fields.clear();
        for (const Node& node : reader_.texts("fields")) {
            if (form.fields.size() == kFieldsMax) {
                reader_.report(node, "PTL-C005", reader_.name_of("fields") + " has more than 24",
                               "leave some out");
                return;
            }
            const std::size_t colon = node.text.find(": ");
            MessageField field;
            field.name = node.text.substr(0, colon);
            if (is_wrapper() && field.name == kOwnFields) {
                form.fields.push_back(std::move(field));
                continue;
            }
            if (colon == std::string::npos || field.name.empty() ||
                field.name.size() > kFieldNameMax ||
                field.name.find_first_of("{}[]") != std::string::npos) {
                report_nameless("fields", node);
                continue;
            }
            parse("fields", node, {colon + 2, node.text.size(), alerts_}, field.text);
            form.fields.push_back(std::move(field));
        }
    }

    // Which bytes of a text are a template, and what it may tell of.
    struct Piece {
        std::size_t from = 0;
        std::size_t to = 0;
        AlertBits alerts = 0;
    };
    void parse(const std::string& key, const Node& node, const Piece& piece, MessageTemplate& out) {
        const std::string_view text(node.text);
        ParsedTemplate parsed =
            parse_template(text.substr(piece.from, piece.to - piece.from), piece.alerts);
        if (parsed.fault) {
            Node at = node;
            at.place = place_within(node, piece.from + parsed.fault->at, parsed.fault->length);
            reader_.report(at, kTemplateCode, reader_.name_of(key) + ": " + parsed.fault->message,
                           parsed.fault->help);
            return;
        }
        out = std::move(parsed.pieces);
    }

    TableReader& reader_;
    AlertBits alerts_;
};

std::vector<std::string> shipped_types(const Node& defaults) {
    std::vector<std::string> types;
    for (const auto& [type, node] : defaults.find("messages")->members) {
        types.push_back(type);
    }
    return types;
}

}  // namespace

void read_messages(TableReader& root, const Node& defaults, Problems& problems, Config& config) {
    const Node* table = root.table("messages");
    if (table == nullptr) {
        return;
    }
    MessagesConfig& messages = config.messages;
    TableReader reader(*table, "messages", problems);
    reader.text("zone", messages.zone);
    reader.duration("picture_wait", {0, 2'000}, messages.picture_wait_ms);
    if (const Node* zone = table->find("zone")) {
        messages.zone_place = zone->place;
    }
    const auto read_form = [&](const std::string& type) {
        if (const Node* node = reader.table(type)) {
            TableReader inner(*node, "messages." + type, problems);
            FormReader(inner, alerts_of_form(type)).read(messages.forms[type]);
        }
    };
    for (const char* name : occasion::kAll) {
        read_form(name);
    }
    read_form(kOtherForm);  // first: what a type does not say itself is worded as there
    for (const auto& [type, node] : table->members) {
        if (!is_upper_snake(type) || messages.forms.size() > kTypesMax) {
            continue;  // unknown keys are told at the end
        }
        const bool shipped = defaults.find("messages")->find(type) != nullptr;
        if (const std::string near = shipped ? "" : did_you_mean(type, shipped_types(defaults));
            !near.empty()) {
            Node key = node;
            key.place = node.key_place;
            reader.report(key, "PTL-C013", "'" + type + "' is no alert type of petrel's own", near);
        }
        if (!messages.forms.contains(type)) {
            messages.forms[type] = messages.forms[kOtherForm];
        }
        read_form(type);
    }
    reader.finish();
}

}  // namespace petrel::core
