// A line for all of it, and one for each channel that waits, is held or has stopped.
#include "cli/delivery_text.hpp"

#include <nlohmann/json.hpp>

#include "cli/drill_text.hpp"
#include "cli/notify_json.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

using DeliveryJson = nlohmann::ordered_json;

std::string counted(const DeliveryJson& json, const char* key) {
    return human_count(json.value(key, std::uint64_t{0}));
}

// "898 s"; whole seconds are enough for people.
std::string seconds_words(std::uint64_t ms) {
    return human_duration_ms(ms > 1'000 ? (ms + 500) / 1'000 * 1'000 : ms);
}

std::string limit_words(const DeliveryJson& channel) {
    std::string text;
    for (const auto& [key, unit] :
         {std::pair("per_second", "a second"), std::pair("per_minute", "a minute")}) {
        if (const double limit = channel.value(key, 0.0); limit > 0) {
            const bool whole = limit == static_cast<double>(static_cast<std::uint64_t>(limit));
            text += (text.empty() ? "" : " and ") + human_fixed(limit, whole ? 0 : 1) + " " + unit;
        }
    }
    return text.empty() ? "no limit" : "at most " + text;
}

// "  chat   12 waiting, room for 0, at most 1 a second and 20 a minute, held for 7 s"
std::string channel_line(const DeliveryJson& channel) {
    std::string text = "  " + channel.value("name", "");
    text.resize(std::max<std::size_t>(text.size() + 2, 14), ' ');
    text += counted(channel, "pending") + " waiting, room for " + counted(channel, "room") + ", " +
            limit_words(channel);
    if (const auto held_ms = channel.value("held_ms", std::uint64_t{0}); held_ms > 0) {
        text += ", held for " + seconds_words(held_ms) + " by its provider";
    }
    if (channel.value("broken", false)) {
        const std::string fallback = channel.value("fallback", "");
        const auto retry_ms = channel.value("retry_ms", std::uint64_t{0});
        text += ", stopped: " + channel.value("broken_why", "") + "; what is due " +
                (fallback.empty() ? "is refused" : "goes to " + fallback) + ", tried again " +
                (retry_ms == 0 ? "at the next start" : "in " + seconds_words(retry_ms));
    }
    return text + "\n";
}

}  // namespace

DeliveryJson delivery_json(const DeliveryFigures& delivery) {
    DeliveryJson json;
    json["signals"] = delivery.store.signals;
    json["held"] = delivery.store.held;
    json["pending"] = delivery.store.pending;
    json["delivered"] = delivery.store.delivered;
    json["refused"] = delivery.store.refused;
    json["expired"] = delivery.store.expired;
    json["held_back"] = delivery.store.held_back;
    json["replaced"] = delivery.store.replaced;
    json["merged"] = delivery.store.merged;
    json["diverted"] = delivery.store.diverted;
    json["admissions_waiting"] = delivery.admissions_waiting;
    json["admissions_refused"] = delivery.admissions_refused;
    json["admissions_lost"] = delivery.admissions_lost;
    json["store_failures"] = delivery.store_failures;
    json["pictures"] = {{"drawn", delivery.cards.drawn},
                        {"failed", delivery.cards.failed},
                        {"late", delivery.cards.late}};
    json["last_failure"] = delivery.last_failure;
    json["store_down"] = delivery.store_down;
    json["store_broken"] = delivery.store_broken;
    json["spooled"] = delivery.spooled;
    json["spooled_bytes"] = delivery.spooled_bytes;
    json["spool_refused"] = delivery.spool_refused;
    json["unstored"] = delivery.unstored;
    put_drills(json, delivery.drills);
    json["channels"] = DeliveryJson::array();
    for (const ChannelFigures& channel : delivery.channels) {
        json["channels"].push_back({{"name", channel.name},
                                    {"delivered", channel.delivered},
                                    {"retried", channel.retried},
                                    {"refused", channel.refused},
                                    {"waiting", channel.waiting},
                                    {"pending", channel.pending},
                                    {"room", channel.room},
                                    {"per_second", channel.per_second},
                                    {"per_minute", channel.per_minute},
                                    {"held_ms", channel.held_ms},
                                    {"broken", channel.broken},
                                    {"broken_why", channel.broken_why},
                                    {"fallback", channel.fallback},
                                    {"retry_ms", channel.retry_ms}});
        if (channel.buttons) {
            json["channels"].back()["buttons"] = buttons_json(*channel.buttons);
        }
    }
    return json;
}

std::string delivery_lines(const DeliveryJson& delivery) {
    std::string text = "delivery  " + counted(delivery, "delivered") + " delivered, " +
                       counted(delivery, "pending") + " pending, " + counted(delivery, "refused") +
                       " refused, " + counted(delivery, "expired") + " expired\n";
    if (delivery.value("merged", std::uint64_t{0}) + delivery.value("diverted", std::uint64_t{0}) >
        0) {
        text += "          " + counted(delivery, "merged") + " told in digests, " +
                counted(delivery, "diverted") + " over a fallback, " +
                counted(delivery, "replaced") + " updates replaced by newer ones\n";
    }
    for (const DeliveryJson& channel : delivery.value("channels", DeliveryJson::array())) {
        text += channel_line(channel);
    }
    return text;
}

}  // namespace petrel::core
