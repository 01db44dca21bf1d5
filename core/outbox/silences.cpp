// Ids are made from what a silence is and when it was made.
#include "outbox/silences.hpp"

#include <algorithm>

#include "observe/clean_text.hpp"
#include "observe/log.hpp"
#include "routing/match_text.hpp"
#include "runtime/hash.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kSilencesMax = 500;
constexpr std::size_t kCommentMax = 200;

// "sil-7f3a92" of "silenced by sil-7f3a92: maintenance".
std::string id_in(std::string_view reason) {
    reason.remove_prefix(std::min(kSilencedBy.size(), reason.size()));
    return std::string(reason.substr(0, reason.find(':')));
}

}  // namespace

Result<SilenceView> SilenceBook::add(Silence silence, std::int64_t now_ns) {
    at(now_ns);
    if (silence.until_ns <= now_ns || silence.until_ns - now_ns > kLongestNs) {
        return Status::invalid("a silence holds for at least a moment and at most a year");
    }
    if (silences_.size() >= kSilencesMax) {
        return Status::failure(PETREL_E_FULL,
                               "there are 500 silences already; end some, or use a pattern");
    }
    silence.comment = clean_text(silence.comment);
    if (silence.comment.size() > kCommentMax) {
        return Status::invalid("a comment has at most 200 bytes");
    }
    do {
        silence.id = "sil-" + hash_hex(match_text(silence.match) + silence.by +
                                       std::to_string(now_ns) + std::to_string(++made_))
                                  .substr(0, 6);
    } while (facts_.contains(silence.id));
    facts_[silence.id] = {};
    silences_.push_back(silence);
    return view(silence);
}

Result<SilenceView> SilenceBook::end(const std::string& id, const std::string& by,
                                     std::int64_t now_ns) {
    at(now_ns);
    const auto begins = [&](const Silence& silence) { return silence.id.starts_with(id); };
    const auto found = std::find_if(silences_.begin(), silences_.end(), begins);
    if (id.empty() || found == silences_.end()) {
        return Status::invalid("no silence that holds has the id '" + id.substr(0, 40) + "'");
    }
    if (std::find_if(found + 1, silences_.end(), begins) != silences_.end()) {
        return Status::invalid("'" + id.substr(0, 40) +
                               "' is the beginning of several ids; write more of it");
    }
    SilenceView ended = view(*found);
    ended.silence.until_ns = now_ns;
    ended.ended_by = by;
    facts_.erase(found->id);
    silences_.erase(found);
    unkept_ends_[ended.silence.id] = ended;
    return ended;
}

void SilenceBook::keep(const std::string& id, SilenceKept where) {
    if (const auto found = facts_.find(id); found != facts_.end()) {
        found->second.kept = where;
    }
    if (where != SilenceKept::Memory) {
        unkept_ends_.erase(id);
    }
}

std::vector<SilenceView> SilenceBook::unkept() const {
    std::vector<SilenceView> views;
    for (const Silence& silence : silences_) {
        if (facts_.at(silence.id).kept == SilenceKept::Memory) {
            views.push_back(view(silence));
        }
    }
    for (const auto& [id, ended] : unkept_ends_) {
        views.push_back(ended);
    }
    return views;
}

void SilenceBook::restore(std::span<const SilenceRow> rows, std::span<const HeldCount> held) {
    for (const SilenceRow& row : rows) {
        if (facts_.contains(row.id) || unkept_ends_.contains(row.id) ||
            silences_.size() >= kSilencesMax) {
            continue;
        }
        Result<AlertMatch> match = parse_match(row.matcher);
        if (!match.ok()) {
            log::warning("delivery", "silence " + row.id +
                                         " of the store is left out: " + match.status().message());
            continue;
        }
        silences_.push_back(
            {row.id, std::move(*match), row.from_ns, row.until_ns, row.comment, row.author});
        facts_[row.id].kept = SilenceKept::Store;
        for (const HeldCount& count : held) {
            if (id_in(count.reason) == row.id) {
                facts_[row.id].held += count.alerts;
            }
        }
    }
}

void SilenceBook::follow(std::span<const SilenceRow> rows) {
    std::erase_if(silences_, [&](const Silence& silence) {
        const bool ended = facts_.at(silence.id).kept == SilenceKept::Store &&
                           std::none_of(rows.begin(), rows.end(), [&](const SilenceRow& row) {
                               return row.id == silence.id;
                           });
        if (ended) {
            facts_.erase(silence.id);
        }
        return ended;
    });
    restore(rows, {});
}

void SilenceBook::count(const RoutingDecision& decision) {
    // What goes to no channel is held back by nobody.
    if (const auto found = facts_.find(decision.silenced_by);
        found != facts_.end() && !decision.choices.empty()) {
        ++found->second.held;
    }
}

std::span<const Silence> SilenceBook::at(std::int64_t now_ns) {
    std::erase_if(silences_, [&](const Silence& silence) {
        const bool over = silence.until_ns <= now_ns;
        if (over) {
            facts_.erase(silence.id);
        }
        return over;
    });
    return silences_;
}

std::vector<SilenceView> SilenceBook::list(std::int64_t now_ns) {
    std::vector<SilenceView> views;
    for (const Silence& silence : at(now_ns)) {
        views.push_back(view(silence));
    }
    return views;
}

SilenceView SilenceBook::view(const Silence& silence) const {
    const Facts& facts = facts_.at(silence.id);
    return {silence, facts.held, facts.kept};
}

SilenceRow row_of(const SilenceView& view) {
    const Silence& silence = view.silence;
    return {silence.id, match_text(silence.match), silence.from_ns, silence.until_ns,
            silence.by, silence.comment,           view.ended_by};
}

}  // namespace petrel::core
