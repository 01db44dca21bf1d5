// A delivery in the words of the ABI.
#include "notifier/channel.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

petrel_alert as_abi(const Delivery& delivery, const std::vector<petrel_alert_field>& fields,
                    std::int64_t now_ns) {
    const AlertText& alert = delivery.alert;
    const std::int64_t waited_ns = now_ns - delivery.row.created_ns;
    petrel_alert a{};
    a.size = sizeof(a);
    a.severity = alert.severity;
    a.id = text_of(alert.id);
    a.type = text_of(alert.type);
    a.symbol = text_of(alert.symbol);
    a.headline = text_of(alert.headline);
    a.fields = fields.data();
    a.field_count = static_cast<std::uint32_t>(fields.size());
    a.side = alert.side;
    a.footer = text_of(alert.footer);
    a.json = text_of(alert.json);
    a.at_ns = alert.at_ns;
    a.score = alert.score;
    a.story_id = text_of(delivery.row.signal_id);
    a.provider_id = text_of(delivery.first_provider_id);
    a.sent_at_ns = now_ns;
    a.late_ms = waited_ns > kOnTimeNs ? static_cast<std::uint64_t>(waited_ns / kNsPerMs) : 0;
    a.silent = alert.silent ? 1 : 0;
    a.acknowledged = alert.acknowledged ? 1 : 0;
    a.may_repeat = delivery.may_repeat || alert.may_repeat ? 1 : 0;
    if (!alert.provider_id.empty()) {
        a.provider_id = text_of(alert.provider_id);
    }
    if (alert.phase == PETREL_ALERT_IMAGE) {
        a.late_ms = alert.late_ms;  // its words are those of its message
        a.shown_phase = alert.shown_phase;
    }
    a.phase = alert.phase == PETREL_ALERT_NEW ? abi_phase_of(delivery.row.phase) : alert.phase;
    a.attempt = static_cast<std::uint32_t>(delivery.row.attempts) + 1;
    return a;
}

}  // namespace

AlertForPlugin::AlertForPlugin(const Delivery& delivery, std::int64_t now_ns,
                               std::string_view png) {
    for (const auto& [name, value] : delivery.alert.fields) {
        fields_.push_back({text_of(name), text_of(value)});
    }
    alert_ = as_abi(delivery, fields_, now_ns);
    if (!png.empty()) {
        alert_.image = reinterpret_cast<const std::uint8_t*>(png.data());
        alert_.image_bytes = png.size();
        alert_.image_alt = text_of(delivery.alert.picture);
    }
}

}  // namespace petrel::core
