// What the version that looks on would have sent, against what was sent: counts, and the latest
// stories that differ.
//
// One for each shard while a shadow runs; fed on the shard's thread, copied out as figures. The
// pairing is that of `petrel rules diff` (signal/version_compare), so a shadow's ledger and an
// offline diff of the same hours agree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "signal/version_compare.hpp"

namespace petrel::core {

struct ShadowFigures {
    std::string version;                 // empty: no shadow runs
    VersionCounts counts;                // before: live; after: the shadow
    std::uint64_t calls = 0;             // into its rules
    std::uint64_t errors = 0;            // of them, answered by its fallback
    std::string last_fault;              // what the latest one was
    std::uint64_t skipped = 0;           // findings that it was not shown, to keep its cost bounded
    std::vector<VersionPair> differing;  // the latest, oldest first

    // Figures of another shard are added to these.
    void add(const ShadowFigures& other);
};

class ShadowBook {
public:
    // Stories that differ and are remembered, of one shard.
    static constexpr std::size_t kStoriesKept = 200;

    // Where the shadow's signals go; it outlives the shadow's track.
    [[nodiscard]] SignalSink& sink() { return sink_; }
    // What was really sent or held.
    void on_live(SignalChange change, const Signal& signal) {
        compare_.on_signal(VersionSide::Before, change, signal);
    }
    // Counts and stories; what the track itself counts is left out.
    [[nodiscard]] ShadowFigures figures() const;

private:
    class Sink final : public SignalSink {
    public:
        explicit Sink(VersionCompare& compare) : compare_(compare) {}
        void on_signal(SignalChange change, const Signal& signal) override {
            compare_.on_signal(VersionSide::After, change, signal);
        }

    private:
        VersionCompare& compare_;
    };

    void keep(const VersionPair& pair);

    std::deque<VersionPair> settled_;
    VersionCompare compare_{[this](const VersionPair& pair) { keep(pair); }};
    Sink sink_{compare_};
};

}  // namespace petrel::core
