// What changed stands first, what stayed is a number.
#include "cli/diff_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/diff_deliveries.hpp"
#include "runtime/clock_text.hpp"
#include "runtime/human.hpp"
#include "script/verdict_check.hpp"
#include "signal/version_json.hpp"

namespace petrel::core {
namespace {

struct DiffStyle {
    VersionChange change;
    const char* mark;
    const char* word;
    const char* paint;
};

constexpr DiffStyle kDiffStyles[] = {
    {VersionChange::Added, "+", "added", "\x1b[32m"},
    {VersionChange::Removed, "-", "removed", "\x1b[31m"},
    {VersionChange::Moved, ">", "moved", "\x1b[33m"},
    {VersionChange::Rescored, "~", "rescored", "\x1b[36m"},
    {VersionChange::Rereasoned, "~", "other reason", "\x1b[36m"},
};
// The rules say the same, but the channels are given more or less beside it.
constexpr DiffStyle kDeliveredOtherwise{VersionChange::Same, "=", "delivered otherwise",
                                        "\x1b[35m"};

const DiffStyle* style_of(const RuleDiff& diff, const VersionPair& pair) {
    const VersionChange change = pair.change();
    if (change == VersionChange::Same && diff.deliveries.contains(pair.id)) {
        return &kDeliveredOtherwise;
    }
    const auto* found = std::find_if(std::begin(kDiffStyles), std::end(kDiffStyles),
                                     [&](const DiffStyle& s) { return s.change == change; });
    return found == std::end(kDiffStyles) ? nullptr : found;
}

std::uint64_t count_of(const VersionCounts& counts, VersionChange change) {
    const auto found = counts.by_change.find(change);
    return found == counts.by_change.end() ? 0 : found->second;
}

std::string lag_words(std::int64_t ns) {
    return human_fixed(static_cast<double>(ns < 0 ? -ns : ns) / 1e9, 1) + " s " +
           (ns < 0 ? "earlier" : "later");
}

std::string view_words(const std::optional<VersionView>& view) {
    if (!view) {
        return "never spoke of it";
    }
    std::string text = clock_utc(view->ts_ns) + "  score " + human_fixed(view->score.total, 4) +
                       " " + view->score.strength + " " + view->score.pattern +
                       (view->sent ? ", sent:" : ", held:");
    for (const std::string& reason : view->reasons) {
        text += " " + reason;
    }
    if (!view->note.empty()) {
        text += " (" + view->note + ")";
    }
    return view->score.fault.empty() ? text : text + " · rule fault: " + view->score.fault;
}

std::string known_words(const std::optional<double>& value) {
    return value ? human_fixed(*value, 4) : "none";
}

std::string check_words(const std::optional<VerdictCheck>& check) {
    return check ? check_text(*check) : "not checked";
}

std::string story_text(const VersionPair& pair, const DiffStyle& style,
                       const std::string& deliveries, bool painted) {
    const VersionView& first = pair.before ? *pair.before : *pair.after;
    std::string text = painted ? style.paint : "";
    text += std::string(style.mark) + " " + date_clock_utc(first.ts_ns) + "  " + pair.symbol +
            "  " + pair.type + "  " + pair.side + "  " + human_usd(pair.notional_usd) + "   " +
            style.word;
    if (pair.later_ns() != 0) {
        text += ", " + lag_words(pair.later_ns());
    }
    text += "   " + pair.id + (painted ? "\x1b[0m" : "") + "\n";
    text += "    before  " + view_words(pair.before) + "\n";
    text += "    after   " + view_words(pair.after) + "\n";
    std::string terms;
    for (const ChangedTerm& term : changed_terms(pair)) {
        terms += (terms.empty() ? "" : ", ") + term.name + " " + human_fixed(term.before, 4) +
                 " → " + human_fixed(term.after, 4);
    }
    text += terms.empty() ? "" : "    terms   " + terms + "\n";
    std::string votes;
    for (const ChangedFigure& figure : changed_figures(pair)) {
        votes += (votes.empty() ? "" : ", ") + figure.name + " " + known_words(figure.before) +
                 " → " + known_words(figure.after);
    }
    text += votes.empty() ? "" : "    votes   " + votes + "\n";
    std::string checks;
    for (const ChangedCheck& check : changed_checks(pair)) {
        checks += (checks.empty() ? "" : ", ") + check_words(check.before) + " → " +
                  check_words(check.after);
    }
    text += checks.empty() ? "" : "    checks  " + checks + "\n";
    return deliveries.empty() ? text : text + "    channel " + deliveries + "\n";
}

std::string held_words(const ReplaySummary& replay) {
    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> both;
    for (const auto& [reason, count] : replay.held) {
        both[reason].first = count;
    }
    for (const auto& [reason, count] : replay.beside_held) {
        both[reason].second = count;
    }
    std::string text;
    for (const auto& [reason, counts] : both) {
        text += (text.empty() ? "" : ", ") + reason + " " + human_count(counts.first) + " → " +
                human_count(counts.second);
    }
    return text.empty() ? "none" : text;
}

std::string fault_words(const RuleDiff& diff) {
    std::string text;
    const auto add = [&](const std::string& version, std::uint64_t errors) {
        if (errors > 0) {
            text += "faults    " + version + " failed " + human_count(errors) +
                    " times, its fallback answered\n";
        }
    };
    add(diff.before, diff.replay.rule_errors);
    add(diff.after, diff.replay.beside_rule_errors);
    return text;
}

std::string summary_text(const RuleDiff& diff) {
    const VersionCounts& counts = diff.counts;
    std::string text = diff.before + " → " + diff.after + "\n";
    text += "on        " + human_count(diff.replay.events) + " events of " +
            human_count(diff.replay.symbols) + " symbols";
    if (diff.replay.first_ns != 0) {
        text += ", " + date_clock_utc(diff.replay.first_ns) + " to " +
                date_clock_utc(diff.replay.last_ns) + " UTC";
    }
    text += "\nsent      " + human_count(counts.sent_before) + " → " +
            human_count(counts.sent_after) + ", " +
            human_count(count_of(counts, VersionChange::Same)) + " the same\n";
    for (const DiffStyle& style : kDiffStyles) {
        if (const std::uint64_t count = count_of(counts, style.change); count > 0) {
            text += std::string(style.mark) + " " + style.word + " " + human_count(count) + "\n";
        }
    }
    if (counts.earlier > 0) {
        const auto mean_ns = counts.earlier_ns / static_cast<std::int64_t>(counts.earlier);
        text += "earlier   " + human_count(counts.earlier) + ", " + lag_words(-mean_ns) +
                " on average\n";
    }
    if (counts.later > 0) {
        const auto mean_ns = counts.later_ns / static_cast<std::int64_t>(counts.later);
        text +=
            "later     " + human_count(counts.later) + ", " + lag_words(mean_ns) + " on average\n";
    }
    return text + "held      " + held_words(diff.replay) + "\n" + channels_text(diff) +
           fault_words(diff);
}

}  // namespace

std::string diff_text(const RuleDiff& diff, Colour colour) {
    std::string text = summary_text(diff);
    bool first = true;
    for (const VersionPair& pair : diff.pairs) {
        if (const DiffStyle* style = style_of(diff, pair); style != nullptr) {
            text += (first ? "\n" : "") + story_text(pair, *style, delivery_text(diff, pair.id),
                                                     colour == Colour::Always);
            first = false;
        }
    }
    return text;
}

std::string diff_json(const RuleDiff& diff) {
    nlohmann::ordered_json json;
    json["before"] = diff.before;
    json["after"] = diff.after;
    json["events"] = diff.replay.events;
    json["symbols"] = diff.replay.symbols;
    json["first_ns"] = diff.replay.first_ns;
    json["last_ns"] = diff.replay.last_ns;
    json["counts"] = nlohmann::ordered_json::parse(version_counts_json(diff.counts));
    json["held_before"] = diff.replay.held;
    json["held_after"] = diff.replay.beside_held;
    json["rule_errors_before"] = diff.replay.rule_errors;
    json["rule_errors_after"] = diff.replay.beside_rule_errors;
    json["deliveries"] = nlohmann::ordered_json::parse(deliveries_json(diff));
    json["stories"] = nlohmann::ordered_json::parse(stories_json(diff.pairs));
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace petrel::core
