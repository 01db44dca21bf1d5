// In order, or not at all.
#include "store/store_writer.hpp"

#include "observe/log.hpp"

namespace petrel::core {

Status StoreWriter::write(const StoreEntry& entry) {
    if (!behind()) {
        Status written = database_.write(entry);
        store_status_ = written.retryable() ? written : Status();
        if (!written.retryable() || spool_ == nullptr) {
            return written;  // done, refused for ever, or the caller's to keep
        }
    }
    return spool_->append(encode_entry(entry));
}

Status StoreWriter::catch_up(int limit) {
    for (int n = 0; n < limit && behind(); ++n) {
        if (spool_->records() > 0) {
            Result<std::string> body = spool_->front();
            const Result<StoreEntry> entry =
                body.ok() ? decode_entry(*body) : Result<StoreEntry>(body.status());
            const Status written = entry.ok() ? database_.write(*entry) : entry.status();
            if (!written.ok() && written.retryable()) {
                store_status_ = written;
                return written;
            }
            if (!written.ok()) {
                ++refused_;
                log::error("delivery", "an entry of the spool is left out: " + written.message());
            }
        }
        if (Status popped = spool_->pop(); !popped.ok()) {
            return popped;
        }
    }
    store_status_ = Status();
    return {};
}

}  // namespace petrel::core
