// Stage 1: one connection of a venue, kept up for ever.
//
// Opens the socket that a plan asks for, sends its frames at the venue's pace, keeps it alive,
// hands every message to the adapter, and comes back after every end. An acknowledged subscription
// counts as pending until its first event. A bad frame is counted, sampled to the log and dropped;
// it never ends the connection. Owned by a connection slot, on the feed thread; calls the
// adapter and its watch.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "feed/adapter.hpp"
#include "feed/connect_pace.hpp"
#include "feed/endpoint_set.hpp"
#include "feed/feed_status.hpp"
#include "feed/feed_tap.hpp"
#include "feed/reconnect_policy.hpp"
#include "feed/session_signer.hpp"
#include "net/io_loop.hpp"
#include "net/ws_client.hpp"
#include "observe/log.hpp"

namespace petrel::core {

// Told when a connection that showed data breaks, and when it shows data again.
class ConnectionWatch {
public:
    virtual ~ConnectionWatch() = default;
    // `last_ns`: exchange time of the last event that came over it.
    virtual void on_broken(const ConnectionPlan& plan, std::int64_t last_ns) = 0;
    // `first_ns`: when the first event came after all subscriptions were sent again.
    virtual void on_resumed(const ConnectionPlan& plan, std::int64_t first_ns) = 0;
};

struct SessionOptions {
    std::uint32_t number = 0;          // of the socket, as the adapter knows it
    FeedTap* tap = nullptr;            // of the venue; null: the adapter writes to no tap
    TappedSocket socket;               // what the tap is told
    EndpointSet* endpoints = nullptr;  // of the venue; outlives the session
    ConnectPace* pace = nullptr;       // the same; null: none
    ConnectPace::Need need = ConnectPace::Need::Bare;
    EndpointUser user;
    std::string ca_file;
    NetworkPath path;
    bool compress = false;    // offered to the venue
    KeyRing* keys = nullptr;  // of the venue; outlives the session
    std::uint32_t message_bytes_max = 1U << 20;
    std::uint64_t quiet_ms = 15'000;    // without an event: quiet
    std::uint64_t suspect_ms = 60'000;  // without an event: suspect
    std::uint64_t proven_ms = 3'000;    // a life with data so long is no failure, however it ends
    std::uint64_t seed = 0;             // of the back-off's jitter
    ConnectionWatch* watch = nullptr;   // outlives the session; may be null
};

class FeedSession final : public WsHandler {
public:
    FeedSession(IoLoop& loop, Adapter& adapter, ConnectionPlan plan, SessionOptions options);
    ~FeedSession() override;

    void start(std::uint32_t after_ms);
    // Says farewell to the venue and hands nothing on from here. stopped() holds once the venue
    // has answered, or after three seconds; destroying it before drops the connection.
    void stop();
    // Sends again what subscribes to these topics; all of it when no frame names one.
    void resubscribe(const std::vector<std::string>& topics);
    // Before start(): another one carries the streams meanwhile.
    void begin_beside() { options_.need = ConnectPace::Need::Beside; }
    // Before start(): the end point to keep away from, if there is another.
    void avoid(std::optional<std::size_t> endpoint) { avoided_ = endpoint; }
    [[nodiscard]] std::optional<std::size_t> endpoint() const { return endpoint_; }
    // Until it may begin; the venue's limits are kept.
    [[nodiscard]] bool waits_for_its_turn() const { return waits_; }
    [[nodiscard]] bool stopped() const { return stopping_ && client_ == nullptr; }
    [[nodiscard]] FeedStatus status() const;
    [[nodiscard]] const ConnectionPlan& plan() const { return plan_; }

    // Steady time since which this connection is open; 0 while it is not.
    [[nodiscard]] std::int64_t open_since_ns() const { return opened_ns_; }
    // Open and has shown data. Not while it tells of a break: it does not vouch for itself.
    [[nodiscard]] bool flows() const {
        return opened_ns_ != 0 && last_data_steady_ns_ != 0 && !telling_break_;
    }
    // Steady time of the latest event since it opened; 0: none.
    [[nodiscard]] std::int64_t last_data_steady_ns() const { return last_data_steady_ns_; }

    void on_open() override;
    void on_message(const WsMessage& message) override;
    void on_pong(std::chrono::nanoseconds round_trip) override;
    void on_end(const LinkEnd& end) override;

private:
    [[nodiscard]] bool has_endpoint() const;
    void take_turn();
    void connect();
    void key_refused(const std::string& why);
    void judge_endpoint(const LinkEnd& end, std::int64_t now_ns, std::uint64_t lived_ms);
    void release_endpoint();
    void no_longer_open();
    void send_next();
    void answer_venue();
    void keep_alive();
    void heed_notices();
    void note_flow(const AdapterAnswer& answer, std::int64_t receive_ts_ns);
    void note_break();
    [[nodiscard]] std::uint64_t proven_life_ms(std::int64_t now_ns) const;
    void told(std::string_view key, std::string trouble);
    void reject(std::string_view reason, std::string_view frame);
    [[nodiscard]] FeedState state() const;

    IoLoop& loop_;
    Adapter& adapter_;
    ConnectionPlan plan_;
    SessionOptions options_;
    std::string label_;  // "acme market-1"
    SessionSigner signer_;
    ReconnectPolicy policy_;
    std::mt19937_64 random_;
    std::optional<std::size_t> endpoint_;  // in use
    std::optional<std::size_t> avoided_;   // at the next attempt
    std::vector<std::string> to_send_;
    std::size_t next_frame_ = 0;       // of these
    std::deque<std::string> answers_;  // to the venue's frames; they go first
    std::int64_t answers_from_ns_ = 0;
    std::uint32_t answers_in_minute_ = 0;
    PendingStreams pending_;
    std::unique_ptr<WsClient> client_;
    Timer retry_;
    Timer pace_;
    Timer alive_;
    log::Sampler sampler_;
    std::int64_t opened_ns_ = 0;
    std::int64_t last_data_steady_ns_ = 0;
    std::int64_t last_event_ns_ = 0;  // exchange time, over all lives of the connection; 0: none
    bool telling_break_ = false;
    bool broken_ = false;  // the watch knows
    bool stopping_ = false;
    bool waits_ = false;        // for its turn
    bool asked_to_go_ = false;  // by the venue
    FeedStatus status_;
};

}  // namespace petrel::core
