// When a venue's stream of one symbol was not seen.
//
// Part of a symbol's windows. Spans come and change by the number of their entry in the coverage
// ledger; one that was mended is taken out. The oldest goes when there is no room, so that memory
// is bounded. No clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace petrel::core {

// A venue's slot and a flow's index, as a window numbers them.
struct FlowPlace {
    std::size_t venue_slot = 0;
    std::size_t flow_index = 0;

    friend bool operator==(const FlowPlace&, const FlowPlace&) = default;
};

struct BlindSpan {
    std::uint64_t number = 0;
    std::int64_t from_ns = 0;
    std::int64_t to_ns = 0;  // 0: it lasts
    bool mended = false;
};

class BlindSpans {
public:
    static constexpr std::size_t kSpansMax = 64;

    void set(const FlowPlace& place, const BlindSpan& span);
    [[nodiscard]] bool empty() const { return spans_.empty(); }
    // Share of (now - horizon, now] in which the stream was not seen, 0..1.
    [[nodiscard]] double share(const FlowPlace& place, std::int64_t now_ns,
                               std::int64_t horizon_ns) const;

private:
    struct Entry {
        FlowPlace place;
        BlindSpan span;
    };
    std::vector<Entry> spans_;  // as they came
};

}  // namespace petrel::core
