// The database library's session and what the calls of this folder share: for its .cpp files only.
//
// Owned by one Database and used on its thread.
#pragma once

#include <soci/soci.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <typeindex>

#include "store/call_watch.hpp"
#include "store/database.hpp"

namespace petrel::core {

struct Database::Session {
    soci::session sql;
    std::map<std::type_index, std::shared_ptr<void>> kept;  // of a file: see kept.hpp
    StorePlace place;
    Access access = Access::ReadWrite;
    std::string name;  // of the store, in messages
    // Of a server alone.
    std::unique_ptr<CallWatch> watch;
    bool connected = false;
    bool was_opened = false;  // since then a loss is worth a word
    std::int64_t connect_after_ns = 0;
    std::int64_t connect_wait_ns = 0;
    std::int64_t renewed_ns = 0;  // its claims on work
    std::string last_failure;
    bool hypertables = false;  // TimescaleDB keeps what grows by time
    int wal_pages = 0;         // of a file: what its log holds since the last copy
    // Set once a sync has failed: nothing more is written through this session.
    std::string broken;

    // Looks whether the call that has just failed did so in a sync.
    void note_failed_sync(const std::string& failure);

    // Commits. What failed is looked at before the transaction rolls back and forgets it.
    void commit(soci::transaction& transaction);

    // A call's own transaction; inside of a group it is part of the group's.
    class Step {
    public:
        explicit Step(Session& session) : session_(session) {
            if (!session.in_group) {
                transaction_.emplace(session.sql);
            }
        }
        void commit() {
            if (transaction_) {
                session_.commit(*transaction_);
            }
        }

    private:
        Session& session_;
        std::optional<soci::transaction> transaction_;
    };

    // While it lives every call belongs to the transaction that is open around it.
    class Group {
    public:
        explicit Group(Session& session) : session_(session) { session_.in_group = true; }
        ~Group() { session_.in_group = false; }
        Group(const Group&) = delete;
        Group& operator=(const Group&) = delete;

    private:
        Session& session_;
    };
    bool in_group = false;
};

// Opens the session to the server of `place` and sets it up; `watch` ends what is not answered.
// Throws what the library throws.
void open_server(soci::session& sql, const StorePlace& place, bool read_only, CallWatch* watch);

// The socket of an open session to a server.
int socket_of(soci::session& sql);

// What failed, without the statement and its values: what() would quote them, payloads included.
std::string told(const soci::soci_error& error);

// The server's five-character code of a failure; empty for others.
std::string server_code(const soci::soci_error& error);

}  // namespace petrel::core
