// Runs one detector in a test: feed it events, read what it found.
//
//   FakeDetectorHost host(entry_of<Storm>(), config);
//   host.feed({.symbol = 7, .group = 0}, {liquidation(Side::Long).usd(2e6), ...});
//   host.findings()[0].type == "LIQ_STORM"
//
// As in the product, the windows see every event and the detector only those of its interests.
// Events are laid out with a longer stride than their size, as a later host may do.
#pragma once

#include <cstring>
#include <span>

#include "petrel/detector.hpp"
#include "petrel/testing/fake_host.hpp"
#include "petrel/testing/fake_windows.hpp"

namespace petrel::testing {

// A finding as the host keeps it: the figures, the evidence and what they belong to.
struct FoundFinding {
    petrel_finding figures{};
    std::vector<MarketEvent> evidence;
    std::string type;
    std::uint32_t symbol = 0;
};

struct SymbolOf {
    std::uint32_t symbol = 0;
    std::uint32_t group = 0;
};

class FakeDetectorHost {
public:
    FakeDetectorHost(const petrel_plugin_entry& entry, FakeConfig config)
        : instance_(entry, PETREL_DETECTOR_INTERFACE, std::move(config)) {
        if (instance_.status().ok()) {
            interests_.resize(instance_.table().interests(instance_.get(), nullptr, 0));
            instance_.table().interests(instance_.get(), interests_.data(),
                                        static_cast<std::uint32_t>(interests_.size()));
            const petrel_text* types = nullptr;
            const std::uint32_t count = instance_.table().finding_types(&types);
            for (std::uint32_t i = 0; i < count; ++i) {
                types_.push_back(string_of(types[i]));
            }
        }
    }

    // Why there is no instance; ok when there is one.
    [[nodiscard]] const Status& status() const { return instance_.status(); }
    [[nodiscard]] const std::vector<petrel_interest>& interests() const { return interests_; }
    [[nodiscard]] const std::vector<std::string>& types() const { return types_; }
    [[nodiscard]] const std::vector<FoundFinding>& findings() const { return findings_; }
    FakeHost& host() { return instance_.host(); }
    FakeWindows& windows() { return windows_; }
    void forget_findings() { findings_.clear(); }

    // All events as one batch; the view is as of the last one.
    Status feed(SymbolOf of, const std::vector<MarketEvent>& events) {
        std::vector<MarketEvent> passed_on;
        for (const MarketEvent& event : events) {
            windows_.add(of.symbol, event);
            if (is_of_interest(of, event)) {
                passed_on.push_back(event);
            }
        }
        return passed_on.empty() ? Status() : hand_over(of, passed_on);
    }
    // Each event as a batch of its own.
    Status feed_singly(SymbolOf of, const std::vector<MarketEvent>& events) {
        for (const MarketEvent& event : events) {
            if (Status fed = feed(of, {event}); !fed.ok()) {
                return fed;
            }
        }
        return {};
    }

    [[nodiscard]] bool hands_state_over() const { return instance_.table().save_state != nullptr; }
    // What the detector remembers, as a reload would take it over.
    Result<std::string> save_state() {
        std::string bytes;
        petrel_state_out out{};
        out.size = sizeof(out);
        out.context = &bytes;
        out.write = [](petrel_state_out* self, const void* data, std::uint64_t length) {
            auto& kept = *static_cast<std::string*>(self->context);
            if (length > PETREL_STATE_BYTES_MAX - kept.size()) {
                return std::int32_t{PETREL_E_FULL};
            }
            kept.append(static_cast<const char*>(data), length);
            return std::int32_t{PETREL_OK};
        };
        FakeError error;
        const Status saved =
            error.status(instance_.table().save_state(instance_.get(), &out, &error.raw));
        return saved.ok() ? Result<std::string>(std::move(bytes)) : Result<std::string>(saved);
    }
    Status load_state(std::string_view bytes) {
        FakeError error;
        return error.status(
            instance_.table().load_state(instance_.get(), bytes.data(), bytes.size(), &error.raw));
    }

private:
    static constexpr std::uint32_t kStride = sizeof(MarketEvent) + 16;

    [[nodiscard]] bool is_of_interest(SymbolOf of, const MarketEvent& event) const {
        return std::any_of(interests_.begin(), interests_.end(), [&](const petrel_interest& i) {
            return i.kind == event.kind && i.group == of.group &&
                   event.notional_usd >= i.notional_usd_min;
        });
    }

    Status hand_over(SymbolOf of, const std::vector<MarketEvent>& events) {
        std::vector<std::uint64_t> words(events.size() * kStride / sizeof(std::uint64_t));
        auto* bytes = reinterpret_cast<unsigned char*>(words.data());
        for (std::size_t i = 0; i < events.size(); ++i) {
            std::memcpy(bytes + i * kStride, &events[i], sizeof(MarketEvent));
        }
        petrel_batch batch{};
        batch.size = sizeof(batch);
        batch.count = static_cast<std::uint32_t>(events.size());
        batch.stride = kStride;
        batch.symbol = of.symbol;
        batch.group = of.group;
        batch.now_ns = windows_.now_ns();
        batch.events = reinterpret_cast<const petrel_market_event*>(bytes);

        symbol_ = of.symbol;
        petrel_finding_out out{};
        out.size = sizeof(out);
        out.context = this;
        out.emit = [](petrel_finding_out* self, const petrel_finding* finding) {
            static_cast<FakeDetectorHost*>(self->context)->keep(*finding);
        };
        FakeError error;
        return error.status(
            instance_.table().on_events(instance_.get(), &batch, windows_.raw(), &out, &error.raw));
    }

    void keep(const petrel_finding& finding) {
        FoundFinding found;
        found.figures = finding;
        found.evidence.assign(finding.evidence, finding.evidence + finding.evidence_count);
        found.figures.evidence = nullptr;  // it lives in `evidence` now
        found.type = finding.type < types_.size() ? types_[finding.type] : "undeclared type";
        found.symbol = symbol_;
        findings_.push_back(std::move(found));
    }

    FakeInstance<petrel_detector> instance_;
    FakeWindows windows_;
    std::vector<petrel_interest> interests_;
    std::vector<std::string> types_;
    std::vector<FoundFinding> findings_;
    std::uint32_t symbol_ = 0;
};

}  // namespace petrel::testing
