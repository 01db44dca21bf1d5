// A list that stays short: as many as signals are active.
#include "outbox/active_alerts.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "outbox/alert.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kActiveMax = 10'000;

std::string text_in(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

AlertFacts facts_of(const SignalRow& row) {
    AlertFacts facts{.id = row.id,
                     .type = row.type,
                     .symbol = row.symbol,
                     .side = row.side,
                     .pattern = row.pattern,
                     .rule = row.rule_version,
                     .severity = severity_of_strength(row.strength),
                     .score = row.score};
    const auto document = nlohmann::json::parse(row.document, nullptr, false);
    if (document.is_object()) {
        facts.group = text_in(document, "group");
        const auto joined = document.find("joined");
        const bool of_parts = joined != document.end() && joined->is_array() && !joined->empty() &&
                              joined->front().is_object();
        facts.venue = text_in(of_parts ? joined->front() : document, "venue");
    }
    return facts;
}

void ActiveAlerts::add(AlertFacts facts, std::int64_t expires_ns) {
    remove(facts.id);
    if (facts_.size() >= kActiveMax) {
        expires_ns_.erase(facts_.front().id);
        facts_.erase(facts_.begin());
    }
    expires_ns_[facts.id] = expires_ns;
    next_end_ns_ = std::min(next_end_ns_, expires_ns);
    facts_.push_back(std::move(facts));
}

void ActiveAlerts::renew(const std::string& id, std::int64_t expires_ns) {
    if (const auto found = expires_ns_.find(id); found != expires_ns_.end()) {
        found->second = expires_ns;
        next_end_ns_ = std::min(next_end_ns_, expires_ns);
    }
}

void ActiveAlerts::remove(const std::string& id) {
    if (expires_ns_.erase(id) > 0) {
        std::erase_if(facts_, [&](const AlertFacts& facts) { return facts.id == id; });
    }
}

std::span<const AlertFacts> ActiveAlerts::at(std::int64_t now_ns) {
    if (now_ns < next_end_ns_) {
        return facts_;  // asked for with each alert, so that thousands are not looked at each time
    }
    next_end_ns_ = INT64_MAX;
    std::erase_if(facts_, [&](const AlertFacts& facts) {
        const auto found = expires_ns_.find(facts.id);
        if (found->second > now_ns) {
            next_end_ns_ = std::min(next_end_ns_, found->second);
            return false;
        }
        expires_ns_.erase(found);
        return true;
    });
    return facts_;
}

const AlertFacts* ActiveAlerts::find(const std::string& id) const {
    const auto found = std::find_if(facts_.begin(), facts_.end(),
                                    [&](const AlertFacts& facts) { return facts.id == id; });
    return found == facts_.end() ? nullptr : &*found;
}

}  // namespace petrel::core
