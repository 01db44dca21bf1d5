// Stories are few beside events: clarity before speed.
#include "signal/version_compare.hpp"

namespace petrel::core {
namespace {

bool same_words(const RuleScore& a, const RuleScore& b) {
    return a.pattern == b.pattern && a.strength == b.strength && a.pressure == b.pressure &&
           a.volatility == b.volatility;
}

std::map<std::string, ChangedTerm> terms_by_name(const VersionPair& pair) {
    std::map<std::string, ChangedTerm> terms;
    for (const RuleTerm& term : pair.before->score.terms) {
        terms[term.name].before = term.value;
    }
    for (const RuleTerm& term : pair.after->score.terms) {
        terms[term.name].after = term.value;
    }
    return terms;
}

using FigureTable = std::map<std::string, ChangedFigure>;

void add_shares(const char* what, const std::vector<RuleShare>& shares,
                std::optional<double> ChangedFigure::* side, FigureTable& figures) {
    for (const RuleShare& share : shares) {
        ChangedFigure& figure = figures[what + share.name];
        if (share.known) {
            figure.*side = share.value;
        }
    }
}

void add_figures(const RuleEnsemble& ensemble, std::optional<double> ChangedFigure::* side,
                 FigureTable& figures) {
    for (const auto& [name, value] :
         {std::pair{"confidence", ensemble.confidence}, {"health", ensemble.health}}) {
        ChangedFigure& figure = figures[name];
        if (value >= 0) {
            figure.*side = value;
        }
    }
    add_shares("votes.", ensemble.votes, side, figures);
    add_shares("health.", ensemble.parts, side, figures);
}

}  // namespace

std::string_view version_change_name(VersionChange change) {
    switch (change) {
        case VersionChange::Same:
            return "same";
        case VersionChange::Added:
            return "added";
        case VersionChange::Removed:
            return "removed";
        case VersionChange::Moved:
            return "moved";
        case VersionChange::Rescored:
            return "rescored";
        default:
            return "rereasoned";
    }
}

std::vector<ChangedTerm> changed_terms(const VersionPair& pair) {
    std::vector<ChangedTerm> changed;
    if (!pair.before || !pair.after) {
        return changed;
    }
    for (auto& [name, term] : terms_by_name(pair)) {
        if (term.before != term.after) {
            term.name = name;
            changed.push_back(std::move(term));
        }
    }
    return changed;
}

std::vector<ChangedFigure> changed_figures(const VersionPair& pair) {
    std::vector<ChangedFigure> changed;
    if (!pair.before || !pair.after) {
        return changed;
    }
    FigureTable figures;
    add_figures(pair.before->score.ensemble, &ChangedFigure::before, figures);
    add_figures(pair.after->score.ensemble, &ChangedFigure::after, figures);
    for (auto& [name, figure] : figures) {
        if (figure.before != figure.after) {
            figure.name = name;
            changed.push_back(std::move(figure));
        }
    }
    return changed;
}

std::vector<ChangedCheck> changed_checks(const VersionPair& pair) {
    if (!pair.before || !pair.after) {
        return {};
    }
    std::map<std::string, ChangedCheck> by_name;
    for (const VerdictCheck& check : pair.before->checks) {
        by_name[std::string(check.name.view())].before = check;
    }
    for (const VerdictCheck& check : pair.after->checks) {
        by_name[std::string(check.name.view())].after = check;
    }
    std::vector<ChangedCheck> changed;
    for (const auto& [name, check] : by_name) {
        if (!check.before || !check.after || check.before->passed != check.after->passed) {
            changed.push_back(check);
        }
    }
    return changed;
}

VersionChange VersionPair::change() const {
    if (!sent_before()) {
        return VersionChange::Added;
    }
    if (!sent_after()) {
        return VersionChange::Removed;
    }
    if (later_ns() != 0) {
        return VersionChange::Moved;
    }
    if (before->score.total != after->score.total || !same_words(before->score, after->score) ||
        !changed_terms(*this).empty() || !changed_figures(*this).empty()) {
        return VersionChange::Rescored;
    }
    return before->reasons == after->reasons && before->note == after->note
               ? VersionChange::Same
               : VersionChange::Rereasoned;
}

void VersionCounts::add(const VersionPair& pair) {
    if (!pair.sent_before() && !pair.sent_after()) {
        return;
    }
    sent_before += pair.sent_before() ? 1 : 0;
    sent_after += pair.sent_after() ? 1 : 0;
    ++by_change[pair.change()];
    const std::int64_t by_ns = pair.later_ns();
    if (by_ns < 0) {
        ++earlier;
        earlier_ns -= by_ns;
    } else if (by_ns > 0) {
        ++later;
        later_ns += by_ns;
    }
}

void VersionCounts::add(const VersionCounts& others) {
    sent_before += others.sent_before;
    sent_after += others.sent_after;
    for (const auto& [change, count] : others.by_change) {
        by_change[change] += count;
    }
    earlier += others.earlier;
    later += others.later;
    earlier_ns += others.earlier_ns;
    later_ns += others.later_ns;
}

VersionPair& VersionCompare::story_of(const Signal& signal) {
    while (!mentions_.empty() && mentions_.begin()->first < signal.ts_ns - kSettleNs) {
        settle_first();
    }
    if (stories_.size() >= kStoriesMax && !stories_.contains(signal.id)) {
        settle_first();
    }
    const auto [known, is_new] = stories_.try_emplace(signal.id);
    if (is_new) {
        VersionPair& pair = known->second;
        pair.id = signal.id;
        pair.type = signal.type;
        pair.symbol = signal.symbol;
        pair.side = signal.joined.empty() ? signal.cause.side : signal.joined.front().side;
        pair.onset_ns = signal.onset_ns;
        pair.notional_usd = signal.cause.notional_usd;
        mentions_.emplace(signal.ts_ns, signal.id);
    }
    return known->second;
}

void VersionCompare::on_signal(VersionSide side, SignalChange change, const Signal& signal) {
    if (change != SignalChange::Admitted && change != SignalChange::Held) {
        return;
    }
    VersionPair& pair = story_of(signal);
    std::optional<VersionView>& view = side == VersionSide::Before ? pair.before : pair.after;
    if (view && view->sent) {
        return;  // what is held later belongs to a story that was told
    }
    view =
        VersionView{change == SignalChange::Admitted, signal.ts_ns,        signal.score,
                    signal.verdict.reasons,           signal.verdict.note, signal.verdict.checks};
}

void VersionCompare::settle_first() {
    const auto story = stories_.find(mentions_.begin()->second);
    mentions_.erase(mentions_.begin());
    const VersionPair pair = std::move(story->second);
    stories_.erase(story);
    counts_.add(pair);
    if (settled_ && (pair.sent_before() || pair.sent_after())) {
        settled_(pair);
    }
}

void VersionCompare::finish() {
    while (!mentions_.empty()) {
        settle_first();
    }
}

VersionCounts VersionCompare::counts() const {
    VersionCounts all = counts_;
    for (const auto& [id, pair] : stories_) {
        all.add(pair);
    }
    return all;
}

std::vector<VersionPair> VersionCompare::unsettled() const {
    std::vector<VersionPair> pairs;
    for (const auto& [ts_ns, id] : mentions_) {
        const VersionPair& pair = stories_.at(id);
        if (pair.sent_before() || pair.sent_after()) {
            pairs.push_back(pair);
        }
    }
    return pairs;
}

}  // namespace petrel::core
