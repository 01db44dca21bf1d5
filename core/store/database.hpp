// The store: signals and notifications in SQLite.
//
// One connection, owned by one thread (the delivery thread), both writes and checkpoints; a second
// process reads through Access::Read, which can do neither (the WAL-reset fault of SQLite before
// 3.51.3 needs a second checkpointer). WAL with synchronous=FULL: what a call returned as done is
// on disk. The database library stays behind this header, its exceptions become Status.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "petrel/result.hpp"
#include "store/rows.hpp"

namespace petrel::core {

class Database {
public:
    enum class Access : std::uint8_t { ReadWrite, Read };

    // Opens, checks and, when it may write, migrates. A file of a newer schema is refused with what
    // to do; one that is damaged is reported with the remedy.
    static Result<std::unique_ptr<Database>> open(const std::string& path,
                                                  Access access = Access::ReadWrite);
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

    // Writes an outcome of a signal that was admitted. One that is there already stays, and one of
    // a signal that the store does not know is left out, so that a start may tell it again.
    Status put(const OutcomeRow& outcome);

    // Writes the state of one notification: state, attempts, times, reason, provider's id.
    Status settle(const NotificationRow& row);

    // Pending notifications whose time has come, most urgent first, then oldest; at most `limit` of
    // each channel, so that the backlog of one hides nothing of another's.
    Result<std::vector<NotificationRow>> due(std::int64_t now_ns, int limit);
    // The earliest time at which a pending notification becomes due; INT64_MAX when none waits.
    Result<std::int64_t> next_due();

    Result<std::vector<SignalRow>> signals(const SignalQuery& query);
    // Signals whose id begins with the text; at most three.
    Result<std::vector<SignalRow>> find(const std::string& id_prefix);
    Result<std::vector<NotificationRow>> notifications(const std::string& signal_id);
    // Of one signal, by horizon.
    Result<std::vector<OutcomeRow>> outcomes(const std::string& signal_id);
    // Of all signals at one horizon, newest first.
    Result<std::vector<OutcomeRow>> outcomes(const OutcomeQuery& query);
    // At which horizons there are any, in ms.
    Result<std::vector<std::int64_t>> outcome_horizons();
    // How many signals of the query have none.
    Result<std::uint64_t> without_outcome(const OutcomeQuery& query);
    Result<StoreCounts> counts();

    // Keeps the newest `near_misses_max` held rows, and removes signals that ended before `ts_ns`
    // together with their settled notifications and their outcomes.
    Status prune(int near_misses_max, std::int64_t ended_before_ns);

    struct Session;
    explicit Database(std::unique_ptr<Session> session);

private:
    Status migrate(Access access);
    Status guarded(const char* doing, const std::function<void()>& body) const;

    std::unique_ptr<Session> session_;
};

}  // namespace petrel::core
