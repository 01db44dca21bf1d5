// One exchange plugin at work: its C functions as C++ calls, with the buffers they write into.
//
// Owned by an exchange feed, on the feed thread. The instance is borrowed. Events go straight to
// the sink, a frame at a time; notices and requests are collected for the caller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feed/feed_sink.hpp"
#include "feed/frame_log.hpp"
#include "feed/pending_streams.hpp"
#include "feed/plan_headers.hpp"
#include "petrel/result.hpp"
#include "secrets/request_signer.hpp"

namespace petrel::core {

// An exchange plugin as the loader made it.
struct ExchangeHandle {
    std::string name;
    const petrel_exchange* table = nullptr;
    void* instance = nullptr;
};

struct StreamPlan {
    std::uint32_t instrument = 0;
    std::uint32_t kinds = 0;
    std::string topic;
};

struct ConnectionPlan {
    std::string name;
    std::string path;
    std::vector<std::string> frames;
    std::uint32_t frame_gap_ms = 0;
    std::uint32_t keepalive_ms = 0;
    std::string keepalive;
    std::uint32_t idle_ms_max = 0;
    std::uint32_t life_s_max = 0;
    std::vector<StreamPlan> streams;
    HeaderFields headers;   // of the upgrade request
    bool compress = false;  // the adapter says that it is worth it
    std::optional<SigningTemplate> signing;
    std::uint32_t purpose = PETREL_CONNECTION_MARKET_DATA;
};

struct RequestPlan {
    std::uint32_t purpose = 0;
    std::uint64_t tag = 0;
    std::string method;
    std::string target;
    std::string body;
    std::uint32_t weight = 1;
    std::uint32_t interval_ms = 0;
    std::uint32_t instrument = PETREL_NO_INSTRUMENT;
    std::uint64_t gap = 0;  // BACKFILL: which gap it is for, the host's own number
    HeaderFields headers = {};
    std::optional<SigningTemplate> signing = {};
    std::optional<std::size_t> key = {};  // of the ring, once it was signed
};

// The reply to it as a plugin is told; `body` is padded and outlives the call.
petrel_reply reply_to(const RequestPlan& request, std::uint32_t http_status, std::string_view body,
                      std::int64_t receive_ts_ns);

struct FeedPlan {
    std::vector<ConnectionPlan> connections;
    std::vector<RequestPlan> polls;
};

struct Notice {
    std::uint32_t type = 0;
    std::string text;
};

// What came of a frame or a reply. `reason` lives until the next call.
struct AdapterAnswer {
    std::int32_t code = PETREL_OK;
    std::string_view reason;
    std::uint32_t events = 0;
    std::uint32_t plausible = 0;  // of these events, as the sink judged
    std::uint32_t kinds = 0;      // bits of the kinds of these events
    std::int64_t latest_ns = 0;   // exchange time of the last of them, receipt at most
    bool late = false;            // the last of them is told of the past

    // States and what is past are told long after their time, a live flow is not.
    [[nodiscard]] bool flows() const {
        constexpr std::uint32_t kFlow =
            PETREL_KIND_BIT(PETREL_EVENT_TRADE) | PETREL_KIND_BIT(PETREL_EVENT_LIQUIDATION);
        return (kinds & kFlow) != 0 && !late;
    }
};

// An answer to a request for history.
struct HistoryPage {
    std::uint32_t http_status = 0;
    std::string_view body;
    std::int64_t receive_ts_ns = 0;
};

// What pages of history said of a gap's stream, events outside of the gap too.
struct HistorySpan {
    std::uint64_t events = 0;
    std::int64_t oldest_ns = INT64_MAX;
    std::int64_t newest_ns = INT64_MIN;
    std::int64_t whole_at_ns = 0;  // receipt of the answer with which it was whole; 0: never told
};

class Adapter {
public:
    Adapter(ExchangeHandle handle, std::uint16_t venue, EventSink& sink, InstrumentBook& book);
    Adapter(const Adapter&) = delete;
    Adapter& operator=(const Adapter&) = delete;

    [[nodiscard]] const std::string& name() const { return handle_.name; }
    [[nodiscard]] std::uint16_t venue() const { return venue_; }
    [[nodiscard]] const petrel_exchange_info& info() const { return *handle_.table->info(); }
    // Weight a minute that the venue allows one address; 0: the adapter does not say.
    [[nodiscard]] std::uint32_t rest_weight_per_minute() const;

    // What it is told from here on goes to the log first; it outlives the adapter.
    void record_to(FrameLog* log) { log_ = log; }

    Status discover();
    Result<FeedPlan> plan(const std::vector<std::uint32_t>& instruments, std::uint32_t channels);
    // `pending` learns which streams of the connection have shown data; may be null.
    AdapterAnswer on_frame(std::uint32_t connection, std::string_view frame,
                           std::int64_t receive_ts_ns, PendingStreams* pending = nullptr);
    AdapterAnswer on_reply(const RequestPlan& request, std::uint32_t http_status,
                           std::string_view body, std::int64_t receive_ts_ns);
    void on_open(std::uint32_t connection);
    void on_end(std::uint32_t connection, std::string_view why);

    // Whether the plugin knows of history at all; one built for an older host does not.
    [[nodiscard]] bool can_backfill() const;
    // Makes the plugin ask for what fills the gap; its requests are collected.
    Status backfill(const StreamGap& gap);
    // The answer to such a request. Events of the gap go to the sink, marked late; what else
    // stands in the answer does not. `span` is widened by all events of the gap's stream.
    AdapterAnswer on_history(const RequestPlan& request, const HistoryPage& page,
                             const StreamGap& gap, HistorySpan& span);

    // Instruments that answers to discovery named since the last call, as they came.
    std::vector<std::uint32_t> take_listed() { return std::exchange(listed_, {}); }

    // Collected since the last call.
    std::vector<RequestPlan> take_requests() { return std::exchange(requests_, {}); }
    std::vector<Notice> take_notices() { return std::exchange(notices_, {}); }
    [[nodiscard]] bool has_notices() const { return !notices_.empty(); }
    // Messages that the frame just read wants sent in answer, over its socket.
    std::vector<std::string> take_answers() { return std::exchange(answers_, {}); }
    [[nodiscard]] bool has_answers() const { return !answers_.empty(); }
    // What found no room since the last call.
    std::uint64_t take_lost_requests() { return std::exchange(lost_requests_, 0); }
    std::uint64_t take_lost_notices() { return std::exchange(lost_notices_, 0); }

private:
    void begin(PendingStreams* pending);
    void flush();
    void keep_history();
    std::int32_t keep_answer(std::string_view message);
    AdapterAnswer answer(std::int32_t code);

    ExchangeHandle handle_;
    std::uint16_t venue_;
    FrameLog* log_ = nullptr;
    EventSink& sink_;
    InstrumentBook& book_;
    std::vector<MarketEvent> events_;
    petrel_decode_out out_{};
    petrel_error error_{};
    std::uint32_t handed_on_ = 0;
    std::uint32_t plausible_ = 0;
    std::uint32_t kinds_ = 0;
    std::int64_t latest_ns_ = 0;
    bool late_ = false;
    PendingStreams* pending_ = nullptr;  // of the connection whose frame is being read
    const StreamGap* gap_ = nullptr;     // whose history is being read
    HistorySpan* span_ = nullptr;
    std::vector<RequestPlan> requests_;
    std::vector<Notice> notices_;
    std::vector<std::string> answers_;
    std::vector<std::uint32_t> listed_;
    bool reading_frame_ = false;
    bool reading_list_ = false;
    std::uint64_t lost_requests_ = 0;
    std::uint64_t lost_notices_ = 0;
};

}  // namespace petrel::core
