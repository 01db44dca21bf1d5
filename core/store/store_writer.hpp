// The way into the store: now, or by the spool when the store is down; always in order.
//
// What write() returned ok for is durable, in one of the two. As long as anything lies in the spool
// everything goes behind it, and nothing is handed out for sending: what the store says is due may
// have been settled in the spool. Owned by the outbox, on the delivery thread.
//
// Between gather() and flush() what is written only waits, so that one sync of the disk does for
// all of it: none of it is durable, and nothing may be sent because of it, before flush() says ok.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/database.hpp"
#include "store/spool.hpp"
#include "store/store_entry.hpp"

namespace petrel::core {

class StoreWriter {
public:
    // `spool` may be null: then a failure of the store is the caller's.
    StoreWriter(Database& database, std::unique_ptr<Spool> spool)
        : database_(database), spool_(std::move(spool)) {}

    // Fails while something is stuck that must go before it.
    Status write(StoreEntry entry);

    // Does nothing while something is stuck.
    void gather() { gathering_ = gathering_ || gathered_.empty(); }
    // Makes what was gathered durable, in one transaction where the store takes it so. What neither
    // store nor spool takes stays gathered, in its order, and the next flush() begins with it.
    Status flush();
    [[nodiscard]] std::size_t gathered() const { return gathered_.size(); }
    // A flush() has failed and was not made good yet.
    [[nodiscard]] bool stuck() const { return !gathering_ && !gathered_.empty(); }
    // What the store refused for what it holds before it was ever durable, since the last call.
    [[nodiscard]] std::vector<StoreEntry> take_lost() { return std::exchange(lost_, {}); }

    // Writes at most `limit` of what waits in the spool, and what is stuck behind it; stops at the
    // first failure.
    Status catch_up(int limit);

    // Something that was said before now is not in the store, because it failed.
    [[nodiscard]] bool behind() const { return stuck() || spooling(); }
    // Of the store's last write; ok when it worked.
    [[nodiscard]] const Status& store_status() const { return store_status_; }
    [[nodiscard]] std::uint64_t spooled() const { return spool_ ? spool_->records() : 0; }
    [[nodiscard]] std::uint64_t spooled_bytes() const { return spool_ ? spool_->bytes() : 0; }
    // Entries that the store refuses for what they hold, and records that could not be read.
    [[nodiscard]] std::uint64_t refused() const { return refused_; }

private:
    [[nodiscard]] bool spooling() const { return spool_ != nullptr && !spool_->empty(); }
    Status write_now(const StoreEntry& entry);
    bool write_together();
    std::size_t write_one_by_one(Status& failure);
    std::size_t catch_up_together(std::size_t limit);
    Status catch_up_one();

    Database& database_;
    std::unique_ptr<Spool> spool_;
    std::vector<StoreEntry> gathered_;
    std::vector<StoreEntry> lost_;
    bool gathering_ = false;
    Status store_status_;
    std::uint64_t refused_ = 0;
};

}  // namespace petrel::core
