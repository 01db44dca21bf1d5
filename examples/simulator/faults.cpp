// Matching of rules to frames and connections, and the rubbish that garbage frames hold.
#include "faults.hpp"

#include <algorithm>
#include <iterator>

#include "text.hpp"

namespace petrel::sim {
namespace {

constexpr std::size_t kHugeBytes = 1024UL * 1024UL;

// Whether the rule acts on whole connections by itself rather than by chance on frames.
bool on_connections(const FaultRule& rule) {
    return (rule.kind == FaultKind::Drop || rule.kind == FaultKind::Close) && !rule.probability;
}

bool matches(const FaultRule& rule, const FaultSubject& subject) {
    return (!rule.venue || *rule.venue == subject.venue) && subject.path.starts_with(rule.path) &&
           (rule.connection == 0 || rule.connection == subject.connection) &&
           (rule.symbol.empty() || rule.symbol == subject.symbol ||
            rule.symbol == subject.native) &&
           (rule.channel.empty() || rule.channel == subject.channel);
}

}  // namespace

Outcome<Done> FaultPlan::add(FaultRule rule, double now_s) {
    if (rules_.size() >= kRulesMax) {
        return Failure{
            join("there are ", kRulesMax, " faults already; clear them with DELETE ", "/fault")};
    }
    const double from_s = now_s + rule.after_s;
    rules_.push_back({std::move(rule), from_s, 0.0, false});
    rules_.back().until_s = from_s + rules_.back().rule.for_s;
    return Done{};
}

FaultVerdict FaultPlan::judge(const FaultSubject& subject, double now_s) {
    FaultVerdict verdict;
    for (const auto& entry : rules_) {
        const auto& rule = entry.rule;
        if (!active(entry, now_s) || rule.kind == FaultKind::Refuse || on_connections(rule) ||
            !matches(rule, subject)) {
            continue;
        }
        // Answers to requests keep coming in every fault but a stall and a slow link.
        if (subject.frame_class == FrameClass::Answer && rule.kind != FaultKind::Stall &&
            rule.kind != FaultKind::Slow) {
            continue;
        }
        if (!rule.probability || rng_.chance(*rule.probability)) {
            apply(rule, verdict);
        }
    }
    return verdict;
}

void FaultPlan::apply(const FaultRule& rule, FaultVerdict& verdict) {
    count(rule.kind);
    switch (rule.kind) {
        case FaultKind::Drop:
            verdict.cut = true;
            verdict.withheld_by = fault_name(rule.kind);
            break;
        case FaultKind::Stall:
        case FaultKind::AckOnly:
            verdict.swallow = true;
            verdict.withheld_by = fault_name(rule.kind);
            break;
        case FaultKind::Garbage:
            verdict.garbage = true;
            break;
        case FaultKind::Duplicate:
            verdict.duplicate = true;
            break;
        case FaultKind::Reorder:
            verdict.hold = true;
            break;
        case FaultKind::Slow:
            verdict.delay_ms = std::max(verdict.delay_ms, rule.delay_ms);
            break;
        case FaultKind::Close:
            verdict.close_code = rule.code;
            verdict.withheld_by = fault_name(rule.kind);
            break;
        case FaultKind::Refuse:
            break;
    }
}

std::optional<int> FaultPlan::refuses(Venue venue, std::string_view path, double now_s) {
    for (const auto& entry : rules_) {
        const auto& rule = entry.rule;
        if (rule.kind != FaultKind::Refuse || !active(entry, now_s) ||
            (rule.venue && *rule.venue != venue) || rule.path.empty() != path.empty() ||
            !path.starts_with(rule.path)) {
            continue;
        }
        if (!rule.probability || rng_.chance(*rule.probability)) {
            count(FaultKind::Refuse);
            return rule.code;
        }
    }
    return std::nullopt;
}

std::vector<FaultRule> FaultPlan::connection_faults(double now_s) {
    std::vector<FaultRule> due;
    for (auto& entry : rules_) {
        if (active(entry, now_s) && on_connections(entry.rule)) {
            due.push_back(entry.rule);
            entry.spent = entry.until_s == std::numeric_limits<double>::infinity();
        }
    }
    std::erase_if(rules_,
                  [now_s](const Entry& entry) { return entry.spent || now_s >= entry.until_s; });
    return due;
}

std::string FaultPlan::garbage(std::string_view frame) {
    switch (rng_.below(7)) {
        case 0:
            return "<html><body>502 Bad Gateway</body></html>";
        case 1:
            return std::string(frame.substr(0, frame.size() / 2));
        case 2:
            return R"({"stream":17,"topic":[],"data":{"e":5,"s":null,"p":true,"T":"now"}})";
        case 3:
            return R"({"topic":"publicTrade.BTCUSDT","data":[{"T":NaN,"p":"NaN","v":"-inf"}]})";
        case 4:
            return R"({"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","s":"BTCUSDT",)"
                   R"("a":-1,"p":"-5","q":"1e400","T":99999999999999999999,"m":"x"}})";
        case 5:
            return std::string(5000, '[');
        default:
            return join(R"({"data":")", std::string(kHugeBytes, 'x'), R"("})");
    }
}

std::vector<FaultRule> FaultPlan::rules() const {
    std::vector<FaultRule> all;
    std::ranges::transform(rules_, std::back_inserter(all), &Entry::rule);
    return all;
}

}  // namespace petrel::sim
