// Boundaries hold characters that base64 has not, so they occur in no part.
#include "message.hpp"

#include <algorithm>

#include "kit/encoding.hpp"
#include "kit/message_parts.hpp"
#include "kit/settings.hpp"

namespace petrel::email {
namespace {

constexpr std::string_view kEnd = "\r\n";
constexpr std::size_t kBase64LineMax = 76;
constexpr std::string_view kAlternative = "=_petrel_alternative";
constexpr std::string_view kRelated = "=_petrel_related";
constexpr std::string_view kPicture = "card@petrel";
constexpr std::size_t kPlainHeaderMax = 60;

std::string header_line(std::string_view name, std::string_view value) {
    return std::string(name) + ": " + std::string(value) + std::string(kEnd);
}

std::string base64_lines(std::string_view bytes) {
    const std::string all = kit::base64(bytes);
    std::string lines;
    for (std::size_t at = 0; at < all.size(); at += kBase64LineMax) {
        lines += all.substr(at, kBase64LineMax) + std::string(kEnd);
    }
    return lines;
}

std::string escaped_html(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '&':
                out += "&amp;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out.push_back(c);
        }
    }
    return out;
}

std::string plain_part(const Alert& alert, const kit::MessageParts& parts) {
    std::string text = kit::plain_text(parts);
    if (kit::is_plain_link(alert.link)) {
        text += "\n" + std::string(alert.link);
    }
    std::string out;
    for (const char c : text + "\n") {
        out += c == '\n' ? std::string(kEnd) : std::string(1, c);
    }
    return out;
}

// One column, no colours of its own but a dim one that both themes can read.
std::string html_part(const Alert& alert, const kit::MessageParts& parts) {
    std::string html =
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\">"
        "<meta name=\"color-scheme\" content=\"light dark\"></head>"
        "<body style=\"font-family:sans-serif\"><div style=\"max-width:600px\">"
        "<h1 style=\"font-size:18px\">" +
        escaped_html(parts.headline) + "</h1>";
    if (!alert.image.empty()) {
        const std::string alt = shortened(plain_line(alert.image_alt), 1'000);
        html += "<img src=\"cid:" + std::string(kPicture) + "\" style=\"max-width:100%\" alt=\"" +
                escaped_html(alt) + "\">";
    }
    html += "<table>";
    for (const kit::MessageLine& line : parts.lines) {
        html += "<tr><td style=\"padding-right:12px;vertical-align:top\">" +
                escaped_html(line.name) + "</td><td>" + escaped_html(line.value) + "</td></tr>";
    }
    html += "</table>";
    for (const std::string& line : {kit::left_out_note(parts), parts.footer}) {
        html += line.empty() ? "" : "<p>" + escaped_html(line) + "</p>";
    }
    if (kit::is_plain_link(alert.link)) {
        html += "<p><a href=\"" + escaped_html(alert.link) + "\">Open</a></p>";
    }
    return html + "</div></body></html>";
}

std::string part_of(std::string_view type, std::string_view more, std::string_view bytes) {
    return header_line("Content-Type", type) + std::string(more) +
           header_line("Content-Transfer-Encoding", "base64") + std::string(kEnd) +
           base64_lines(bytes);
}

std::string multipart_of(std::string_view type, std::string_view boundary,
                         const std::vector<std::string>& parts) {
    std::string text = header_line("Content-Type", std::string(type) + "; boundary=\"" +
                                                       std::string(boundary) + "\"") +
                       std::string(kEnd);
    for (const std::string& part : parts) {
        text += "--" + std::string(boundary) + std::string(kEnd) + part;
    }
    return text + "--" + std::string(boundary) + "--" + std::string(kEnd);
}

std::string recipients(const Envelope& envelope) {
    std::string list;
    for (const std::string& address : envelope.to) {
        list += (list.empty() ? "" : ",\r\n ") + address;
    }
    return list;
}

// The first message of the story, where this one is not the first itself. An escalation may be the
// first of its recipients: what it refers to is then nowhere, which does no harm.
std::string first_message(const Alert& alert, const Envelope& envelope) {
    return alert.story_id.empty() || alert.story_id == alert.id
               ? std::string()
               : message_id_of(alert.story_id, envelope);
}

std::string headers_of(const Alert& alert, const Envelope& envelope, std::string_view headline) {
    const std::string first = first_message(alert, envelope);
    std::string text =
        header_line("From", "petrel <" + envelope.from + ">") +
        header_line("To", recipients(envelope)) +
        header_line("Date", kit::rfc5322_date(alert.at_ns)) +
        header_line("Message-ID", message_id_of(alert.id, envelope)) +
        header_line("Subject", encoded_header("Subject", "[petrel] " + std::string(headline)));
    if (!first.empty()) {
        text += header_line("In-Reply-To", first) + header_line("References", first);
    }
    return text + header_line("Auto-Submitted", "auto-generated") +
           header_line("MIME-Version", "1.0");
}

}  // namespace

bool is_mail_address(std::string_view text) {
    const std::size_t at = text.find('@');
    return at != std::string_view::npos && text.size() <= 254 &&
           kit::is_made_of_letters_digits_or(".!#$%&'*+/=?^_`{|}~-", text.substr(0, at)) &&
           kit::is_made_of_letters_digits_or(".-", text.substr(at + 1));
}

std::string domain_of(std::string_view address) {
    return std::string(address.substr(address.find('@') + 1));
}

std::string message_id_of(std::string_view alert_id, const Envelope& envelope) {
    constexpr std::size_t kKeyMax = 200;
    return "<petrel." + kit::as_token(alert_id).substr(0, kKeyMax) + "@" +
           domain_of(envelope.from) + ">";
}

std::string encoded_header(std::string_view name, std::string_view text) {
    constexpr std::string_view kBegin = "=?UTF-8?B?";
    constexpr std::string_view kStop = "?=";
    const auto bytes_in = [&](std::size_t width) {
        return (width - kBegin.size() - kStop.size()) / 4 * 3;
    };
    // The name stands on the first line, a blank on those that follow: 76 on each.
    std::size_t bytes_max = bytes_in(kEncodedWordMax - name.size() - 1);
    std::string clean = plain_line(text);
    if (clean.size() <= kPlainHeaderMax && kit::is_header_value(clean) &&
        clean.find("=?") == std::string::npos) {
        return clean;
    }
    std::string out;
    std::string_view rest = clean;
    while (!rest.empty()) {
        std::size_t bytes = 0;
        while (bytes < rest.size()) {
            const std::size_t next = first_code_point(rest.substr(bytes)).bytes;
            if (bytes + next > bytes_max) {
                break;
            }
            bytes += next;
        }
        out += (out.empty() ? "" : "\r\n ") + std::string(kBegin) +
               kit::base64(rest.substr(0, bytes)) + std::string(kStop);
        rest.remove_prefix(bytes);
        bytes_max = bytes_in(kEncodedWordMax);
    }
    return out;
}

std::string message_of(const Alert& alert, const Envelope& envelope) {
    kit::MessageLimits limits;
    limits.total = 100'000;
    limits.headline = kSubjectMax;
    limits.lines = 500;
    const kit::MessageParts parts = kit::message_parts(alert, limits);
    const std::string both =
        multipart_of("multipart/alternative", kAlternative,
                     {part_of("text/plain; charset=utf-8", "", plain_part(alert, parts)),
                      part_of("text/html; charset=utf-8", "", html_part(alert, parts))});
    const std::string headers = headers_of(alert, envelope, parts.headline);
    if (alert.image.empty()) {
        return headers + both;
    }
    const std::string more = header_line("Content-ID", "<" + std::string(kPicture) + ">") +
                             header_line("Content-Disposition", "inline; filename=\"card.png\"");
    return headers + multipart_of("multipart/related", kRelated,
                                  {both, part_of("image/png", more, alert.image)});
}

}  // namespace petrel::email
