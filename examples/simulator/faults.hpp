// Faults on request: which frames, connections and streams misbehave, how, and until when.
//
// Pure but for its random stream: the hub asks for a verdict on each frame and does what it says.
// Chances come from the seed, so that the same frames meet the same faults again. One plan for
// all venues, owned by the simulator, on its thread.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "outcome.hpp"
#include "rng.hpp"
#include "symbols.hpp"

namespace petrel::sim {

enum class FaultKind : std::uint8_t {
    Drop,       // cut the TCP connection
    Stall,      // send nothing at all, keep the socket open
    AckOnly,    // acknowledge, send no data
    Garbage,    // put a frame of rubbish before the real one
    Duplicate,  // send the frame twice
    Reorder,    // send the frame after the next one
    Slow,       // hold each frame back for delay_ms, keeping the order
    Refuse,     // take no new connections
    Close,      // close the WebSocket with a code
};
inline constexpr std::size_t kFaultKinds = 9;
std::string_view fault_name(FaultKind kind);

struct FaultRule {
    FaultKind kind = FaultKind::Drop;
    std::optional<Venue> venue;    // none = all
    std::uint64_t connection = 0;  // of the venue, in the order of opening, from 1; 0 = any
    std::string path;              // connections whose path begins with this
    std::string symbol;            // the market's name or the venue's; empty = any
    std::string channel;           // the venue's own word: aggTrade, publicTrade, ...
    std::optional<double> probability;
    double after_s = 0.0;
    double for_s = std::numeric_limits<double>::infinity();
    int code = 0;      // Close: the close code; Refuse: the HTTP status (0 = close the socket)
    int delay_ms = 0;  // Slow
};

// JSON as in POST /fault, or `kind=drop,venue=binance,after_s=5`.
Outcome<FaultRule> parse_fault(std::string_view text);
std::string fault_json(const FaultRule& rule);

enum class FrameClass : std::uint8_t { Data, Answer };

struct FaultSubject {
    Venue venue = Venue::Binance;
    std::uint64_t connection = 0;
    std::string_view path{};
    std::string_view symbol{};
    std::string_view native{};  // what the venue calls it
    std::string_view channel{};
    FrameClass frame_class = FrameClass::Data;
};

struct FaultVerdict {
    bool swallow = false;
    bool garbage = false;
    bool duplicate = false;
    bool hold = false;  // until the next frame has gone
    bool cut = false;
    int close_code = 0;  // 0 = do not close
    int delay_ms = 0;
    std::string_view withheld_by{};  // the fault that keeps the frame from being sent
};

class FaultPlan {
public:
    static constexpr std::size_t kRulesMax = 64;

    explicit FaultPlan(std::uint64_t seed) : rng_(seed, "faults") {}

    // Counts after_s and for_s from now_s.
    Outcome<Done> add(FaultRule rule, double now_s);
    void clear() { rules_.clear(); }
    [[nodiscard]] bool empty() const { return rules_.empty(); }

    // For one frame about to be sent.
    FaultVerdict judge(const FaultSubject& subject, double now_s);
    // Whether a new connection is refused: 0 = by closing the socket, else with this HTTP status.
    // With an empty path only rules that name no path are asked.
    std::optional<int> refuses(Venue venue, std::string_view path, double now_s);
    // Rules that cut or close whole connections now; one without for_s is handed out once. Also
    // forgets rules whose time is over: call it every tick.
    std::vector<FaultRule> connection_faults(double now_s);
    // One fault was applied to a connection by connection_faults.
    void count(FaultKind kind) { ++applied_[static_cast<std::size_t>(kind)]; }

    // A frame of rubbish: not JSON, truncated, wrong types, NaN, deep, or huge.
    std::string garbage(std::string_view frame);

    [[nodiscard]] std::vector<FaultRule> rules() const;
    [[nodiscard]] const std::array<std::uint64_t, kFaultKinds>& applied() const { return applied_; }

private:
    struct Entry {
        FaultRule rule;
        double from_s = 0.0;
        double until_s = 0.0;
        bool spent = false;
    };

    static bool active(const Entry& entry, double now_s) {
        return !entry.spent && now_s >= entry.from_s && now_s < entry.until_s;
    }
    void apply(const FaultRule& rule, FaultVerdict& verdict);

    std::vector<Entry> rules_;
    std::array<std::uint64_t, kFaultKinds> applied_{};
    Rng rng_;
};

}  // namespace petrel::sim
