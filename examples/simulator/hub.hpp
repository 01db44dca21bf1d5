// The clients of one venue, what each is subscribed to, and the way of a frame to them.
//
// Every frame of a venue leaves through here, so this is where faults act and where frames are
// counted. One hub a venue, owned by the simulator, on its thread. Queues are bounded: a client
// behind by more than Client::kQueueBytesMax is cut.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "faults.hpp"
#include "session.hpp"

namespace petrel::sim {

struct StreamTag {
    std::string name;     // as clients ask for it
    std::string symbol;   // upper case, empty for all
    std::string channel;  // the venue's word
};

struct HubCounters {
    std::uint64_t connections_total = 0;
    std::uint64_t messages_received = 0;
    std::uint64_t frames_sent = 0;
    std::uint64_t frames_swallowed = 0;  // by a fault
    std::uint64_t slow_clients_cut = 0;
};

class Hub {
public:
    using StreamId = std::uint32_t;
    static constexpr std::size_t kStreamsMax = 50'000;
    // Writes a frame's text as the client's URL asks for it.
    using Wrap = std::function<std::string(std::string_view stream, std::string_view data)>;

    struct Stream {
        StreamTag tag;
        std::vector<Client*> subscribers;
        std::uint64_t sent = 0;
    };

    Hub(Venue venue, FaultPlan& faults, Wrap wrap)
        : venue_(venue), faults_(faults), wrap_(std::move(wrap)) {}

    // The id of a stream, made on first use; nothing when there are too many.
    std::optional<StreamId> stream(const StreamTag& tag);
    [[nodiscard]] std::optional<StreamId> find(const std::string& name) const;
    [[nodiscard]] bool wanted(StreamId id) const { return !streams_[id].subscribers.empty(); }

    enum class Form : std::uint8_t { Bare, Wrapped };
    void open(Client& client, Form form);
    void closed(Client& client);
    void subscribe(Client& client, StreamId id);
    void unsubscribe(Client& client, StreamId id);

    void publish(StreamId id, const std::string& data);
    void publish_to(Client& client, StreamId id, const std::string& data);
    void answer(Client& client, std::string text);
    // To the subscribers of a stream, as it is, past all faults. Returns how many there are.
    std::size_t send_raw(StreamId id, const std::string& raw);
    // To every connection, likewise.
    void broadcast(const std::string& raw);

    void set_now(double now_s) { now_s_ = now_s; }
    // Releases frames held back whose time has come.
    void tick();
    // Cuts or closes every connection that the rule is about.
    void apply(const FaultRule& rule);
    void ping_all();
    void close_all(std::uint16_t code, std::string_view reason);

    [[nodiscard]] Venue venue() const { return venue_; }
    [[nodiscard]] FaultPlan& faults() { return faults_; }
    [[nodiscard]] double now_s() const { return now_s_; }
    [[nodiscard]] std::size_t connections() const { return lanes_.size(); }
    [[nodiscard]] std::size_t subscriptions() const;
    [[nodiscard]] std::size_t queued_bytes_max() const;
    [[nodiscard]] const std::vector<Stream>& streams() const { return streams_; }
    [[nodiscard]] const HubCounters& counters() const { return counters_; }
    void count_message() { ++counters_.messages_received; }
    void count_slow_client() { ++counters_.slow_clients_cut; }

private:
    struct Delayed {
        double due_s = 0.0;
        FrameText frame;
    };
    struct Lane {
        Form form = Form::Bare;
        std::vector<StreamId> streams;
        bool doomed = false;  // cut or closed by a fault, its end not yet reported
        FrameText held;       // waits for the next frame to go first
        std::deque<Delayed> delayed;
        std::size_t delayed_bytes = 0;
    };
    struct Frame {
        FrameText text;
        StreamTag const* tag;  // none for answers
    };

    void deliver(Client& client, Lane& lane, const Frame& frame);
    void obey(Client& client, Lane& lane, const FaultVerdict& verdict, const FrameText& text);
    void enqueue(Client& client, Lane& lane, FrameText text, int delay_ms);
    void put(Client& client, Lane& lane, FrameText text);
    [[nodiscard]] bool concerns(const FaultRule& rule, const Client& client,
                                const Lane& lane) const;

    Venue venue_;
    FaultPlan& faults_;
    Wrap wrap_;
    double now_s_ = 0.0;
    std::vector<Stream> streams_;
    std::unordered_map<std::string, StreamId> ids_;
    std::unordered_map<Client*, Lane> lanes_;
    HubCounters counters_;
};

}  // namespace petrel::sim
