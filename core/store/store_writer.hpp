// The way into the store: now, or by the spool when the store is down; always in order.
//
// What write() returned ok for is durable, in one of the two. As long as anything lies in the spool
// everything goes behind it, and nothing is handed out for sending: what the store says is due may
// have been settled in the spool. Owned by the outbox, on the delivery thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "store/database.hpp"
#include "store/spool.hpp"
#include "store/store_entry.hpp"

namespace petrel::core {

class StoreWriter {
public:
    // `spool` may be null: then a failure of the store is the caller's.
    StoreWriter(Database& database, std::unique_ptr<Spool> spool)
        : database_(database), spool_(std::move(spool)) {}

    Status write(const StoreEntry& entry);

    // Writes at most `limit` of what waits in the spool; stops at the first failure.
    Status catch_up(int limit);

    [[nodiscard]] bool behind() const { return spool_ != nullptr && !spool_->empty(); }
    // Of the store's last write; ok when it worked.
    [[nodiscard]] const Status& store_status() const { return store_status_; }
    [[nodiscard]] std::uint64_t spooled() const { return spool_ ? spool_->records() : 0; }
    [[nodiscard]] std::uint64_t spooled_bytes() const { return spool_ ? spool_->bytes() : 0; }
    // Entries that the store refuses for what they hold, and records that could not be read.
    [[nodiscard]] std::uint64_t refused() const { return refused_; }

private:
    Database& database_;
    std::unique_ptr<Spool> spool_;
    Status store_status_;
    std::uint64_t refused_ = 0;
};

}  // namespace petrel::core
