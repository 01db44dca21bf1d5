// Parts of the product for the benchmarks: plugins as the program loads them, one shard with all
// detectors and the default rules, and an adapter behind its function table.
#pragma once

#include <memory>
#include <string>

#include "normaliser/normaliser.hpp"
#include "pipeline_parts.hpp"
#include "plugin/plugin_instance.hpp"

namespace petrel::bench {

// Configuration, detectors and rules of the product, once for all benchmarks.
const core::PluginSetup& setup();

// Processor time of the calling thread: what a neighbour takes of the machine is not in it.
std::int64_t cpu_now_ns();

// Counts what leaves a shard and keeps nothing.
class CountingSink final : public core::SignalSink {
public:
    void on_signal(core::SignalChange, const core::Signal&) override { ++changes; }
    std::uint64_t changes = 0;
};

// Stages 1 (decoding) to 7 on one thread, as the feed thread runs them.
class Engine {
public:
    // `feeds`: adapters of the venue, each as a venue of its own.
    explicit Engine(const std::string& venue, std::size_t feeds = 1);

    // Hands the adapters the reply to their first request of discovery; padded like a frame.
    void list(std::string_view reply);
    // Decodes and normalises; returns how many events stand in `events()`.
    std::size_t decode(std::string_view frame, std::size_t feed = 0);
    [[nodiscard]] std::span<const MarketEvent> events() const { return {events_.data(), kept_}; }
    // The whole way of one frame.
    void frame(std::string_view frame, std::size_t feed = 0) {
        if (decode(frame, feed) > 0) {
            shard_->on_events(events());
        }
    }
    // Lets the same frames be news again: their ids and times go on behind the last ones.
    void renew();
    core::Shard& shard() { return *shard_; }
    [[nodiscard]] const core::InstrumentRegistry& registry() const { return registry_; }
    [[nodiscard]] std::uint64_t rejected() const { return rejected_; }

private:
    struct Feed {
        core::ExchangeInstance adapter;
        core::VenueId venue;
    };

    void take();

    core::InstrumentRegistry registry_;
    core::Normaliser normaliser_;
    std::vector<Feed> feeds_;
    core::VenueId venue_ = 0;  // of the frame at hand
    CountingSink sink_;
    core::DetectorSet detectors_;
    std::unique_ptr<core::Shard> shard_;
    std::vector<MarketEvent> room_;
    std::vector<MarketEvent> events_;
    std::size_t kept_ = 0;
    std::uint64_t rejected_ = 0;
    std::uint64_t id_shift_ = 0;
    std::int64_t shift_ns_ = 0;
    std::int64_t first_ns_ = 0;
    std::int64_t last_ns_ = 0;
    petrel_decode_out out_{};
};

}  // namespace petrel::bench
