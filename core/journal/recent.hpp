// Where to begin reading when only the last minutes of a journal matter: what a start rebuilds
// from.
//
// Looks at the heads of blocks alone, newest segment first, so that a long journal costs no more
// than its end. Cold path; one thread.
#pragma once

#include <cstdint>
#include <string>

#include "journal/journal_reader.hpp"
#include "petrel/result.hpp"

namespace petrel::core::journal {

struct RecentWish {
    std::int64_t since_ns = 0;     // receipt; nothing older is wanted
    std::uint64_t events_max = 0;  // no more than so many, to whole blocks; the newest count
};

struct Recent {
    ReadRange range;           // for JournalReader::open
    std::uint64_t events = 0;  // in that range
    bool cut = false;          // older events were wanted, too, and are more than events_max
};

// A folder without segments has nothing recent. Where a head is damaged, the blocks behind it in
// its segment are not counted, which at worst cuts later; reading finds them all the same.
Result<Recent> find_recent(const std::string& directory, const RecentWish& wish);

}  // namespace petrel::core::journal
