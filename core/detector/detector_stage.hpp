// Stage 4: hands each event to the detectors that asked for its kind, at the moment it happened.
//
// The windows already hold the event when a detector sees it, so a figure is exact at every event,
// whatever the batches were. Events below a detector's declared minimum never reach it. Owned by
// one shard; instances are borrowed and outlive the stage.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "detector/detector_wants.hpp"
#include "detector/finding.hpp"
#include "detector/total_estimate.hpp"
#include "window/window.hpp"

namespace petrel::core {

// Where an event belongs.
struct EventPlace {
    std::uint32_t symbol = 0;
    std::uint32_t group = 0;
};

// Figures of one detector, for status and metrics.
struct DetectorFigures {
    std::string name;
    std::uint64_t calls = 0;
    std::uint64_t findings = 0;
    std::uint64_t faults = 0;
    std::string last_fault;
};

class DetectorStage {
public:
    // `sample_interval` says which feeds are samples by a rule; without it no total is estimated.
    DetectorStage(std::vector<DetectorHandle> detectors, std::uint32_t groups,
                  SampleInterval sample_interval = {});

    // From the next event on, this one is shown what it asked for in place of detector `number`.
    // Its types are added to types() where they are new. Between two events.
    void replace(std::size_t number, DetectorHandle detector, const DetectorWants& wants);
    // Takes a place of types() for what the host itself makes of several findings.
    void set_aside_type(std::string name) { types_.push_back(std::move(name)); }

    // What the detectors need of the windows: from which size trades are kept, by group, and how
    // long single events are kept.
    [[nodiscard]] std::vector<double> keep_trades_from_usd() const;
    [[nodiscard]] std::int64_t kept_horizon_ns() const { return kept_horizon_ns_; }

    // All finding types of all detectors; Finding::type indexes this.
    [[nodiscard]] const std::vector<std::string>& types() const { return types_; }

    // Shows the event; what was found lies in `findings()` until the next call.
    void see(const MarketEvent& event, EventPlace place, const Window& window) {
        findings_.clear();
        const std::vector<Listener>& listeners = listeners_[event.kind][place.group];
        for (const Listener& listener : listeners) {
            if (event.notional_usd >= listener.notional_usd_min) {
                call(listener.detector, event, place, window);
            }
        }
    }
    [[nodiscard]] std::span<const Finding> findings() const { return findings_; }
    [[nodiscard]] const std::vector<DetectorFigures>& figures() const { return figures_; }

private:
    struct Listener {
        std::uint32_t detector = 0;
        double notional_usd_min = 0;
    };
    struct Collector;

    std::uint32_t intern_type(const std::string& name);
    void take_wants(std::uint32_t detector, const DetectorWants& wants);
    void listen(std::uint32_t detector, const petrel_interest& interest);
    void call(std::uint32_t detector, const MarketEvent& event, EventPlace place,
              const Window& window);
    void take(const Collector& from, const petrel_finding& finding);

    std::vector<DetectorHandle> detectors_;
    std::uint32_t groups_;
    SampleInterval sample_interval_;
    std::vector<std::string> types_;
    std::vector<std::vector<std::uint32_t>> type_of_;  // by detector: its types' places in types_
    std::array<std::vector<std::vector<Listener>>, PETREL_EVENT_KIND_END> listeners_;
    std::int64_t kept_horizon_ns_ = 0;
    std::vector<Finding> findings_;
    std::vector<DetectorFigures> figures_;
};

}  // namespace petrel::core
