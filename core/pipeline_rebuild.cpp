// Events go to the lane of their symbol as of now: the number of shards may have changed since.
#include "pipeline_rebuild.hpp"

#include <algorithm>
#include <vector>

#include "journal/recent.hpp"
#include "pipeline_journal.hpp"
#include "runtime/clock.hpp"
#include "runtime/clock_text.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

constexpr std::uint64_t kHistoryMs = 3'600'000;  // what rules are told of the last hour's sends

class Rebuilder {
public:
    Rebuilder(JournalFeed& feed, const InstrumentRegistry& registry,
              std::span<const std::unique_ptr<ShardLane>> lanes)
        : feed_(feed), registry_(registry), lanes_(lanes), sorted_(lanes.size()) {}

    Status run(const std::string& journal, RecordedRules& rules, RebuildFigures& figures) {
        std::string in_force = "\n";  // no entry
        for (;;) {
            Result<std::span<const MarketEvent>> events = feed_.next();
            if (!events.ok()) {
                return events.status();
            }
            if (events->empty()) {
                return {};
            }
            if (feed_.rules_entry() != in_force) {
                in_force = feed_.rules_entry();
                const auto pack = rules.at(journal, in_force);
                for (const auto& lane : lanes_) {
                    lane->use_rules(pack);
                }
            }
            count(*events, figures);
            sort(*events);
            for (std::size_t i = 0; i < lanes_.size(); ++i) {
                lanes_[i]->rebuild(sorted_[i]);
                sorted_[i].clear();
            }
        }
    }

private:
    static void count(std::span<const MarketEvent> events, RebuildFigures& figures) {
        for (const MarketEvent& event : events) {
            ++(event.kind == kTickEvent ? figures.ticks : figures.events);
            figures.last_ns = std::max(figures.last_ns, event.receive_ts_ns);
        }
        if (figures.first_ns == 0) {
            figures.first_ns = events.front().receive_ts_ns;
        }
    }

    // Each shard of the recording has the same ticks: the first of them is for all.
    void sort(std::span<const MarketEvent> events) {
        for (const MarketEvent& event : events) {
            if (event.kind != kTickEvent) {
                const SymbolId symbol = registry_.instrument(event.instrument).symbol;
                sorted_[symbol % lanes_.size()].push_back(event);
            } else if (event.exchange_ts_ns > ticked_ns_) {
                ticked_ns_ = event.exchange_ts_ns;
                for (auto& lane : sorted_) {
                    lane.push_back(event);
                }
            }
        }
    }

    JournalFeed& feed_;
    const InstrumentRegistry& registry_;
    std::span<const std::unique_ptr<ShardLane>> lanes_;
    std::vector<std::vector<MarketEvent>> sorted_;  // by lane
    std::int64_t ticked_ns_ = 0;
};

void note(RebuildFigures& figures, const std::string& what) {
    figures.trouble += (figures.trouble.empty() ? "" : "; ") + what;
}

}  // namespace

std::uint64_t rebuild_reach_ms(const ShardOptions& options) {
    const auto in_ms = [](std::int64_t ns) { return static_cast<std::uint64_t>(ns / kNsPerMs); };
    const std::uint64_t window_ms =
        std::max(in_ms(options.window.buckets * options.window.bucket_ns),
                 in_ms(options.window.kept_horizon_ns));
    std::uint64_t memory_ms = std::max(in_ms(options.track.signal_valid_ns), kHistoryMs);
    for (const auto& [type, cooldown_ms] : options.track.cooldown_ms) {
        memory_ms = std::max(memory_ms, cooldown_ms);
    }
    if (!options.track.outcomes.horizons_ns.empty()) {
        memory_ms = std::max(memory_ms, in_ms(options.track.outcomes.horizons_ns.back()));
    }
    // The oldest thing remembered was decided by a window that had to be full, too.
    return memory_ms + window_ms;
}

RebuildFigures rebuild_shards(const RebuildWish& wish, InstrumentRegistry& registry,
                              RecordedRules& rules,
                              std::span<const std::unique_ptr<ShardLane>> lanes) {
    RebuildFigures figures;
    const std::int64_t began_ns = steady_now_ns();
    const std::int64_t since_ns = wish.now_ns - static_cast<std::int64_t>(wish.reach_ms) * kNsPerMs;
    const Result<journal::Recent> recent =
        journal::find_recent(wish.journal, {since_ns, wish.events_max});
    if (!recent.ok()) {
        note(figures, recent.status().message());
        return figures;
    }
    figures.cut = recent->cut;
    auto reader = journal::JournalReader::open(wish.journal, recent->range);
    if (!reader.ok()) {
        figures.absent = true;
        note(figures, "there is no journal of an earlier run");
        return figures;
    }
    JournalFeed feed(std::move(*reader), registry);
    const Status done = Rebuilder(feed, registry, lanes).run(wish.journal, rules, figures);
    if (!done.ok()) {
        note(figures, done.message());
    }
    for (const std::string& remark : feed.figures().remarks) {
        note(figures, remark);
    }
    if (feed.unsound() > 0) {
        note(figures, human_count(feed.unsound()) + " events without a sound instrument or figure");
    }
    if (figures.last_ns > 0) {
        figures.blind_ns = std::max<std::int64_t>(wish.now_ns - figures.last_ns, 0);
    } else if (figures.trouble.empty()) {
        figures.absent = true;
        note(figures, "the journal holds nothing of the time that counts");
    }
    for (const auto& lane : lanes) {
        figures.open_signals += lane->open_signals();
    }
    figures.seconds = static_cast<double>(steady_now_ns() - began_ns) / 1e9;
    return figures;
}

std::string rebuild_sentence(const RebuildFigures& figures) {
    if (figures.last_ns == 0) {
        return "begins empty: " + figures.trouble;
    }
    const double span_s = static_cast<double>(figures.last_ns - figures.first_ns) / 1e9;
    return "rebuilt from " + human_count(figures.events) + " events of " + human_fixed(span_s, 1) +
           " s up to " + date_clock_utc(figures.last_ns) + " UTC, in " +
           human_fixed(figures.seconds, 2) + " s; " + human_count(figures.open_signals) +
           " signals are active again; nothing was seen for " +
           human_fixed(static_cast<double>(figures.blind_ns) / 1e9, 1) + " s" +
           (figures.cut ? "; older events were left out, see journal.rebuild_events_max" : "") +
           (figures.trouble.empty() ? "" : "; " + figures.trouble);
}

}  // namespace petrel::core
