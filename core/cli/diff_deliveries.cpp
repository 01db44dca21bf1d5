// Figures that are 0 under both versions are left out of the text; the JSON has all.
#include "cli/diff_deliveries.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "runtime/human.hpp"

namespace petrel::core {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr DeliveryFate kFates[] = {DeliveryFate::Sent, DeliveryFate::Late, DeliveryFate::Digested,
                                   DeliveryFate::Expired, DeliveryFate::Held};

double in_seconds(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }

std::string change_words(std::string_view what, std::uint64_t before, std::uint64_t after) {
    if (before == 0 && after == 0) {
        return {};
    }
    return ", " + std::string(what) + " " + human_count(before) + " → " + human_count(after);
}

std::uint64_t held_for(const ChannelTally& tally, const std::string& word) {
    const auto found = tally.held_for.find(word);
    return found == tally.held_for.end() ? 0 : found->second;
}

std::string pace_words(const RateLimits& limits) {
    std::string text;
    if (limits.per_second > 0) {
        text = human_fixed(limits.per_second, 2) + " a second, " + human_fixed(limits.burst, 0) +
               " at once";
    }
    if (limits.per_minute > 0) {
        text += (text.empty() ? "" : ", ") + human_fixed(limits.per_minute, 0) + " a minute";
    }
    return text.empty() ? "no limits" : text;
}

std::string channel_text(const ChannelDiff& diff) {
    std::string counts;
    for (const DeliveryFate fate : kFates) {
        counts +=
            change_words(delivery_fate_name(fate), diff.before.count(fate), diff.after.count(fate));
        if (fate == DeliveryFate::Digested) {
            counts += change_words("digests", diff.before.digests, diff.after.digests);
        }
    }
    std::set<std::string> words;
    for (const ChannelTally* tally : {&diff.before, &diff.after}) {
        for (const auto& [word, count] : tally->held_for) {
            words.insert(word);
        }
    }
    for (const std::string& word : words) {
        counts += change_words(word, held_for(diff.before, word), held_for(diff.after, word));
    }
    return diff.channel.name + " (" + pace_words(diff.channel.limits) + ")" +
           (counts.empty() ? ", nothing sent" : counts);
}

std::string fate_words(const std::optional<ModelDelivery>& delivery) {
    if (!delivery) {
        return "not sent";
    }
    std::string text(delivery_fate_name(delivery->fate));
    if (delivery->fate == DeliveryFate::Held) {
        return text + " (" + delivery->reason + ")";
    }
    return delivery->waited_ns == 0
               ? text
               : text + " after " + human_fixed(in_seconds(delivery->waited_ns), 1) + " s";
}

OrderedJson tally_json(const ChannelTally& tally) {
    OrderedJson json;
    for (const DeliveryFate fate : kFates) {
        json[std::string(delivery_fate_name(fate))] = tally.count(fate);
    }
    json["digests"] = tally.digests;
    json["held_for"] = tally.held_for;
    json["waited_s_max"] = in_seconds(tally.waited_ns_max);
    return json;
}

OrderedJson fate_json(const std::optional<ModelDelivery>& delivery) {
    if (!delivery) {
        return nullptr;
    }
    OrderedJson json;
    json["fate"] = delivery_fate_name(delivery->fate);
    json["waited_s"] = in_seconds(delivery->waited_ns);
    json["reason"] = delivery->reason;
    return json;
}

}  // namespace

std::string channels_text(const RuleDiff& diff) {
    std::string text;
    for (const ChannelDiff& channel : diff.channels) {
        text += "channel   " + channel_text(channel) + "\n";
    }
    return text;
}

std::string delivery_text(const RuleDiff& diff, const std::string& signal_id) {
    std::string text;
    const auto found = diff.deliveries.find(signal_id);
    if (found == diff.deliveries.end()) {
        return text;
    }
    for (const DeliveryChange& change : found->second) {
        text += (text.empty() ? "" : ", ") + change.channel + " " + fate_words(change.before) +
                " → " + fate_words(change.after);
    }
    return text;
}

std::string deliveries_json(const RuleDiff& diff) {
    OrderedJson json;
    json["channels"] = OrderedJson::array();
    for (const ChannelDiff& channel : diff.channels) {
        const RateLimits& limits = channel.channel.limits;
        json["channels"].push_back({{"name", channel.channel.name},
                                    {"per_second", limits.per_second},
                                    {"per_minute", limits.per_minute},
                                    {"burst", limits.burst},
                                    {"before", tally_json(channel.before)},
                                    {"after", tally_json(channel.after)}});
    }
    json["changed"] = OrderedJson::array();
    for (const auto& [id, changes] : diff.deliveries) {
        for (const DeliveryChange& change : changes) {
            json["changed"].push_back({{"id", id},
                                       {"channel", change.channel},
                                       {"before", fate_json(change.before)},
                                       {"after", fate_json(change.after)}});
        }
    }
    return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace petrel::core
