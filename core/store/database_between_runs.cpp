// What somebody else did to the machine: its clock has gone back between two runs, the store's file
// is gone.
#include "store/file_connection.hpp"
#include "store/session.hpp"
#include "store/statements.hpp"

namespace petrel::core {

Status Database::follow_clock_back(std::int64_t now_ns) {
    if (session_->place.is_server()) {
        return {};  // the clocks of other nodes may be ahead of ours
    }
    return guarded("follow the clock back", [&] {
        Session::Step step(*session_);
        session_->sql << "UPDATE notifications SET next_try_ns = :now WHERE state = 'pending'"
                         " AND next_try_ns > :now2 AND EXISTS (SELECT 1 FROM attempts AS a"
                         " WHERE a.key = notifications.key AND a.number = notifications.attempts"
                         " AND a.at_ns > :now3)",
            soci::use(wide(now_ns)), soci::use(wide(now_ns)), soci::use(wide(now_ns));
        session_->sql << "UPDATE notifications SET next_try_ns = next_try_ns - created_ns + :now,"
                         " use_by_ns = use_by_ns - created_ns + :now2, created_ns = :now3"
                         " WHERE state = 'pending' AND created_ns > :now4",
            soci::use(wide(now_ns)), soci::use(wide(now_ns)), soci::use(wide(now_ns)),
            soci::use(wide(now_ns));
        step.commit();
    });
}

bool Database::has_moved() const {
    if (session_->place.is_server()) {
        return false;
    }
    int moved = 0;
    sqlite_api::sqlite3_file_control(connection_of(session_->sql), nullptr, SQLITE_FCNTL_HAS_MOVED,
                                     &moved);
    return moved != 0;
}

}  // namespace petrel::core
