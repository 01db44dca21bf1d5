// In order, or not at all.
#include "store/store_writer.hpp"

#include <algorithm>

#include "observe/log.hpp"

namespace petrel::core {

Status StoreWriter::write(StoreEntry entry) {
    if (gathering_) {
        gathered_.push_back(std::move(entry));
        return {};
    }
    const Status before = flush();  // in order: what is stuck comes first
    return before.ok() ? write_now(entry) : before;
}

Status StoreWriter::write_now(const StoreEntry& entry) {
    if (!spooling()) {
        Status written = database_.write(entry);
        store_status_ = written.retryable() ? written : Status();
        if (!written.retryable() || spool_ == nullptr) {
            return written;  // done, refused for ever, or the caller's to keep
        }
    }
    return spool_->append(encode_entry(entry));
}

// False when it must be tried one by one: what the store refuses for what it holds must not take
// the others along, and a store that is down has them spooled.
bool StoreWriter::write_together() {
    if (spooling() || gathered_.size() < 2) {
        return false;
    }
    const Status written = database_.write(gathered_);
    store_status_ = written.retryable() ? written : Status();
    if (written.ok()) {
        gathered_.clear();
    }
    return written.ok();
}

// Writes until one fails that may be tried again. How many are done with.
std::size_t StoreWriter::write_one_by_one(Status& failure) {
    std::size_t done = 0;
    while (done < gathered_.size() && failure.ok()) {
        if (spooling()) {
            std::vector<std::string> bodies;
            std::transform(gathered_.begin() + static_cast<std::ptrdiff_t>(done), gathered_.end(),
                           std::back_inserter(bodies), &encode_entry);
            std::size_t kept = 0;
            failure = spool_->append(bodies, kept);
            return done + kept;
        }
        const Status written = write_now(gathered_[done]);
        if (!written.ok() && written.retryable()) {
            failure = written;
            return done;
        }
        if (!written.ok()) {
            log::error("delivery", "what was to be kept is refused: " + written.message());
            lost_.push_back(std::move(gathered_[done]));
        }
        ++done;
    }
    return done;
}

Status StoreWriter::flush() {
    gathering_ = false;
    if (gathered_.empty() || write_together()) {
        return {};
    }
    Status failure;
    const std::size_t done = write_one_by_one(failure);
    gathered_.erase(gathered_.begin(), gathered_.begin() + static_cast<std::ptrdiff_t>(done));
    return failure;
}

// The next of the spool in one transaction. How many; none when they must be tried one by one.
std::size_t StoreWriter::catch_up_together(std::size_t limit) {
    const std::vector<std::string> bodies = spool_->peek(limit);
    std::vector<StoreEntry> entries;
    for (const std::string& body : bodies) {
        Result<StoreEntry> entry = decode_entry(body);
        if (!entry.ok()) {
            break;
        }
        entries.push_back(std::move(*entry));
    }
    return entries.size() > 1 && database_.write(entries).ok() ? entries.size() : 0;
}

Status StoreWriter::catch_up_one() {
    if (spool_->records() == 0) {
        return {};  // all is written, but the file could not be emptied
    }
    Result<std::string> body = spool_->front();
    const Result<StoreEntry> entry =
        body.ok() ? decode_entry(*body) : Result<StoreEntry>(body.status());
    Status written = entry.ok() ? database_.write(*entry) : entry.status();
    if (!written.ok() && written.retryable()) {
        store_status_ = written;
        return written;
    }
    if (!written.ok()) {
        ++refused_;
        log::error("delivery", "an entry of the spool is left out: " + written.message());
        if (entry.ok() && entry->kind == StoreEntry::Kind::Settlement) {
            lost_.push_back(*entry);  // it is due as before, and would be sent again
        }
    }
    return {};
}

Status StoreWriter::catch_up(int limit) {
    constexpr std::size_t together_max = 64;
    for (auto left = static_cast<std::size_t>(limit); left > 0 && spooling();) {
        std::size_t taken = catch_up_together(std::min(left, together_max));
        if (taken == 0) {
            if (Status written = catch_up_one(); !written.ok()) {
                return written;
            }
            taken = 1;
        }
        for (std::size_t i = 0; i < taken; ++i) {
            if (Status popped = spool_->pop(); !popped.ok()) {
                return popped;
            }
        }
        left -= taken;
    }
    store_status_ = Status();
    return spooling() ? Status() : flush();  // what is stuck comes behind what was spooled
}

}  // namespace petrel::core
