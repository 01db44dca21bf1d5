// Stage 8: what was admitted and is not yet settled, on disk.
//
// A signal and one notification for each channel are written in one transaction; from its commit on
// every notification ends with a reason, whatever crashes: delivered, refused, expired, replaced by
// a newer one of its story, merged into a digest that ends for it, or diverted to another channel.
// Owned by the delivery thread. What is in flight is remembered in memory only: after a crash it is
// due again, under the same key.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "outbox/active_alerts.hpp"
#include "outbox/alert.hpp"
#include "outbox/dispatch_plan.hpp"
#include "outbox/retry_policy.hpp"
#include "outbox/silences.hpp"
#include "outbox/story_book.hpp"
#include "outbox/story_updates.hpp"
#include "routing/router.hpp"
#include "signal/remade_signals.hpp"
#include "signal/signal_outcome.hpp"
#include "store/database.hpp"
#include "store/store_writer.hpp"

namespace petrel::core {

struct OutboxOptions {
    std::vector<std::string> channels;
    std::int64_t use_by_ns = 900 * kNsPerSecond;  // older ones are recorded as expired, not sent
    RetryPolicy retry;
    std::map<std::string, ChannelTraits> traits;  // by channel; others: the usual ones
    UpdateRule updates;
    DispatchOptions dispatch;
    std::shared_ptr<Router> router;  // null: one without routes, every alert to every channel
    std::set<std::string> picture_channels;  // that send pictures: only their rows keep a series
    std::shared_ptr<const MessageBook> messages;  // null: the built-in wording
    std::set<std::string> acknowledging{};        // channels that are told of an acknowledgement
    bool shared_store = false;                    // other nodes write to it, too
    std::int64_t began_ns = 0;                    // when this run did; 0: no other was before it
};

// What the record of an attempt ends with that may have come through although no answer did. A
// channel that delivers by itself ends its reason so, too.
inline constexpr std::string_view kMayRepeat = "; it may repeat";

// What an acknowledgement came to.
struct AckResult {
    AckRow ack;            // the one that counts: the first
    bool first = true;     // else somebody was quicker
    std::size_t told = 0;  // messages on channels
};

// One notification on its way.
struct Delivery {
    NotificationRow row;
    AlertText alert;
    std::string first_provider_id{};               // of the story's message on this channel
    std::shared_ptr<const std::string> picture{};  // PNG; of a row that adds one, as it was drawn
    bool may_repeat = false;                       // an earlier attempt may have come through
};

// A picture that is to be drawn for a row; drawn() wants the key.
struct PictureOrder {
    std::string key;
    AlertText alert;
};

// Untried: the channel gives it back, for its limits or because it is stopped.
enum class DeliveryResult : std::uint8_t { Delivered, Retry, Refused, Broken, Untried };

// What a channel made of a delivery.
struct DeliveryOutcome {
    Delivery delivery;
    DeliveryResult result = DeliveryResult::Delivered;
    std::uint64_t retry_after_ms = 0;
    std::string provider_id;
    std::string reason;
    // Wall clock; 0 where nothing was tried.
    std::int64_t started_ns = 0;
    std::int64_t finished_ns = 0;
    std::uint32_t http_status = 0;  // 0: no answer over HTTP
    std::uint64_t late_ms = 0;      // so late it was when it went out; 0: on time
};

// What an alert of the system is about: a channel that does not work, an earlier alert that it
// ends.
struct SystemTrouble {
    std::string not_on = {};
    std::string ends = {};
};

class Outbox {
public:
    // With a spool nothing waits for a store that is down: what is written is kept there.
    Outbox(Database& database, OutboxOptions options, std::unique_ptr<Spool> spool = nullptr);

    // Writes the signal and its notifications; durable when this returns ok, in the store or in the
    // spool.
    Status admit(const Signal& signal, std::int64_t now_ns);

    // A later state of a signal that was admitted: told to the channels that were told of it, as
    // an update or as the end of the story, and written.
    Status follow(const Signal& signal, std::int64_t now_ns);

    // What a start has made anew of a signal: what of it is not on record was decided and lost by a
    // crash. One that the store does not know is admitted, if it may be new; of one that it knows
    // an update or the end is told, an update past its use-by only written; nothing that the store
    // has is repeated. Fails while the store cannot say what it has: then to be called again. An
    // admission does not wait for that; rows that are there stay.
    Status make_good(RemadeSignal& remade, std::int64_t admit_since_ns, std::int64_t now_ns);

    // Writes a later state of a signal, or a near miss.
    Status record(const Signal& signal);

    // Writes what came of a signal, or of a near miss.
    Status record(const SignalOutcome& outcome);

    // Queues an alert of the system itself. With `not_on` it tells that this channel does not work:
    // it goes where its routes say, but not there, and to all others when nothing is left. With
    // `ends`, the id of an earlier one, it closes what that has opened on channels that resolve.
    Status admit_system(const AlertText& alert, std::int64_t now_ns,
                        const SystemTrouble& trouble = {});

    // Queues a canary for one channel, past the routes.
    struct DrillTimes {
        std::int64_t now_ns = 0;
        std::int64_t use_by_ns = 0;
    };
    Status admit_drill(const AlertText& alert, const std::string& channel, const DrillTimes& times);

    // Writes how a minute went.
    Status record(const MetricsRow& minute);

    // What people do while petrel runs, in outbox_operator.cpp.
    // A silence holds from now on; `kept` of the answer says what the store made of it.
    Result<SilenceView> add_silence(Silence silence, std::int64_t now_ns);
    Result<SilenceView> end_silence(const std::string& id, const std::string& by,
                                    std::int64_t now_ns);
    std::vector<SilenceView> silences(std::int64_t now_ns);
    // Somebody has taken a signal on; `ack.signal_id` may be the beginning of its id. Escalations
    // end, and channels that can are told. Fails when the store cannot be asked.
    Result<AckResult> acknowledge(AckRow ack, std::int64_t now_ns);
    // Where an alert would go now, and why not elsewhere. Changes nothing.
    RoutingDecision would(const AlertFacts& facts, std::int64_t now_ns);
    [[nodiscard]] const Router& router() const { return *options_.router; }
    [[nodiscard]] const MessageBook& messages() const { return *options_.messages; }

    // Reads silences, active alerts and escalations of an earlier life, once the store answers.
    // Does nothing afterwards.
    void restore(std::int64_t now_ns);
    // The same, and what of silences the store did not take before, and what other nodes made of
    // them. Called again and again.
    void keep_up(std::int64_t now_ns) {
        restore(now_ns);
        keep_silences(now_ns);
        follow_silences(now_ns);
    }

    struct Taken {
        std::vector<Delivery> deliveries;
        bool more = false;       // others are due, for which there was no room, or may be
        bool more_late = false;  // others may be past their use-by
        std::vector<PictureOrder> pictures;  // to be drawn; each is asked for once
    };
    // What the channel is to send now and is not in flight yet, most urgent first; in a storm the
    // last one is a digest. Those past their use-by are settled as expired on the way, whatever
    // they wait for, those of a stopped channel go to its fallback. Nothing while the store is
    // behind, or something is gathered: what it says is due may have been settled since.
    Result<Taken> take(const std::string& channel, const ChannelRoom& room, std::int64_t now_ns);
    // What came of an order: `png` is sent when there is room for it, a failure ends its row.
    void drawn(const std::string& key, Result<std::shared_ptr<const std::string>> png,
               std::int64_t now_ns);
    // An order that nobody could take is made again later.
    void not_ordered(const std::string& key) { pictures_.erase(key); }
    // The same of all channels, so many of each.
    Result<std::vector<Delivery>> take_due(std::int64_t now_ns, int limit);
    // Every channel that notifications name, and when one is due; nothing while the store is
    // behind.
    Result<std::vector<ChannelDue>> waiting();

    // A channel that its provider refuses is stopped by settle(): what is due there is diverted or
    // refused, until it is tried again.
    void try_again(const std::string& channel) { stopped_.erase(channel); }
    [[nodiscard]] bool is_stopped(const std::string& channel) const {
        return stopped_.contains(channel);
    }
    // Where it goes instead; empty: nowhere.
    [[nodiscard]] std::string fallback_of(const std::string& channel) const;

    // Records what came of a delivery and takes it out of flight. When the store fails it stays in
    // flight: the caller keeps the outcome and settles again.
    Status settle(const DeliveryOutcome& outcome, std::int64_t now_ns);

    // Puts an undelivered one back, untried (the channel's queue was full).
    void put_back(const NotificationRow& row) { in_flight_[row.channel].erase(row.key); }

    // Until flush() one sync of the disk does for all that is written: none of it is durable before
    // that says ok, and nothing may be sent because of it.
    void gather() { writer_.gather(); }
    // What the store refuses for what it holds is logged, counted and given up; the notifications
    // in it stay in flight, so that nothing is sent again whose outcome cannot be recorded. An
    // outcome is recorded without the words that came with it, if that is what helps.
    Status flush();
    // Writes at most `limit` of what the store could not take before; what is stuck counts as
    // flushed then.
    Status catch_up(int limit);
    // How many changes had to be given up since the last call.
    [[nodiscard]] std::uint64_t take_lost() { return std::exchange(lost_, 0); }

    [[nodiscard]] std::size_t in_flight() const;
    [[nodiscard]] std::size_t in_flight(const std::string& channel) const {
        const auto found = in_flight_.find(channel);
        return found == in_flight_.end() ? 0 : found->second.size();
    }
    Database& database() { return database_; }
    // How the store is, and catching up with it.
    StoreWriter& writer() { return writer_; }

private:
    std::vector<NotificationRow> rows_for(AlertText alert, const RoutingDecision& decision,
                                          std::int64_t now_ns) const;
    [[nodiscard]] const ChannelTraits& traits_of(const std::string& channel) const;
    bool may_repeat(const NotificationRow& row);
    [[nodiscard]] bool honours_key(const std::string& channel) const;
    static std::string with_doubt(const DeliveryOutcome& outcome);
    const StoryBook::Story* story_of(const std::string& id);
    Status admit_late(RemadeSignal& remade, std::int64_t now_ns);
    void add_updates(const Signal& signal, const StoryBook::Story& story, std::int64_t now_ns,
                     StoreEntry& entry);
    void add_ends(const Signal& signal, const StoryBook::Story& story, std::int64_t now_ns,
                  StoreEntry& entry);
    void reword_escalations(const Signal& signal, std::int64_t now_ns, StoreEntry& entry);
    using Acknowledged = std::optional<std::vector<AckRow>>;  // nothing: not asked yet
    void tell_acknowledged(const std::string& signal_id, Acknowledged& known, AlertText& alert);
    void add_next(const StoryBook::Told& told, const AlertText& alert, NotificationRow row,
                  std::int64_t now_ns, StoreEntry& entry) const;
    void note(std::span<const NotificationRow> rows);

    void note_lost();
    bool settle_barely(StoreEntry entry);
    Status end_late(const std::string& channel, std::int64_t now_ns, Taken& taken);
    Status sort_out(std::vector<NotificationRow> rows, std::int64_t now_ns,
                    std::vector<Delivery>& candidates);
    Status sort_out_one(NotificationRow row, std::int64_t now_ns,
                        std::vector<Delivery>& candidates);
    Result<bool> may_follow(Delivery& delivery, std::int64_t now_ns);
    [[nodiscard]] bool adds_pictures(const std::string& channel) const;
    void add_picture_of(const DeliveryOutcome& outcome, std::int64_t now_ns,
                        StoreEntry& entry) const;
    Status take_pictures(std::vector<NotificationRow> rows, std::size_t places, std::int64_t now_ns,
                         Taken& taken);
    Result<bool> take_picture(NotificationRow row, std::int64_t now_ns, Taken& taken);
    [[nodiscard]] bool picture_in_flight(const NotificationRow& row) const;
    Status send_elsewhere(const Delivery& delivery, std::int64_t now_ns);
    Result<Delivery> merge(const std::string& channel, std::vector<Delivery> members,
                           std::int64_t now_ns);
    [[nodiscard]] bool may_merge(const Delivery& delivery) const;
    [[nodiscard]] bool is_in_flight(const NotificationRow& row) const;
    [[nodiscard]] bool digest_in_flight(const std::string& channel) const;
    StoreEntry diverted(const Delivery& delivery, NotificationRow row, const std::string& to,
                        std::int64_t now_ns) const;
    void keep_silence(const SilenceView& view);
    void keep_silences(std::int64_t now_ns);
    void follow_silences(std::int64_t now_ns);
    Status end_escalations(const std::string& signal_id, const std::string& reason,
                           std::int64_t now_ns);
    std::string silenced_now(const NotificationRow& row, std::int64_t now_ns);
    Status settle(NotificationRow row, std::optional<AttemptRow> attempt);
    Status end(NotificationRow row, const char* state, std::string reason, std::int64_t now_ns);
    void fail(NotificationRow& row, const DeliveryOutcome& outcome, std::int64_t now_ns) const;

    Database& database_;
    OutboxOptions options_;
    StoreWriter writer_;
    std::map<std::string, std::set<std::string>> in_flight_;  // channels and their keys
    std::uint64_t lost_ = 0;
    StoryBook book_;
    struct OpenDigest {
        std::string id;
        int seq = 0;                    // of its next message
        std::vector<AlertText> alerts;  // what it tells
        std::int64_t began_ns = 0;
    };
    std::map<std::string, OpenDigest> digests_;      // by channel
    std::map<std::string, std::string> stopped_;     // channels, and why
    std::map<std::string, std::int64_t> use_by_ns_;  // by channel, for the next take() alone
    std::int64_t born_ns_ = 0;                       // when it first took anything
    std::map<std::string, std::string> resumed_;     // by channel: the key that may have been sent
    std::set<std::string> taken_over_;               // keys that a node had that is gone
    ActiveAlerts active_;
    SilenceBook silences_;
    // Pictures that were ordered, by the keys of their rows, until they go out.
    struct Picture {
        NotificationRow row;
        std::shared_ptr<const std::string> png;  // null: not drawn yet
    };
    std::map<std::string, Picture> pictures_;
    // Signals some escalation of which waits, and the figures that it tells.
    std::map<std::string, StoryFigures> escalating_;
    enum class Restored : std::uint8_t { Nothing, StoreAlone, All };  // all: with the spool
    Restored restored_ = Restored::Nothing;
    std::int64_t keep_silences_ns_ = 0;    // when those that nothing has kept are written again
    std::int64_t follow_silences_ns_ = 0;  // when those of other nodes are read again
};

SignalRow row_of(const Signal& signal);
OutcomeRow row_of(const SignalOutcome& outcome);
SignalOutcome outcome_of(const OutcomeRow& row);

}  // namespace petrel::core
