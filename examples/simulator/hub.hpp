// The clients of one venue, what each is subscribed to, and the way of a frame to them.
//
// Every frame of a venue leaves through here, so this is where faults act, where frames are
// counted, and where the ledger learns what was withheld. One hub a venue, owned by the simulator,
// on its thread. Queues are bounded: a client behind by more than Client::kQueueBytesMax is cut.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "faults.hpp"
#include "ledger.hpp"
#include "session.hpp"

namespace petrel::sim {

struct StreamTag {
    std::string name;      // as clients ask for it
    std::string symbol;    // the market's name, empty for all
    std::string channel;   // the venue's word
    std::string native{};  // the venue's name of the symbol, where it is another
};

// What a frame of a stream is about.
struct Cargo {
    std::span<const MarketEvent> events{};
    std::string_view symbol{};  // where the stream carries many
    std::string_view native{};
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

    Fate publish(StreamId id, const std::string& data, const Cargo& cargo = {});
    Fate publish_to(Client& client, StreamId id, const std::string& data, const Cargo& cargo = {});
    // The same for live data, with an entry in the ledger; `make` is called only if anybody
    // listens.
    template <typename Make>
    void tell(StreamId id, const Cargo& cargo, Make&& make) {
        note(cargo, wanted(id) ? publish(id, make(), cargo) : Fate{});
    }
    void note(const Cargo& cargo, const Fate& fate) {
        if (ledger_) {
            ledger_->told(cargo.events, fate);
        }
    }
    void keep_ledger(const Market& market) { ledger_.emplace(venue_, market); }
    [[nodiscard]] Ledger* ledger() { return ledger_ ? &*ledger_ : nullptr; }
    void answer(Client& client, std::string text);
    struct Connection {
        std::uint64_t number = 0;
        std::string path;
        std::size_t streams = 0;
    };
    [[nodiscard]] std::vector<Connection> connection_list() const;
    [[nodiscard]] const std::vector<Client*>& subscribers(StreamId id) const {
        return streams_[id].subscribers;
    }
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
        std::vector<MarketEvent> events;
    };
    struct Lane {
        Form form = Form::Bare;
        std::uint64_t number = 0;
        std::vector<StreamId> streams;
        bool doomed = false;  // cut or closed by a fault, its end not yet reported
        FrameText held;       // waits for the next frame to go first
        std::deque<Delayed> delayed;
        std::size_t delayed_bytes = 0;
    };
    struct Frame {
        FrameText text;
        StreamTag const* tag;  // none for answers
        Cargo cargo{};
    };

    Fate deliver(Client& client, Lane& lane, const Frame& frame);
    Fate obey(Client& client, Lane& lane, const FaultVerdict& verdict, const Frame& frame);
    void enqueue(Client& client, Lane& lane, const Frame& frame, int delay_ms);
    void give_up_delayed(Lane& lane);
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
    std::optional<Ledger> ledger_;
};

}  // namespace petrel::sim
