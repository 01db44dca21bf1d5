// Holes in what a venue sent: waits briefly whether they fill by themselves, asks the venue's
// history, and keeps the coverage ledger.
//
// Holes come from stage 2, which sees ids jump, and from connections that broke. What the history
// brings takes the usual way, marked late; stage 2 drops what it has. Tries and queue are bounded:
// a hole that found no room, or no history, stays open in the ledger. Owned by an exchange feed,
// on the feed thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "coverage/coverage_ledger.hpp"
#include "feed/adapter.hpp"
#include "feed/feed_session.hpp"
#include "net/http_client.hpp"
#include "net/io_loop.hpp"

namespace petrel::core {

struct RepairLimits {
    std::int64_t wait_ms = 750;     // for a hole to fill by itself
    std::int64_t again_ms = 5'000;  // before the second try; doubled before the third
    std::uint32_t tries_max = 3;
    std::uint32_t pages_max = 1'000;  // requests of one try
    std::size_t at_once_max = 4;      // holes that are asked for
    std::size_t waiting_max = 1'024;
    // After the end of a hole, before a history that shows nothing newer is taken for current.
    std::int64_t settled_ms = 5'000;
    // Venues tell liquidations by the second: at the ends of a hole some that happened before the
    // last event, or after the first, were told by neither socket. So much more is asked for.
    std::int64_t told_after_ms = 3'000;
};

// What the repair works on; all outlive it.
struct CoverageDesk {
    GapBook& gaps;
    CoverageLedger& ledger;
};

class GapRepair final : public ConnectionWatch {
public:
    using Ask = std::function<Status(RequestPlan)>;

    GapRepair(IoLoop& loop, Adapter& adapter, InstrumentBook& book, CoverageDesk desk)
        : adapter_(adapter), book_(book), desk_(desk), timer_(loop) {}

    void start(Ask ask, RepairLimits limits);
    void stop();

    void on_broken(const ConnectionPlan& plan, std::int64_t last_ns) override;
    void on_resumed(const ConnectionPlan& plan, std::int64_t first_ns) override;
    // From stage 2, for an instrument of this venue.
    void on_gap(const StreamGap& gap);
    // The answer to a request that the adapter made for a hole. Returns what is wrong with it.
    std::string on_answer(const RequestPlan& request, const Result<HttpReply>& reply);

    [[nodiscard]] std::size_t waiting() const { return jobs_.size(); }
    [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

private:
    struct Job {
        StreamGap gap;
        std::uint64_t entry = 0;  // in the ledger; 0: not yet
        std::int64_t due_ns = 0;  // steady
        std::uint32_t tries = 0;
        std::uint32_t pages = 0;  // of this try
        std::uint32_t outstanding = 0;
        HistorySpan span;
        std::string trouble;  // of this try
    };
    using Jobs = std::map<std::uint64_t, Job>;
    using Stream = std::pair<std::uint32_t, std::uint8_t>;  // instrument and kind

    void see_blind(const ConnectionPlan& plan, Stream stream, std::int64_t from_ns);
    [[nodiscard]] CoverageEntry entry_of(const StreamGap& gap) const;
    std::uint64_t settle_blind(const StreamGap& gap);
    void queue(const StreamGap& gap, std::uint64_t entry);
    // What the plugin is asked for, and its answers are cut to.
    [[nodiscard]] StreamGap asked_of(const StreamGap& gap) const;
    void look();
    void arm();
    // The job is over when it returns true.
    bool attempt(std::uint64_t number, Job& job, std::int64_t now_ns);
    bool conclude(Job& job, std::int64_t now_ns);
    bool leave_open(Job& job, const std::string& why);
    void mend(Job& job, CoverageState state);
    void send_requests(std::uint64_t number, Job& job);

    Adapter& adapter_;
    InstrumentBook& book_;
    CoverageDesk desk_;
    Ask ask_;
    RepairLimits limits_;
    Timer timer_;
    Jobs jobs_;
    std::map<Stream, std::uint64_t> blind_;  // to their entries
    std::uint64_t next_job_ = 1;
    std::uint64_t dropped_ = 0;
};

}  // namespace petrel::core
