// One line a notification, its reason and tries below it.
#include "cli/notification_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/clock_text.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

std::string time_of(const Json& json, const char* name) {
    return date_clock_utc(json.value(name, std::int64_t{0}));
}

std::string seconds(const Json& ms) {
    return ms.is_number() ? human_fixed(ms.get<double>() / 1e3, 3) + " s" : std::string();
}

std::string filled(std::string text, std::size_t width) {
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

std::string what_of(const Json& json) {
    const std::string symbol = json.value("symbol", "");
    return json.value("type", "") + (symbol.empty() ? "" : " " + symbol);
}

std::string tries_word(std::uint64_t tries) {
    return human_count(tries) + (tries == 1 ? " try" : " tries");
}

std::string try_line(const Json& attempt) {
    std::string text = "      " + std::to_string(attempt.value("number", 0)) + ". " +
                       time_of(attempt, "at_ns") + "  " + filled(attempt.value("result", ""), 9) +
                       "  " + seconds(attempt["latency_ms"]);
    if (attempt["http_status"].is_number()) {
        text += "  HTTP " + std::to_string(attempt["http_status"].get<int>());
    }
    const std::string id = attempt.value("provider_id", "");
    const std::string reason = attempt.value("reason", "");
    return text + (id.empty() ? "" : "  id " + id) + (reason.empty() ? "" : "  " + reason) + "\n";
}

std::string notification_lines(const Json& json) {
    std::string text = time_of(json, "created_ns") + "  " + json.value("key", "") + "  " +
                       what_of(json) + "  " + json.value("state", "");
    if (json["latency_ms"].is_number()) {
        text += " in " + seconds(json["latency_ms"]);
    }
    text += "  " + tries_word(json.value("attempts", std::uint64_t{0}));
    const std::string id = json.value("provider_id", "");
    const std::string reason = json.value("reason", "");
    text += (id.empty() ? "" : "  id " + id) + "\n";
    if (!reason.empty()) {
        text += "    " + reason + "\n";
    }
    for (const Json& attempt : json.value("tries", Json::array())) {
        text += try_line(attempt);
    }
    return text;
}

}  // namespace

std::string tracked_text(const Json& json) {
    std::string text;
    for (const Json& one : json.value("notifications", Json::array())) {
        text += notification_lines(one);
    }
    return text;
}

std::string gaps_text(const Json& json) {
    const Json gaps = json.value("gaps", Json::array());
    if (gaps.empty()) {
        return "no gap: all that was admitted was delivered\n";
    }
    std::string text;
    for (const Json& gap : gaps) {
        const std::string channel = gap.value("channel", "");
        text += time_of(gap, "at_ns") + "  " + gap.value("signal_id", "") + "  " + what_of(gap) +
                "  " + (channel.empty() ? "on no channel" : "not on " + channel) + "  " +
                gap.value("kind", "") + "\n    " + gap.value("why", "") + "\n";
    }
    text += "\n";
    for (const Json& total : json.value("totals", Json::array())) {
        text += filled(total.value("kind", ""), 18) + "  " +
                human_count(total.value("count", std::uint64_t{0})) + "\n";
    }
    return text + (json.value("cut", false) ? "there are more: ask for less with --since\n" : "");
}

std::string check_text(const Json& json) {
    const std::string counted =
        human_count(json.value("entries", std::uint64_t{0})) + " entries, " +
        human_count(json.value("notifications", std::uint64_t{0})) + " notifications, " +
        human_count(json.value("signals", std::uint64_t{0})) + " signals";
    std::string text = json.value("intact", false)
                           ? "intact: " + counted + "\n"
                           : "NOT intact: " + json.value("problem", "") + "\n  looked at " +
                                 counted + " before it\n";
    for (const Json& chain : json.value("chains", Json::array())) {
        text += "chain " + chain.value("node", "") + "  last entry " +
                std::to_string(chain.value("last", std::int64_t{0})) + "  " +
                chain.value("hash", "");
        if (chain.value("pruned_before_ns", std::int64_t{0}) > 0) {
            text += "  pruned before " + time_of(chain, "pruned_before_ns");
        }
        text += "\n";
    }
    return text;
}

}  // namespace petrel::core
