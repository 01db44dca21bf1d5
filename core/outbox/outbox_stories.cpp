// Stage 8: a story goes on. Updates and ends as rows of their own, behind what was told before.
#include <algorithm>

#include "observe/log.hpp"
#include "outbox/alert_codec.hpp"
#include "outbox/escalations.hpp"
#include "outbox/occasion.hpp"
#include "outbox/outbox.hpp"
#include "outbox/pictures.hpp"
#include "petrel/abi/notifier.h"
#include "signal/signal_json.hpp"

namespace petrel::core {
namespace {

constexpr int kGrowthPriority = -50;  // beside a first message of the same weight
constexpr int kEndPriority = 10;      // whoever waits for news does not wait for an end

const ChannelChoice* choice_for(const RoutingDecision& decision, const std::string& channel) {
    const auto found =
        std::find_if(decision.choices.begin(), decision.choices.end(),
                     [&](const ChannelChoice& choice) { return choice.channel == channel; });
    return found == decision.choices.end() ? nullptr : &*found;
}

// A single trade or liquidation: it was over when it was told.
bool is_single(const Signal& signal) {
    return signal.joined.empty() && signal.updates == 0 && signal.cause.events <= 1 &&
           signal.cause.window_ms == 0;
}

int strongest(const StoryBook::Story& story) {
    int rank = 0;
    for (const auto& [channel, told] : story) {
        rank = std::max(rank, told.figures.strength);
    }
    return rank;
}

int strength_in(const NotificationRow& row) {
    const Result<AlertText> alert = decode_alert(row.payload);
    return alert.ok() ? strength_rank(alert->strength) : 0;
}

}  // namespace

const ChannelTraits& Outbox::traits_of(const std::string& channel) const {
    static const ChannelTraits usual;
    const auto found = options_.traits.find(channel);
    return found == options_.traits.end() ? usual : found->second;
}

void Outbox::note(std::span<const NotificationRow> rows) {
    for (const NotificationRow& row : rows) {
        if (const Result<AlertText> alert = decode_alert(row.payload); alert.ok()) {
            book_.note(row, *alert);
        }
    }
}

// Whether an update or end goes out, once it is known what became of those before it. Where none of
// them was shown there is nothing to edit: a story that has become stronger since is told anew.
Result<bool> Outbox::may_follow(Delivery& delivery, std::int64_t now_ns) {
    const NotificationRow& row = delivery.row;
    const Result<std::vector<NotificationRow>> rows = database_.notifications(row.signal_id);
    if (!rows.ok()) {
        return rows.status();
    }
    const NotificationRow* first = nullptr;
    const NotificationRow* shown = nullptr;  // the newest, should a deleted one have been sent anew
    for (const NotificationRow& other : *rows) {  // by seq
        if (other.channel == row.channel && other.seq < row.seq) {
            first = first == nullptr ? &other : first;
            shown = other.state == "delivered" && !is_picture(other) ? &other : shown;
        }
    }
    if (shown != nullptr) {
        delivery.first_provider_id = shown_id(*shown, *rows);
        return true;
    }
    const bool stronger = row.phase == "update" && first != nullptr && first->state != "diverted" &&
                          strength_in(row) > strength_in(*first);
    if (row.phase == "digest" || stronger) {
        return true;
    }
    const std::string reason = first == nullptr ? "its first message is no longer on record"
                               : first->state == "merged"
                                   ? "its first message was told " + first->reason
                                   : "its first message was " + first->state + ": " + first->reason;
    if (Status held = end(row, "held", reason, now_ns); !held.ok()) {
        return held;
    }
    return false;
}

// From the store where memory has nothing of it. Null when nobody was told, or nobody can say.
const StoryBook::Story* Outbox::story_of(const std::string& id) {
    if (book_.find(id) == nullptr && !writer_.behind()) {
        if (const auto rows = database_.notifications(id); rows.ok()) {
            note(*rows);
        }
    }
    return book_.find(id);
}

// One more row of a story and channel, which takes the place of an update that still waits.
void Outbox::add_next(const StoryBook::Told& told, const AlertText& alert, NotificationRow row,
                      std::int64_t now_ns, StoreEntry& entry) const {
    row.signal_id = told.last.signal_id;
    row.channel = told.last.channel;
    row.seq = told.last.seq + 1;
    row.next_try_ns = row.created_ns;
    row.use_by_ns = row.created_ns + options_.use_by_ns;
    const bool waits =
        told.last.phase == "update" && told.last.state == "pending" && !is_in_flight(told.last);
    if (waits) {
        NotificationRow older = told.last;
        older.state = "replaced";
        older.reason =
            row.phase == "end" ? "replaced by the end of the story" : "replaced by a newer update";
        older.finished_ns = now_ns;
        entry.notifications.push_back(std::move(older));
    }
    row.payload = encode_alert(alert);
    entry.added.push_back(std::move(row));
}

void Outbox::add_updates(const Signal& signal, const StoryBook::Story& story, std::int64_t now_ns,
                         StoreEntry& entry) {
    const StoryFigures now = figures_of(signal, now_ns);
    std::optional<RoutingDecision> decision;
    Acknowledged acknowledged;
    const auto decide = [&]() -> const RoutingDecision& {
        if (!decision) {
            decision = would(facts_of(signal, compose_alert(signal, *options_.messages)), now_ns);
        }
        return *decision;
    };
    for (const auto& [channel, told] : story) {
        const ChannelTraits& traits = traits_of(channel);
        const std::optional<std::int64_t> at =
            told.sent && !told.ended() ? update_time(traits, options_.updates, told.figures, now)
                                       : std::nullopt;
        if (!at) {
            continue;
        }
        const ChannelChoice* choice = choice_for(decide(), channel);
        AlertText alert = update_alert(signal, traits, told.last.seq + 1, *options_.messages);
        tell_acknowledged(signal.id, acknowledged, alert);
        if (!adds_pictures(channel) || !outgrows(told.pictured, now)) {
            alert.series = {};
        }
        NotificationRow row;
        row.key = signal.id + "/" + channel + "/u" + std::to_string(told.last.seq + 1);
        row.phase = "update";
        row.priority =
            priority_of(alert) + (now.strength > told.figures.strength ? 0 : kGrowthPriority);
        // One that still waits keeps its time for the one that takes its place.
        const bool waits = told.last.phase == "update" && told.last.state == "pending";
        row.created_ns = waits ? std::max(now_ns, told.last.created_ns) : *at;
        if (choice != nullptr) {
            alert.route = choice->route;
            alert.silent = choice->silent;
        }
        if (choice != nullptr && !choice->send && !choice->throttled) {
            row.state = "held";
            row.reason = choice->reason;
            row.finished_ns = now_ns;
        }
        add_next(told, alert, std::move(row), now_ns, entry);
    }
    if (now.strength <= strongest(story)) {
        return;
    }
    // A story that has become stronger may be a matter of channels that were not told of it.
    RoutingDecision others = decide();
    std::erase_if(others.choices, [&](const ChannelChoice& choice) {
        return !choice.send || story.contains(choice.channel);
    });
    for (NotificationRow& row :
         rows_for(compose_alert(signal, *options_.messages), others, now_ns)) {
        entry.added.push_back(std::move(row));
    }
}

void Outbox::add_ends(const Signal& signal, const StoryBook::Story& story, std::int64_t now_ns,
                      StoreEntry& entry) {
    // Its end is no news where messages are shown to people; what waits for it is an incident that
    // it closes, or a program that was to be told all.
    const bool is_news = !is_single(signal) || signal.state == SignalState::Cancelled;
    Acknowledged acknowledged;
    constexpr std::uint32_t shown = PETREL_CAN_EDIT | PETREL_CAN_THREAD;
    for (const auto& [channel, told] : story) {
        const ChannelTraits& traits = traits_of(channel);
        const bool is_told = is_news || (traits.abilities & PETREL_CAN_RESOLVE) != 0 ||
                             (traits.abilities & shown) == 0;
        if (!told.sent || told.ended() || !traits.follows() || !is_told) {
            continue;
        }
        NotificationRow row;
        row.key = signal.id + "/" + channel + "/end";
        row.phase = "end";
        row.priority = kEndPriority;
        row.created_ns = now_ns;
        AlertText alert = end_alert(signal, traits, *options_.messages);
        tell_acknowledged(signal.id, acknowledged, alert);
        if (!adds_pictures(channel)) {
            alert.series = {};
        }
        add_next(told, alert, std::move(row), now_ns, entry);
    }
}

// That somebody has taken the story on stays in what is told of it: asked once for all channels.
// Where the store cannot be asked the line is left out.
void Outbox::tell_acknowledged(const std::string& signal_id, Acknowledged& known,
                               AlertText& alert) {
    if (options_.acknowledging.empty() || writer_.behind()) {
        return;
    }
    if (!known) {
        const auto acks = database_.acknowledgements(signal_id);
        known = acks.ok() ? *acks : std::vector<AckRow>();
    }
    if (!known->empty()) {
        tell_who_acknowledged(known->front(), *options_.messages, alert);
    }
}

// What still waits to be told tells how things stand, by the rule of an update.
void Outbox::reword_escalations(const Signal& signal, std::int64_t now_ns, StoreEntry& entry) {
    const auto known = escalating_.find(signal.id);
    const StoryFigures now = figures_of(signal, now_ns);
    if (known == escalating_.end() || writer_.behind() ||
        !(now.strength > known->second.strength || grows(options_.updates, known->second, now))) {
        return;
    }
    const auto rows = database_.notifications(signal.id);
    if (!rows.ok()) {
        return;
    }
    AlertText alert = compose_alert(signal, *options_.messages);
    alert.series = {};
    for (NotificationRow& row : reworded_escalations(*rows, alert, *options_.messages)) {
        if (!is_in_flight(row)) {
            entry.notifications.push_back(std::move(row));
        }
    }
    known->second = now;
}

Status Outbox::follow(const Signal& signal, std::int64_t now_ns) {
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Change;
    const bool over = signal.state != SignalState::Active;
    if (const StoryBook::Story* story = story_of(signal.id); story != nullptr) {
        over ? add_ends(signal, *story, now_ns, entry) : add_updates(signal, *story, now_ns, entry);
    } else if (over && writer_.behind()) {
        log::warning("delivery", signal.id +
                                     " has ended while the store is down, and nobody knows "
                                     "which channels to tell");
    }
    if (!over) {
        reword_escalations(signal, now_ns, entry);
    }
    if (!entry.added.empty() || !entry.notifications.empty()) {
        if (Status written = writer_.write(entry); !written.ok()) {
            return written;
        }
        note(entry.added);
    }
    Status recorded = record(signal);
    if (recorded.ok() && over) {
        book_.forget(signal.id);
    }
    return recorded;
}

// With its newest state as the first that is told of it; one that has ended meanwhile ends there.
Status Outbox::admit_late(RemadeSignal& remade, std::int64_t now_ns) {
    log::warning("journal", remade.signal.id +
                                " was decided and not admitted before the end of the last run; it "
                                "is admitted now");
    Signal begun = remade.signal;
    begun.state = SignalState::Active;
    begun.cancel_reason.clear();
    Status admitted = admit(begun, now_ns);
    if (!admitted.ok()) {
        return admitted;
    }
    remade.admitted_ns = 0;  // once
    return remade.signal.state == SignalState::Active ? admitted : follow(remade.signal, now_ns);
}

Status Outbox::make_good(RemadeSignal& remade, std::int64_t admit_since_ns, std::int64_t now_ns) {
    const Signal& signal = remade.signal;
    const bool may_be_new = remade.admitted_ns >= admit_since_ns;
    using Rows = Result<std::vector<SignalRow>>;
    const Rows rows =
        writer_.behind() ? Rows(Status::io("the store is behind")) : database_.find(signal.id);
    const bool known = rows.ok() && !rows->empty() && rows->front().state != "held";
    if (!known) {
        Status admitted = may_be_new ? admit_late(remade, now_ns) : Status();
        return rows.ok() ? admitted : rows.status();
    }
    const SignalRow& row = rows->front();
    const bool over = signal.state != SignalState::Active;
    const bool older = row.ts_ns > signal.ts_ns || row.document == signal_document(signal);
    if (row.state != "active" || (!over && older)) {
        return {};
    }
    const bool late = !over && now_ns - signal.ts_ns > options_.use_by_ns;
    log::warning("journal", signal.id + " has " + (over ? "ended" : "changed") +
                                " before the end of the last run, which is not on record; it is " +
                                (late ? "written now, past its use-by" : "told now"));
    book_.forget(signal.id);  // an admission meanwhile was noted, but rows that were there count
    return late ? record(signal) : follow(signal, now_ns);
}

}  // namespace petrel::core
