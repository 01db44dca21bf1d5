// The store: signals and notifications in SQLite, or in PostgreSQL.
//
// SQLite: one connection, owned by one thread (the delivery thread), both writes and checkpoints;
// whoever else reads does so through Access::Read, which can do neither (the WAL-reset fault of
// SQLite before 3.51.3 needs a second checkpointer). WAL with synchronous=FULL: what a call
// returned as done is on disk. PostgreSQL: one connection as well; after any failure it is given
// up, and the next call opens a new one, at most one try a wait that grows. A call whose outcome is
// not known may be made again: rows that are there stay. The database library stays behind this
// header, its exceptions become Status.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "petrel/result.hpp"
#include "store/rows.hpp"
#include "store/store_place.hpp"
#include "store/tracking_rows.hpp"

namespace petrel::core {

struct StoreEntry;

class Database {
public:
    enum class Access : std::uint8_t { ReadWrite, Read };

    // Opens, checks and, when it may write, migrates. A store of a newer schema is refused with
    // what to do; a file that is damaged is reported with the remedy.
    static Result<std::unique_ptr<Database>> open(const StorePlace& place,
                                                  Access access = Access::ReadWrite);

    // Which schema a store has, and which this petrel knows. Changes nothing.
    static Result<SchemaState> schema(const StorePlace& place);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // A signal with its notifications, in one transaction: all of it or nothing. Rows that are
    // there already stay as they are, so that a replayed admission repeats nothing; only a story
    // that was held so far is raised.
    Status admit(const SignalRow& signal, std::span<const NotificationRow> notifications);

    // Notifications that belong to no signal (alerts of the system).
    Status add(std::span<const NotificationRow> notifications);

    // Writes a signal's row (updates, expiry, near misses). A step back in its life is ignored.
    Status put(const SignalRow& signal);

    // Writes an outcome of a signal that was admitted, or of a near miss whose story was not. One
    // that is there already stays, and one of a signal that the store does not know is left out, so
    // that a start may tell it again.
    Status put(const OutcomeRow& row);

    // Writes the state of one notification (state, attempts, times, reason, provider's id) and the
    // try that led to it, in one transaction; an end gets its entry in the chain. One that has
    // ended stays as it is.
    Status settle(const NotificationRow& row, const AttemptRow* attempt = nullptr);

    // Several of them, with notifications that take their place, in one transaction. What a digest
    // has merged shares its end.
    Status change(std::span<const NotificationRow> settled, std::span<const NotificationRow> added,
                  const AttemptRow* attempt = nullptr);

    Status put(const MetricsRow& row);

    // Writes a silence; one that is there already only ends earlier.
    Status put(const SilenceRow& row);

    // That somebody has taken a signal on, what tells the channels of it, and the end of its
    // escalations, in one transaction. The first one of a signal stays.
    Status acknowledge(const AckRow& ack, std::span<const NotificationRow> tellings);

    // Ends what waits of a signal's escalations, with the reason.
    Status end_escalations(const std::string& signal_id, const std::string& reason,
                           std::int64_t now_ns);

    // Any of the above, as it was said. May be repeated.
    Status write(const StoreEntry& entry);

    // Several in one transaction: all of them, or none and the first failure.
    Status write(std::span<const StoreEntry> entries);

    // Pending notifications of a channel whose time has come, most urgent first: a second of
    // waiting is worth a point of priority. None before what its story has told first is settled,
    // in a digest or alone. On a server they are claimed for this node, for a minute: another one
    // passes over them.
    Result<std::vector<NotificationRow>> due(const DueQuery& query);
    // Those that are past their use-by, the oldest first, whatever they wait for. Claimed as well.
    Result<std::vector<NotificationRow>> past_use_by(const DueQuery& query);
    // Every channel that notifications name, with the time at which one becomes due, or late.
    Result<std::vector<ChannelDue>> waiting();

    Result<std::vector<SignalRow>> signals(const SignalQuery& query);
    // Signals whose id begins with the text; at most three.
    Result<std::vector<SignalRow>> find(const std::string& id_prefix);
    // The one whose id begins with the text, or the newest for "last"; says why there is none.
    Result<SignalRow> one(const std::string& id_prefix);
    Result<std::vector<NotificationRow>> notifications(const std::string& signal_id);
    // Tries to deliver notifications of one signal, oldest first.
    Result<std::vector<AttemptRow>> attempts(const std::string& signal_id);
    // Minutes from `since_ns` on, oldest first; at most `limit`.
    Result<std::vector<MetricsRow>> metrics(std::int64_t since_ns, int limit);
    // Of one signal, by horizon; of a near miss first by the time of the hold.
    Result<std::vector<OutcomeRow>> outcomes(const std::string& signal_id,
                                             OutcomesOf of = OutcomesOf::Sent);
    // Of all signals at one horizon, newest first.
    Result<std::vector<OutcomeRow>> outcomes(const OutcomeQuery& query);
    // Votes on the signals that have an outcome at the horizon, newest signal first.
    Result<std::vector<VoteRow>> votes(const OutcomeQuery& query);
    // At which horizons there are any, in ms.
    Result<std::vector<std::int64_t>> outcome_horizons(OutcomesOf of = OutcomesOf::Sent);
    // How many signals of the query have none.
    Result<std::uint64_t> without_outcome(const OutcomeQuery& query);
    // What was sent and held, newest first.
    Result<std::vector<VerdictCount>> verdicts(const VerdictQuery& query);
    // Silences that end after `now_ns`, oldest first.
    Result<std::vector<SilenceRow>> silences(std::int64_t now_ns);
    // What silences have held back since then, by reason.
    Result<std::vector<HeldCount>> held_by_silences(std::int64_t since_ns);
    // Of one signal; none or one.
    Result<std::vector<AckRow>> acknowledgements(const std::string& signal_id);
    // Signals that are active and do not end before `now_ns`, oldest first; the newest 10,000.
    Result<std::vector<SignalRow>> active_signals(std::int64_t now_ns);
    // Signals some escalation of which still waits.
    Result<std::vector<std::string>> escalating();
    Result<StoreCounts> counts();
    // What waits and was written, or tried, by a clock that has gone back since: as if it were so
    // now, or it would wait for that time to come again. At a start; of a server: nothing.
    Status follow_clock_back(std::int64_t now_ns);
    // Channels whose provider has answered "too many" last, with the time until which they wait.
    Result<std::vector<ChannelDue>> provider_pauses(std::int64_t now_ns);

    // Notifications by what is asked, newest first.
    Result<std::vector<TrackedRow>> tracked(const TrackedQuery& query);
    // Signals that were admitted and have no notification, newest first.
    Result<std::vector<UnroutedRow>> unrouted(std::int64_t since_ns, int limit);
    // Makes refused and expired notifications pending again, under their keys; all of those named
    // or none. Which ones.
    Result<std::vector<std::string>> send_again(const ResendWish& wish);
    // Checks a part of the chain: at most `limit` entries or rows from `from` on. See chain.hpp.
    Result<ChainPage> check_chain(const ChainCursor& from, std::int64_t since_ns, int limit);

    // Copies the write-ahead log of a file into it when it holds so many pages: for a moment in
    // which nothing waits. Without it that happens within a commit, at 32 MiB. Of a server:
    // nothing.
    void checkpoint(int pages_least);

    // Ends what another thread is asking of a file just now: that fails with an error of the store.
    // Of a server: nothing, for its calls have a limit.
    void interrupt();

    // The file was removed, renamed or replaced since it was opened: what is written goes with the
    // end of the process. Of a server: no.
    [[nodiscard]] bool has_moved() const;

    // Why nothing more is written to it, although it is open: a sync has failed, and the system may
    // have thrown away what it was to keep. Empty while it is sound.
    [[nodiscard]] const std::string& broken() const;

    // Keeps the newest `near_misses_max` held rows, and removes signals that ended before then
    // together with their settled notifications, votes and outcomes; and attempts, minutes and
    // the chain of before. Some 25 rows of each at a time: true when there are more.
    Result<bool> prune(int near_misses_max, std::int64_t ended_before_ns);

    struct Session;
    explicit Database(std::unique_ptr<Session> session);

private:
    static Result<std::unique_ptr<Database>> open_file(const StorePlace& place, Access access);
    static Result<std::unique_ptr<Database>> open_server_store(const StorePlace& place,
                                                               Access access);
    Status check_schema(int version) const;
    Status migrate();
    Status connect() const;
    Status attempt(const char* doing, const std::function<void()>& body) const;
    Status guarded(const char* doing, const std::function<void()>& body) const;

    std::unique_ptr<Session> session_;
};

}  // namespace petrel::core
