// Room for SQLite's log, made before it is needed.
//
// A sync of a file that grows has to write its new blocks into the file system's own journal as
// well, and takes many times as long as one of a file that is written over. The log is written
// from its beginning again after each copy, so room that is made once serves until the store is
// closed.
#pragma once

#include <cstdint>
#include <string>

namespace petrel::core {

// Writes zeros behind the log's end until it is `bytes` long, and syncs them. SQLite takes a frame
// of zeros for none, and its readers look no further than the last frame. The caller holds the
// write lock of the database, so that nobody appends meanwhile; it lies on other files, and closing
// this one gives none up. Without room on the disk the log is left as long as it was, and grows
// when it must. False when a sync has failed: what the log held may be lost, and the next sync
// would not say so. Any thread.
[[nodiscard]] bool make_log_room(const std::string& log_path, std::int64_t bytes);

}  // namespace petrel::core
