// Rows for tests of the store, statements past the product's back, and a disk that fills up.
#pragma once

#include <sqlite3.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include "store/database.hpp"

namespace petrel::core {

inline constexpr std::int64_t kNow = 1'767'225'600'000'000'000;  // 2026-01-01 00:00:00 UTC
inline constexpr std::int64_t kSecond = 1'000'000'000;

inline SignalRow signal_row(const std::string& id, const std::string& state = "active") {
    SignalRow row;
    row.id = id;
    row.type = "LIQ_STORM";
    row.symbol = "BTC-USDT-PERP";
    row.side = "long";
    row.state = state;
    row.verdict = state == "held" ? "hold" : "send";
    row.reason = "score";
    row.pattern = "storm_only";
    row.strength = "strong";
    row.score = 0.92;
    row.notional_usd = 4.1e6;
    row.ts_ns = kNow;
    row.onset_ns = kNow - kSecond;
    row.expires_ns = kNow + 7'200 * kSecond;
    row.rule_version = "default@1a2b3c";
    row.document = R"({"id":")" + id + "\"}";
    return row;
}

inline NotificationRow notification_row(const std::string& signal, const std::string& channel) {
    NotificationRow row;
    row.key = signal + "/" + channel;
    row.signal_id = signal;
    row.channel = channel;
    row.priority = 200;
    row.created_ns = kNow;
    row.next_try_ns = kNow;
    row.use_by_ns = kNow + 900 * kSecond;
    row.payload = "{}";
    return row;
}

inline OutcomeRow outcome_row(const std::string& signal, std::int64_t horizon_ms,
                              const std::string& result = "hit") {
    OutcomeRow row;
    row.signal_id = signal;
    row.horizon_ms = horizon_ms;
    row.type = "LIQ_STORM";
    row.symbol = "BTC-USDT-PERP";
    row.group = "MAJORS";
    row.pattern = "storm_only";
    row.strength = "strong";
    row.pressure = "bearish";
    row.rule_version = "default@1a2b3c";
    row.score = 0.92;
    row.signal_ns = kNow;
    row.at_ns = kNow + horizon_ms * 1'000'000;
    row.result = result;
    row.price_before = 91'000.5;
    row.return_pct = -0.25;
    return row;
}

// Runs a statement on a connection of its own; the first column of the first row as text.
inline std::string run_sql(const std::string& path, const std::string& statement) {
    sqlite3* connection = nullptr;
    sqlite3_open(path.c_str(), &connection);
    sqlite3_busy_timeout(connection, 5'000);
    std::string first;
    char* error = nullptr;
    const auto take = [](void* to, int columns, char** values, char**) {
        if (columns > 0 && values[0] != nullptr && static_cast<std::string*>(to)->empty()) {
            *static_cast<std::string*>(to) = values[0];
        }
        return 0;
    };
    if (sqlite3_exec(connection, statement.c_str(), take, &first, &error) != SQLITE_OK) {
        first = std::string("error: ") + error;
    }
    sqlite3_free(error);
    sqlite3_close(connection);
    return first;
}

// While it lives the database library's writes fail with ENOSPC.
class FullDisk {
public:
    FullDisk() {
        vfs()->xSetSystemCall(vfs(), "pwrite", reinterpret_cast<sqlite3_syscall_ptr>(&refuse));
        vfs()->xSetSystemCall(vfs(), "pwrite64", reinterpret_cast<sqlite3_syscall_ptr>(&refuse));
    }
    ~FullDisk() {
        vfs()->xSetSystemCall(vfs(), "pwrite", nullptr);
        vfs()->xSetSystemCall(vfs(), "pwrite64", nullptr);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    static sqlite3_vfs* vfs() { return sqlite3_vfs_find(nullptr); }
    static ssize_t refuse(int, const void*, size_t, off_t) {
        errno = ENOSPC;
        return -1;
    }
};

// Makes every insertion into, or update of, notifications fail until it is gone.
class BrokenTable {
public:
    BrokenTable(std::string path, const std::string& action, const std::string& condition = "1")
        : path_(std::move(path)) {
        run_sql(path_, "CREATE TRIGGER broken BEFORE " + action + " ON notifications WHEN " +
                           condition + " BEGIN SELECT RAISE(ABORT, 'planted failure'); END");
    }
    ~BrokenTable() { run_sql(path_, "DROP TRIGGER broken"); }
    BrokenTable(const BrokenTable&) = delete;
    BrokenTable& operator=(const BrokenTable&) = delete;

private:
    std::string path_;
};

}  // namespace petrel::core
