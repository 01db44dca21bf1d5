// A view that is missing is null: that version never spoke of the story.
#include "signal/version_json.hpp"

#include <nlohmann/json.hpp>

#include "runtime/clock_text.hpp"
#include "signal/signal_json.hpp"

namespace petrel::core {
namespace {

using OrderedJson = nlohmann::ordered_json;

double in_seconds(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }

OrderedJson known_or_null(const std::optional<double>& value) {
    return value ? OrderedJson(*value) : OrderedJson(nullptr);
}

OrderedJson check_json(const std::optional<VerdictCheck>& check) {
    return check ? OrderedJson::parse(checks_json({&*check, 1})).front() : OrderedJson(nullptr);
}

OrderedJson view_json(const std::optional<VersionView>& view) {
    if (!view) {
        return nullptr;
    }
    OrderedJson json;
    json["verdict"] = view->sent ? "send" : "hold";
    json["time"] = iso_utc(view->ts_ns);
    json["ts_ns"] = view->ts_ns;
    json["score"] = view->score.total;
    json["pattern"] = view->score.pattern;
    json["strength"] = view->score.strength;
    json["pressure"] = view->score.pressure;
    json["volatility"] = view->score.volatility;
    json["terms"] = OrderedJson::object();
    for (const RuleTerm& term : view->score.terms) {
        json["terms"][term.name] = term.value;
    }
    const RuleEnsemble& ensemble = view->score.ensemble;
    json["confidence"] = ensemble.confidence >= 0 ? OrderedJson(ensemble.confidence) : nullptr;
    json["health"] = ensemble.health >= 0 ? OrderedJson(ensemble.health) : nullptr;
    json["votes"] = OrderedJson::parse(shares_json(ensemble.votes));
    json["health_parts"] = OrderedJson::parse(shares_json(ensemble.parts));
    json["reasons"] = view->reasons;
    json["note"] = view->note;
    json["checks"] = OrderedJson::parse(checks_json(view->checks));
    if (!view->score.fault.empty()) {
        json["fault"] = view->score.fault;
    }
    return json;
}

OrderedJson story_json(const VersionPair& pair) {
    OrderedJson json;
    json["id"] = pair.id;
    json["change"] = version_change_name(pair.change());
    json["type"] = pair.type;
    json["symbol"] = pair.symbol;
    json["side"] = pair.side;
    json["onset_ns"] = pair.onset_ns;
    json["notional_usd"] = pair.notional_usd;
    json["later_s"] = in_seconds(pair.later_ns());
    json["before"] = view_json(pair.before);
    json["after"] = view_json(pair.after);
    json["changed_terms"] = OrderedJson::object();
    for (const ChangedTerm& term : changed_terms(pair)) {
        json["changed_terms"][term.name] = {term.before, term.after};
    }
    json["changed_votes"] = OrderedJson::object();
    for (const ChangedFigure& figure : changed_figures(pair)) {
        json["changed_votes"][figure.name] = {known_or_null(figure.before),
                                              known_or_null(figure.after)};
    }
    json["changed_checks"] = OrderedJson::object();
    for (const ChangedCheck& check : changed_checks(pair)) {
        const std::string name((check.before ? check.before : check.after)->name.view());
        json["changed_checks"][name] = {check_json(check.before), check_json(check.after)};
    }
    return json;
}

std::string on_one_line(const OrderedJson& json) {
    return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

double mean_s(std::int64_t sum_ns, std::uint64_t count) {
    return count == 0 ? 0.0 : in_seconds(sum_ns) / static_cast<double>(count);
}

}  // namespace

std::string stories_json(std::span<const VersionPair> pairs) {
    OrderedJson json = OrderedJson::array();
    for (const VersionPair& pair : pairs) {
        json.push_back(story_json(pair));
    }
    return on_one_line(json);
}

std::string version_counts_json(const VersionCounts& counts) {
    OrderedJson json;
    json["sent_before"] = counts.sent_before;
    json["sent_after"] = counts.sent_after;
    for (const VersionChange change :
         {VersionChange::Same, VersionChange::Added, VersionChange::Removed, VersionChange::Moved,
          VersionChange::Rescored, VersionChange::Rereasoned}) {
        const auto found = counts.by_change.find(change);
        json[std::string(version_change_name(change))] =
            found == counts.by_change.end() ? 0 : found->second;
    }
    json["earlier"] = counts.earlier;
    json["earlier_mean_s"] = mean_s(counts.earlier_ns, counts.earlier);
    json["later"] = counts.later;
    json["later_mean_s"] = mean_s(counts.later_ns, counts.later);
    return on_one_line(json);
}

}  // namespace petrel::core
