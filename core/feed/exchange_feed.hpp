// Stage 1: one venue, from the look-up of its instruments to its live connections.
//
// Asks the venue over REST what it lists, plans connections for what is wanted, opens them one
// after the other and polls what the venue does not push. Asks again from time to time: a new
// listing is connected, a changed contract known to the adapter, a delisted one left. What a
// connection needs to stay up is its slot's affair, what a request costs that of the rest desk. On
// the feed thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "feed/adapter.hpp"
#include "feed/connection_budget.hpp"
#include "feed/connection_set.hpp"
#include "feed/feed_status.hpp"
#include "feed/gap_repair.hpp"
#include "feed/rest_desk.hpp"
#include "net/io_loop.hpp"
#include "secrets/key_ring.hpp"

namespace petrel::core {

struct FeedOptions {
    std::vector<std::string> ws_endpoints;
    std::vector<std::string> rest_endpoints;
    std::string ca_file;
    NetworkPath path;
    std::optional<bool> compress;       // offer it on sockets; nothing: as each plan says
    std::uint32_t channels = 0;         // bits of PETREL_KIND_BIT
    std::uint32_t stagger_ms = 250;     // between the starts of connections
    std::uint32_t poll_gap_ms = 60;     // least time between two requests over REST
    std::uint32_t redundancy = 1;       // sockets that carry the same streams
    std::uint64_t relist_ms = 900'000;  // between two look-ups of the instruments; 0: only at start
    std::vector<std::uint32_t> ws_weights;
    EndpointStrategy strategy = EndpointStrategy::Adaptive;
    CircuitLimits circuit;
    SuccessionLimits succession;
    RepairLimits repair;
    std::uint64_t seed = 1;
    FrameLog* log = nullptr;       // of everything that the adapter is told; outlives the feed
    SymbolPulse* pulse = nullptr;  // of all venues; null: streams are not watched
    std::function<void(FeedAlarm alarm)> alarm;
    std::vector<ApiKey> keys = {};       // for what the adapter wants signed
    ConnectionBudget* budget = nullptr;  // of all venues; null: no limit
    ClockWitness* clock = nullptr;       // of all venues; null: nobody judges the clock
};

// A key of a venue, for status: its label, never its value.
struct KeyStatus {
    std::string venue;
    KeyFigures figures;
};

// An end point of a venue, for status.
struct EndpointStatus {
    std::string venue;
    std::string purpose;  // "streams", "requests"
    EndpointFigures figures;
};

// What all feeds of a feed thread share; all of it outlives them.
struct FeedDesk {
    IoLoop& loop;
    EventSink& sink;
    InstrumentBook& book;
    CoverageDesk coverage;
};

class ExchangeFeed {
public:
    ExchangeFeed(const FeedDesk& desk, ExchangeHandle handle, std::uint16_t venue,
                 FeedOptions options);
    ~ExchangeFeed();
    ExchangeFeed(const ExchangeFeed&) = delete;
    ExchangeFeed& operator=(const ExchangeFeed&) = delete;

    void start();
    // Hands nothing on from here and says farewell on every connection; stopped() holds once the
    // venue has answered, or after three seconds.
    void stop();
    [[nodiscard]] bool stopped() const;
    void append_status(std::vector<FeedStatus>& to) const;
    void append_endpoints(std::vector<EndpointStatus>& to);
    void append_keys(std::vector<KeyStatus>& to) const;
    [[nodiscard]] std::uint16_t venue() const { return adapter_.venue(); }
    // A hole in what this venue sent.
    void on_gap(const StreamGap& gap) { repair_.on_gap(gap); }
    // Called each second: replaces connections that come of age, sends what frames asked for.
    void look_after();

private:
    void discover();
    void ask_all();
    void answered(const RequestPlan& request, const Result<HttpReply>& reply);
    void discovery_answered(const std::string& trouble);
    void poll_answered(const AdapterAnswer& answer, const Result<HttpReply>& reply,
                       const std::string& trouble);
    void discovery_failed(const std::string& why);
    void cannot_work(const std::string& why);
    void heed_notices();
    void listed();
    void open_connections();
    void follow_list();
    [[nodiscard]] std::vector<std::uint32_t> wanted() const;
    bool keep_to(FeedPlan plan);
    Status reserve(const std::vector<ConnectionPlan>& plans);
    void start_polls(std::vector<RequestPlan> polls);
    void relist_later();
    [[nodiscard]] GroupOptions group_options(const ConnectionPlan& plan);
    std::unique_ptr<FeedSession> make_session(const ConnectionPlan& plan, std::uint32_t number,
                                              const ConnectionGroup::Seat& seat);
    [[nodiscard]] FeedStatus poll_status() const;

    IoLoop& loop_;
    FeedTap tap_;
    Adapter adapter_;
    FeedOptions options_;
    InstrumentBook& book_;
    KeyRing keys_;
    GapRepair repair_;
    RestDesk rest_;
    EndpointSet endpoints_;  // for streams
    ConnectPace pace_;
    Timer retry_;
    std::uint32_t outstanding_ = 0;  // discovery requests that wait or are on their way
    std::uint32_t asked_ = 0;        // in this discovery
    std::uint32_t discovery_tries_ = 0;
    std::string discovery_trouble_;  // the first of this discovery
    bool stopped_ = false;
    std::optional<std::size_t> answered_key_;  // that the latest answered request was signed with
    ConnectionCounts reserved_{};              // of the budget of all venues
    std::set<std::uint32_t> on_list_;          // instruments that the latest look-up named
    bool connected_ = false;                   // a plan is followed
    ConnectionSet connections_;
    FeedStatus discovery_status_;
    FeedStatus poll_status_;
    std::string polled_;                  // what is polled, to see a change
    std::uint64_t poll_interval_ms_ = 0;  // the longest
    std::int64_t polls_since_ns_ = 0;     // steady; 0: there are none
    std::int64_t polled_ns_ = 0;          // steady time of the latest event of a poll
    log::Sampler sampler_;
};

}  // namespace petrel::core
