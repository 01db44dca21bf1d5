// Stage 1: one venue, from the look-up of its instruments to its live connections.
//
// Asks the venue over REST what it lists, plans connections for what is wanted, opens them one
// after the other, polls what the venue does not push, and replaces connections before the venue's
// age limit: the new one must have sent data before the old one goes. On the feed thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "feed/adapter.hpp"
#include "feed/feed_session.hpp"
#include "feed/feed_status.hpp"
#include "net/http_client.hpp"
#include "net/io_loop.hpp"

namespace petrel::core {

struct FeedOptions {
    std::vector<std::string> ws_endpoints;
    std::vector<std::string> rest_endpoints;
    std::string ca_file;
    std::uint32_t channels = 0;      // bits of PETREL_KIND_BIT
    std::uint32_t stagger_ms = 250;  // between the starts of connections
    std::uint32_t poll_gap_ms = 60;  // least time between two polls
    std::uint64_t seed = 1;
};

class ExchangeFeed {
public:
    ExchangeFeed(IoLoop& loop, ExchangeHandle handle, std::uint16_t venue, FeedOptions options,
                 EventSink& sink, InstrumentBook& book);
    ~ExchangeFeed();
    ExchangeFeed(const ExchangeFeed&) = delete;
    ExchangeFeed& operator=(const ExchangeFeed&) = delete;

    void start();
    void stop();
    void append_status(std::vector<FeedStatus>& to) const;
    // Called each second: replaces connections that come of age.
    void look_after();

private:
    struct Slot {
        std::unique_ptr<FeedSession> live;
        std::unique_ptr<FeedSession> next;  // taking over
        std::unique_ptr<FeedSession> old;   // gone at the next look
    };

    void discover();
    void ask(RequestPlan request);
    void answered(const RequestPlan& request, const Result<HttpReply>& reply);
    void discovery_failed(const std::string& why);
    void heed_discovery_notices();
    void open_connections();
    std::unique_ptr<FeedSession> make_session(const ConnectionPlan& plan, std::uint32_t number);
    void poll_next();
    void rotate(Slot& slot, std::uint32_t number);

    IoLoop& loop_;
    Adapter adapter_;
    FeedOptions options_;
    InstrumentBook& book_;
    HttpClient http_;
    Timer retry_;
    Timer poll_timer_;
    std::size_t rest_endpoint_ = 0;
    std::uint32_t outstanding_ = 0;  // discovery requests on their way
    std::uint32_t discovery_tries_ = 0;
    bool discovery_broken_ = false;
    bool stopped_ = false;
    std::vector<Slot> slots_;
    std::vector<RequestPlan> polls_;
    std::size_t next_poll_ = 0;
    FeedStatus discovery_status_;
};

}  // namespace petrel::core
