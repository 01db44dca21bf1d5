// One alert, or one for each severity once a story goes on: those it has not are over.
#include "message.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "kit/encoding.hpp"
#include "kit/message_parts.hpp"
#include "kit/replies.hpp"
#include "kit/settings.hpp"

namespace petrel::alertmanager {
namespace {

using nlohmann::json;

constexpr std::size_t kLabelMax = 200;
constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kTestMs = 60'000;
constexpr std::array kSeverities{PETREL_SEVERITY_INFO, PETREL_SEVERITY_WARNING,
                                 PETREL_SEVERITY_CRITICAL};

std::string label(std::string_view text) { return shortened(plain_line(text), kLabelMax); }

// A name that Alertmanager takes in every mode: small letters, digits, underscores.
std::string annotation_name(std::string_view field) {
    std::string name;
    for (const char c : field) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool digit = c >= '0' && c <= '9' && !name.empty();
        name.push_back(letter ? static_cast<char>(c | 0x20) : digit ? c : '_');
    }
    return name.empty() ? "field" : name;
}

json labels_of(const Alert& alert, std::uint32_t severity) {
    json labels{{"severity", kit::severity_word(severity)}};
    const std::pair<const char*, std::string> known[] = {
        {"alertname", label(alert.type)},
        {"symbol", label(alert.symbol)},
        {"side", std::string(kit::side_word(alert.side))},
        {"story", label(alert.story_id)},
        {"test", alert.phase == PETREL_ALERT_TEST ? "true" : ""}};
    for (const auto& [name, value] : known) {
        if (!value.empty()) {  // Alertmanager drops empty ones
            labels[name] = value;
        }
    }
    return labels;
}

json annotations_of(const Alert& alert) {
    kit::MessageLimits limits;
    limits.total = 20'000;
    limits.headline = 500;
    limits.lines = 60;
    const kit::MessageParts parts = kit::message_parts(alert, limits);
    json annotations = json::object();
    for (const kit::MessageLine& line : parts.lines) {
        std::string name = annotation_name(line.name);
        const std::string base = name;
        for (int n = 2; annotations.contains(name); ++n) {
            name = base + "_" + std::to_string(n);
        }
        annotations[name] = line.value;
    }
    annotations["summary"] = parts.headline;
    annotations["footer"] = parts.footer;
    if (parts.left_out > 0) {
        annotations["left_out"] = kit::left_out_note(parts);
    }
    return annotations;
}

}  // namespace

std::string body_of(const Alert& alert, std::int64_t firing_for_ms) {
    const bool over = alert.phase == PETREL_ALERT_END;
    const bool begins = alert.phase == PETREL_ALERT_NEW || alert.phase == PETREL_ALERT_DIGEST ||
                        alert.phase == PETREL_ALERT_TEST;
    const std::int64_t firing_ms =
        alert.phase == PETREL_ALERT_TEST ? std::min(kTestMs, firing_for_ms) : firing_for_ms;
    const json annotations = annotations_of(alert);
    json alerts = json::array();
    for (const std::uint32_t severity : kSeverities) {
        const bool present =
            severity == std::clamp(alert.severity, PETREL_SEVERITY_INFO, PETREL_SEVERITY_CRITICAL);
        if (begins && !present) {
            continue;
        }
        const std::int64_t ends_ns =
            alert.sent_at_ns + (present && !over ? firing_ms * kNsPerMs : 0);
        json one{{"labels", labels_of(alert, severity)},
                 {"annotations", annotations},
                 {"startsAt", kit::rfc3339(std::min(alert.at_ns, alert.sent_at_ns))},
                 {"endsAt", kit::rfc3339(ends_ns)}};
        if (kit::is_plain_link(alert.link)) {
            one["generatorURL"] = std::string(alert.link);
        }
        alerts.push_back(std::move(one));
    }
    return kit::written(alerts);
}

}  // namespace petrel::alertmanager
