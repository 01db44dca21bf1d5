// Stage 4. The view and the sink that cross the boundary are made for each call on the stack.
#include "detector/detector_stage.hpp"

#include <algorithm>
#include <limits>

namespace petrel::core {
namespace {

const Window& window_of(const petrel_window_view* view) {
    return *static_cast<const Window*>(view->context);
}

petrel_window_view view_over(const Window& window) {
    petrel_window_view view{};
    view.size = sizeof(view);
    view.context = &window;
    view.sum = [](const petrel_window_view* v, const petrel_window_query* query,
                  petrel_window_sum* sum) {
        window_of(v).sum(*query, *sum);
        return static_cast<std::int32_t>(PETREL_OK);
    };
    view.events = [](const petrel_window_view* v, const petrel_window_query* query,
                     petrel_market_event* room, std::uint32_t capacity) {
        return window_of(v).events(*query, {room, capacity});
    };
    view.state = [](const petrel_window_view* v, petrel_market_state* state) {
        window_of(v).state(*state);
        return static_cast<std::int32_t>(PETREL_OK);
    };
    return view;
}

}  // namespace

struct DetectorStage::Collector {
    DetectorStage* stage = nullptr;
    std::uint32_t detector = 0;
    EventPlace place;
    const Window* window = nullptr;
};

DetectorStage::DetectorStage(std::vector<DetectorHandle> detectors, std::uint32_t groups,
                             SampleInterval sample_interval)
    : detectors_(std::move(detectors)), groups_(groups),
      sample_interval_(std::move(sample_interval)) {
    for (auto& by_group : listeners_) {
        by_group.resize(groups_);
    }
    figures_.resize(detectors_.size());
    for (std::uint32_t d = 0; d < detectors_.size(); ++d) {
        figures_[d].name = detectors_[d].name;
        type_of_.emplace_back();
        take_wants(d, ask_wants(detectors_[d]));
    }
}

void DetectorStage::take_wants(std::uint32_t detector, const DetectorWants& wants) {
    type_of_[detector].clear();
    for (const std::string& type : wants.types) {
        type_of_[detector].push_back(intern_type(type));
    }
    for (const petrel_interest& interest : wants.interests) {
        listen(detector, interest);
    }
}

void DetectorStage::replace(std::size_t number, DetectorHandle detector,
                            const DetectorWants& wants) {
    const auto place = static_cast<std::uint32_t>(number);
    for (auto& by_group : listeners_) {
        for (std::vector<Listener>& listeners : by_group) {
            std::erase_if(listeners, [place](const Listener& l) { return l.detector == place; });
        }
    }
    detectors_[place] = std::move(detector);
    take_wants(place, wants);
    // Detectors are called in their order, whichever was replaced last.
    for (auto& by_group : listeners_) {
        for (std::vector<Listener>& listeners : by_group) {
            std::stable_sort(listeners.begin(), listeners.end(),
                             [](const auto& a, const auto& b) { return a.detector < b.detector; });
        }
    }
}

// Two detectors may see the same thing by different means: one alert type then, one cooldown.
std::uint32_t DetectorStage::intern_type(const std::string& name) {
    const auto known = std::find(types_.begin(), types_.end(), name);
    if (known != types_.end()) {
        return static_cast<std::uint32_t>(known - types_.begin());
    }
    types_.push_back(name);
    return static_cast<std::uint32_t>(types_.size() - 1);
}

void DetectorStage::listen(std::uint32_t detector, const petrel_interest& interest) {
    if (interest.kind == 0 || interest.kind >= PETREL_EVENT_KIND_END || interest.group >= groups_) {
        figures_[detector].last_fault = "declared an interest in a kind or group that is not there";
        ++figures_[detector].faults;
        return;
    }
    listeners_[interest.kind][interest.group].push_back({detector, interest.notional_usd_min});
    kept_horizon_ns_ = std::max(kept_horizon_ns_, interest.horizon_ms * kNsPerMs);
}

std::vector<double> DetectorStage::keep_trades_from_usd() const {
    std::vector<double> minima(groups_, std::numeric_limits<double>::infinity());
    for (std::uint32_t group = 0; group < groups_; ++group) {
        for (const Listener& listener : listeners_[PETREL_EVENT_TRADE][group]) {
            minima[group] = std::min(minima[group], listener.notional_usd_min);
        }
    }
    return minima;
}

void DetectorStage::call(std::uint32_t detector, const MarketEvent& event, EventPlace place,
                         const Window& window) {
    petrel_batch batch{};
    batch.size = sizeof(batch);
    batch.count = 1;
    batch.stride = sizeof(MarketEvent);
    batch.symbol = place.symbol;
    batch.group = place.group;
    batch.now_ns = window.now_ns();
    batch.events = &event;
    const petrel_window_view view = view_over(window);
    Collector collector{this, detector, place, &window};
    petrel_finding_out out{};
    out.size = sizeof(out);
    out.context = &collector;
    out.emit = [](petrel_finding_out* o, const petrel_finding* finding) {
        const auto& c = *static_cast<Collector*>(o->context);
        c.stage->take(c, *finding);
    };
    petrel_error error;  // its text is written only on failure
    error.size = sizeof(error);
    error.text[0] = '\0';
    const DetectorHandle& handle = detectors_[detector];
    ++figures_[detector].calls;
    if (handle.table->on_events(handle.instance, &batch, &view, &out, &error) < 0) {
        ++figures_[detector].faults;
        figures_[detector].last_fault = error.text;
    }
}

void DetectorStage::take(const Collector& from, const petrel_finding& finding) {
    const std::uint32_t detector = from.detector;
    DetectorFigures& figures = figures_[detector];
    const bool sound = finding.type < type_of_[detector].size() &&
                       finding.phase >= PETREL_PHASE_ONSET &&
                       finding.phase <= PETREL_PHASE_SINGLE && finding.notional_usd >= 0 &&
                       finding.notional_usd < 1e15 && finding.side <= PETREL_SIDE_SHORT;
    if (!sound) {
        ++figures.faults;
        figures.last_fault = "emitted a finding with a type, phase, side or figure out of bounds";
        return;
    }
    ++figures.findings;
    Finding& f = findings_.emplace_back();
    f.type = type_of_[detector][finding.type];
    f.phase = static_cast<Phase>(finding.phase);
    f.side = static_cast<Side>(finding.side);
    f.venue = finding.venue;
    f.symbol = from.place.symbol;
    f.group = from.place.group;
    f.sampled = (finding.flags & PETREL_FLAG_SAMPLED) != 0;
    f.events = finding.events;
    f.onset_ns = finding.onset_ns;
    f.at_ns = finding.at_ns;
    f.notional_usd = finding.notional_usd;
    f.threshold_usd = finding.threshold_usd;
    f.price = finding.price;
    f.dominance = finding.dominance;
    f.window_ms = finding.window_ms;
    const TotalEstimate total = estimate_total(*from.window, finding, sample_interval_);
    f.likely_usd = total.likely_usd;
    f.high_usd = total.high_usd;
    const std::uint32_t listed =
        std::min<std::uint32_t>(finding.evidence_count, PETREL_EVIDENCE_MAX);
    f.evidence.assign(finding.evidence, finding.evidence + listed);
}

}  // namespace petrel::core
