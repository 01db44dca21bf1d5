// Merging: the lane whose next event was received first goes next, as far as it stays the first;
// equal times keep the order of the files on the command line.
#include "replay/source_set.hpp"

#include <algorithm>
#include <filesystem>

#include "pipeline_parts.hpp"
#include "replay/csv_source.hpp"
#include "replay/frame_source.hpp"
#include "replay/journal_source.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kTickEveryNs = kNsPerSecond;
constexpr std::int64_t kTickGapMaxNs = 60 * kNsPerSecond;

}  // namespace

SourceSet::SourceSet(const PluginSetup& setup, InstrumentRegistry& registry)
    : setup_(setup), registry_(registry), normaliser_(registry) {}

Status SourceSet::make_adapters() {
    for (const LoadedPlugin& plugin : setup_.registry.all()) {
        if (plugin.kind != PluginKind::Exchange) {
            continue;
        }
        const auto planned =
            std::find_if(setup_.exchanges.begin(), setup_.exchanges.end(),
                         [&](const PlannedPlugin& p) { return p.plugin == &plugin; });
        ResolvedConfig values;
        if (planned != setup_.exchanges.end()) {
            values = planned->values;
        } else {
            PluginConfig unwritten;
            unwritten.name = plugin.name;
            unwritten.plugin = plugin.name;
            Problems problems;
            values = resolve_plugin_config(plugin, unwritten, setup_.config, problems);
        }
        Result<ExchangeInstance> made = ExchangeInstance::create(plugin, plugin.name, values);
        if (!made.ok()) {
            return made.status();
        }
        venues_.push_back(registry_.add_venue(venue_entry(plugin.name, plugin.exchange())));
        adapters_.push_back(std::move(made).value());
    }
    return {};
}

Result<std::unique_ptr<EventSource>> SourceSet::open_one(const std::string& path) {
    std::error_code error;
    const std::string extension = std::filesystem::path(path).extension().string();
    if (std::filesystem::is_directory(path, error) || extension == ".ptj") {
        auto reader = journal::JournalReader::open(path);
        if (!reader.ok()) {
            return reader.status();
        }
        const bool folder = std::filesystem::is_directory(path, error);
        return std::unique_ptr<EventSource>(std::make_unique<JournalSource>(
            std::move(*reader), registry_,
            folder ? path : std::filesystem::path(path).parent_path().string()));
    }
    if (extension == ".csv") {
        return CsvSource::open(path, registry_, normaliser_);
    }
    auto reader = LineReader::open(path);
    if (!reader.ok()) {
        return reader.status();
    }
    std::vector<ReplayAdapter> adapters;
    for (std::size_t i = 0; i < adapters_.size(); ++i) {
        adapters.push_back({&adapters_[i].table(), adapters_[i].handle(), venues_[i]});
    }
    return std::unique_ptr<EventSource>(std::make_unique<FrameSource>(
        std::move(*reader), std::move(adapters), registry_, normaliser_));
}

Status SourceSet::open(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
        Result<std::unique_ptr<EventSource>> source = open_one(path);
        if (!source.ok()) {
            return source.status();
        }
        lanes_.push_back({std::move(*source), {}, {}, false});
    }
    return {};
}

Status SourceSet::refill(Lane& lane) {
    if (!lane.rest.empty() || lane.ended) {
        return {};
    }
    Result<std::span<const MarketEvent>> events = lane.source->next();
    if (!events.ok()) {
        return events.status();
    }
    lane.rest = *events;
    lane.ended = events->empty();
    return {};
}

SourceSet::Lane* SourceSet::earliest() {
    Lane* first = nullptr;
    for (Lane& lane : lanes_) {
        if (!lane.ended && (first == nullptr ||
                            lane.rest.front().receive_ts_ns < first->rest.front().receive_ts_ns)) {
            first = &lane;
        }
    }
    return first;
}

// A recording that says nothing, or nothing new, leaves what another one said.
void SourceSet::note_rules(Lane& lane) {
    if (lane.source->rules() != lane.rules) {
        lane.rules = lane.source->rules();
        rules_ = lane.rules;
    }
}

// Ticks stand before the first event received at or after their time, as in a running engine.
void SourceSet::append(std::span<const MarketEvent> events, bool own_ticks) {
    if (own_ticks) {
        merged_.insert(merged_.end(), events.begin(), events.end());
        return;
    }
    for (const MarketEvent& event : events) {
        if (next_tick_ns_ == 0 || event.receive_ts_ns - next_tick_ns_ > kTickGapMaxNs) {
            next_tick_ns_ = event.receive_ts_ns / kTickEveryNs * kTickEveryNs;
        }
        while (event.receive_ts_ns >= next_tick_ns_) {
            MarketEvent tick{};
            tick.kind = kTickEvent;
            tick.exchange_ts_ns = next_tick_ns_;
            tick.receive_ts_ns = next_tick_ns_;
            merged_.push_back(tick);
            next_tick_ns_ += kTickEveryNs;
        }
        merged_.push_back(event);
    }
}

Result<std::span<const MarketEvent>> SourceSet::next() {
    merged_.clear();
    for (Lane& lane : lanes_) {
        if (Status filled = refill(lane); !filled.ok()) {
            return filled;
        }
    }
    Lane* first = earliest();
    if (first == nullptr) {
        return std::span<const MarketEvent>();
    }
    note_rules(*first);
    if (lanes_.size() == 1 && first->source->has_ticks()) {
        return std::exchange(first->rest, {});  // nothing to merge, nothing to copy
    }
    std::int64_t until = INT64_MAX;
    for (const Lane& lane : lanes_) {
        if (&lane != first && !lane.ended) {
            until = std::min(until, lane.rest.front().receive_ts_ns);
        }
    }
    // The first event goes in any case: of equal times, the earlier file's.
    std::size_t run = 1;
    while (run < first->rest.size() && first->rest[run].receive_ts_ns < until) {
        ++run;
    }
    append(first->rest.first(run), first->source->has_ticks());
    first->rest = first->rest.subspan(run);
    return std::span<const MarketEvent>(merged_);
}

SourceSet::Totals SourceSet::totals() const {
    Totals totals;
    for (const Lane& lane : lanes_) {
        const SourceFigures& figures = lane.source->figures();
        totals.records += figures.records;
        totals.bytes += figures.bytes;
        totals.bytes_total += figures.bytes_total;
        for (const auto& [reason, count] : figures.skipped) {
            totals.skipped[reason] += count;
        }
        totals.first_case.insert(figures.first_case.begin(), figures.first_case.end());
        totals.detector_changes.merge(lane.source->detector_changes());
    }
    return totals;
}

}  // namespace petrel::core
