// Where the store is: a file of SQLite, or a database of PostgreSQL.
//
// A plain value, made from the configuration on the control thread and copied to whoever opens the
// store. `password` is never printed; everything else may be.
#pragma once

#include <cstdint>
#include <string>

namespace petrel::core {

struct StorePlace {
    StorePlace() = default;
    StorePlace(std::string file) : path(std::move(file)) {}  // NOLINT(google-explicit-constructor)
    StorePlace(const char* file) : path(file) {}             // NOLINT(google-explicit-constructor)

    std::string path;      // of SQLite's file
    std::string url;       // postgresql://user@host/name?option=value; empty: SQLite
    std::string password;  // for url
    // Who takes work where several share one database. The same after a restart.
    std::string node;
    // A server that cannot be reached is no reason not to open: it is tried again with each call.
    bool may_be_down = false;
    // A call that is not answered by then is given up, with its connection.
    std::int64_t call_max_ms = 4'000;

    [[nodiscard]] bool is_server() const { return !url.empty(); }
};

// For messages: the path, or the address without user, password and options.
std::string shown_place(const StorePlace& place);

}  // namespace petrel::core
