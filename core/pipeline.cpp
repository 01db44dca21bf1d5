// The way of an event, from a venue's frame to a notification. Read from the top.
#include "pipeline.hpp"

namespace petrel::core {

// ---- Stages 3 to 7: one shard, one symbol at a time --------------------------------------------

void Shard::on_events(std::span<const MarketEvent> events) {
    for (const MarketEvent& event : events) {
        if (event.kind == kTickEvent) {
            on_tick(event.exchange_ts_ns);
        } else {
            on_event(event);
        }
    }
}

void Shard::on_event(const MarketEvent& event) {
    ++events_;
    const EventPlace place = place_of(event.instrument);
    const Window& window = windows_.add(place.symbol, place.group, event);  // 3 window
    detectors_.see(event, place, window);                                   // 4 detector
    for (const Finding& finding : detectors_.findings()) {
        on_finding(finding, window);
    }
}

void Shard::on_finding(const Finding& finding, const Window& window) {
    ++findings_by_type_[finding.type];
    const SymbolNames names{names_.symbol(finding.symbol), names_.group(finding.group)};
    for (Candidate& candidate : scores_.evaluate(finding, window, names, *rules_)) {  // 5 score
        recent_.add(candidate.input);
        appropriateness_.judge(candidate, window.now_ns(), *rules_, verdict_);  // 6 appropriateness
        signals_.take(candidate, verdict_, window.now_ns(), pack_->id(), sink_);  // 7 signal
    }
}

void Shard::on_tick(std::int64_t now_ns) {
    ++ticks_;
    signals_.tick(now_ns, sink_);
}

}  // namespace petrel::core
