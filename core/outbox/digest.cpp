// The most severe alert gives the digest its severity; each line says when it was.
#include "outbox/digest.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "outbox/occasion.hpp"
#include "runtime/clock_text.hpp"
#include "runtime/hash.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kToldMax = 12;
constexpr std::size_t kCoinsMax = 4;

std::string digest_coin(const std::string& symbol) { return symbol.substr(0, symbol.find('-')); }

// "BTC, ETH, SOL and 3 more"
std::string coin_words(std::span<const AlertText> alerts) {
    std::vector<std::string> coins;
    for (const AlertText& alert : alerts) {
        const std::string coin = digest_coin(alert.symbol);
        if (!coin.empty() && std::find(coins.begin(), coins.end(), coin) == coins.end()) {
            coins.push_back(coin);
        }
    }
    std::string text;
    for (std::size_t i = 0; i < std::min(coins.size(), kCoinsMax); ++i) {
        text += (i == 0 ? "" : ", ") + coins[i];
    }
    return coins.size() > kCoinsMax
               ? text + " and " + std::to_string(coins.size() - kCoinsMax) + " more"
               : text;
}

std::string count_words(std::span<const AlertText> alerts) {
    std::map<std::string, std::size_t> count;
    for (const AlertText& alert : alerts) {
        ++count[alert.type];
    }
    std::string text;
    for (const auto& [type, number] : count) {
        text += (text.empty() ? "" : ", ") + std::to_string(number) + " " + type;
    }
    return text;
}

void word_digest(std::span<const AlertText> alerts, const MessageBook& messages,
                 AlertText& digest) {
    MessageValues values;
    values["count"].whole = static_cast<std::int64_t>(alerts.size());
    if (std::string coins = coin_words(alerts); !coins.empty()) {
        values["coins"].text = std::move(coins);
    }
    if (alerts.size() > kToldMax) {
        values["more"].text = count_words(alerts.subspan(kToldMax));
    }
    tell_on(occasion::kDigest, std::move(values), messages, digest);
    const EntryForm& each = messages.form(occasion::kDigest).each;
    std::vector<std::pair<std::string, std::string>> lines;
    for (const AlertText& alert : alerts.first(std::min(alerts.size(), kToldMax))) {
        const MessageValues known = values_of(alert);
        lines.emplace_back(written(each.name, known, messages.zone()).text,
                           written(each.text, known, messages.zone()).text);
    }
    digest.fields.insert(digest.fields.begin(), lines.begin(), lines.end());
}

}  // namespace

std::string digest_id(const std::string& channel, const std::string& first_alert) {
    return "dig-" + hash_hex(channel + "|" + first_alert).substr(0, 12);
}

AlertText compose_digest(const std::string& id, std::span<const AlertText> alerts,
                         std::int64_t now_ns, const MessageBook& messages) {
    AlertText digest;
    digest.id = id;
    digest.type = "DIGEST";
    digest.at_ns = now_ns;
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const AlertText& alert : alerts) {
        digest.severity = std::max(digest.severity, alert.severity);
        digest.score = std::max(digest.score, alert.score);
        list.push_back({{"id", alert.id}, {"type", alert.type}, {"symbol", alert.symbol}});
    }
    word_digest(alerts, messages, digest);
    nlohmann::ordered_json json;
    json["type"] = digest.type;
    json["id"] = id;
    json["time"] = iso_utc(now_ns);
    json["ts_ns"] = now_ns;
    json["headline"] = digest.headline;
    json["alerts"] = std::move(list);
    digest.json = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    return digest;
}

}  // namespace petrel::core
