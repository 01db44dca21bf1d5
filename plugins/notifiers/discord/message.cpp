// Title, inline fields, description, footer: as the product's page of messages shows it.
#include "message.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "kit/encoding.hpp"
#include "kit/message_parts.hpp"
#include "kit/replies.hpp"
#include "kit/settings.hpp"

namespace petrel::discord {
namespace {

using nlohmann::json;

constexpr int kLongColor = 0xf0883e;
constexpr int kShortColor = 0x58a6ff;
constexpr int kOtherColor = 0xf2cc60;
constexpr int kSilentFlag = 1 << 12;  // SUPPRESS_NOTIFICATIONS

// Figures that stand side by side; everything else is the description.
constexpr std::array<std::string_view, 4> kInline{"Total", "Value", "Score", "Price"};

// What means something in Discord's markdown, or makes a link or a mention. A backslash before
// punctuation is taken away when the text is shown.
constexpr bool is_markdown(char32_t c) {
    return c < 0x80 && std::string_view("\\*_~`|>#<[](){}:@-+.=!&").find(static_cast<char>(c)) !=
                           std::string_view::npos;
}

std::size_t escaped_units(char32_t c) { return utf16_units(c) + (is_markdown(c) ? 1 : 0); }

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x80 && is_markdown(static_cast<char32_t>(c))) {
            out.push_back('\\');
        }
        out.push_back(c);
    }
    return out;
}

int color_of(Side side) {
    const bool falling = side == Side::Long || side == Side::Sell;
    const bool rising = side == Side::Short || side == Side::Buy;
    return falling ? kLongColor : rising ? kShortColor : kOtherColor;
}

// Limits that hold after escaping. The description gets what is left of the embed's sum.
kit::MessageParts embed_parts(const Alert& alert) {
    kit::MessageLimits limits;
    limits.total = kDescriptionMax;
    limits.headline = kTitleMax;
    limits.name = kFieldNameMax / 2;
    limits.value = kFieldValueMax;
    limits.footer = kTitleMax;
    limits.lines = 50;
    limits.measure = escaped_units;
    return kit::message_parts(alert, limits);
}

bool is_inline(const json& fields, const kit::MessageLine& line) {
    return fields.size() < 3 && !line.value.empty() &&
           std::find(kInline.begin(), kInline.end(), line.name) != kInline.end();
}

json embed_of(const Alert& alert) {
    const kit::MessageParts parts = embed_parts(alert);
    json fields = json::array();
    std::string description;
    const auto add = [&description](const std::string& line) {
        description += (description.empty() || line.empty() ? "" : "\n") + line;
    };
    for (const kit::MessageLine& line : parts.lines) {
        if (is_inline(fields, line)) {
            fields.push_back(
                {{"name", line.name}, {"value", escaped(line.value)}, {"inline", true}});
        } else {
            add(escaped(line.name + ": " + line.value));
        }
    }
    add(kit::left_out_note(parts));
    json embed{{"title", escaped(parts.headline)},
               {"color", color_of(alert.side)},
               {"timestamp", kit::rfc3339(alert.at_ns)},
               {"fields", std::move(fields)},
               {"description", description}};
    if (!parts.footer.empty()) {
        embed["footer"] = {{"text", parts.footer}};  // shown as it is
    }
    if (kit::is_plain_link(alert.link)) {
        embed["url"] = std::string(alert.link);
    }
    if (alert.phase == PETREL_ALERT_IMAGE) {
        embed["image"] = {{"url", std::string("attachment://") + kImageName}};
    }
    return embed;
}

}  // namespace

std::string body_of(const Alert& alert, const std::string& username, Target target) {
    json body{{"content", ""},
              {"allowed_mentions", {{"parse", json::array()}}},
              {"embeds", json::array({embed_of(alert)})}};
    if (alert.phase == PETREL_ALERT_IMAGE) {
        const std::string alt = shortened(plain_line(alert.image_alt), 1'000);
        body["attachments"] =
            json::array({{{"id", 0}, {"filename", kImageName}, {"description", alt}}});
    }
    if (target == Target::Edit && alert.phase != PETREL_ALERT_IMAGE) {
        // The embed shows it no longer, and by itself Discord would show it above: with older
        // figures.
        body["attachments"] = json::array();
    }
    if (target == Target::NewMessage) {
        if (!username.empty()) {
            body["username"] = username;
        }
        if (alert.silent) {
            body["flags"] = kSilentFlag;
        }
    }
    return kit::written(body);
}

}  // namespace petrel::discord
