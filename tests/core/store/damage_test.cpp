// A store's file with damage anywhere: it is read, or refused with a sentence, and a start ends.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>

#include "core/store/store_support.hpp"
#include "core/store/temp_folder_support.hpp"

namespace petrel::core {
namespace {

using petrel::testing::read_bytes;
using petrel::testing::TempFolder;
using petrel::testing::write_bytes;

constexpr int kSignals = 12;

// The bytes of a store that was closed well.
std::string small_store(const TempFolder& folder) {
    const std::string path = folder.at("whole.db");
    {
        const auto store = std::move(Database::open(path).value());
        for (int i = 0; i < kSignals; ++i) {
            const std::string id = "sig-" + std::to_string(100 + i);
            const std::array<NotificationRow, 2> rows = {notification_row(id, "a"),
                                                         notification_row(id, "b")};
            EXPECT_TRUE(store->admit(signal_row(id), rows).ok());
        }
    }
    return read_bytes(path);
}

// What a start asks of its store. Every answer is a value or a Status: nothing else may come of it.
bool start_on(const std::string& path, const std::string& bytes) {
    for (const char* more : {"-wal", "-shm"}) {
        std::filesystem::remove(path + more);
    }
    write_bytes(path, bytes);
    const auto opened = Database::open(path);
    if (!opened.ok()) {
        EXPECT_FALSE(opened.status().message().empty());
        return false;
    }
    Database& store = **opened;
    bool sound = store.counts().ok();
    sound = store.waiting().ok() && store.past_use_by({"a", kNow, 100}).ok() && sound;
    const auto due = store.due({"a", kNow, 100});
    sound = sound && due.ok();
    if (due.ok()) {
        for (const NotificationRow& row : *due) {
            NotificationRow done = row;
            done.state = "delivered";
            done.finished_ns = kNow;
            sound = store.settle(done).ok() && sound;
        }
    }
    sound = store.signals({}).ok() && sound;
    return sound && store.put(signal_row("sig-999")).ok();
}

TEST(Damage, a_flipped_bit_anywhere_is_read_over_or_told) {
    const TempFolder folder;
    const std::string whole = small_store(folder);
    ASSERT_TRUE(start_on(folder.at("flipped.db"), whole));
    // A prime, so that every place of a page is met over the pages.
    constexpr std::size_t step = 211;
    int told = 0;
    for (std::size_t at = 0; at < whole.size(); at += step) {
        std::string flipped = whole;
        flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at / step % 8)));
        told += start_on(folder.at("flipped.db"), flipped) ? 0 : 1;
    }
    EXPECT_GT(told, 0) << "none of them hit anything";
}

TEST(Damage, a_file_cut_anywhere_is_read_as_far_as_it_goes_or_told) {
    const TempFolder folder;
    const std::string whole = small_store(folder);
    int told = 0;
    for (std::size_t size = 0; size < whole.size(); size += 997) {
        told += start_on(folder.at("cut.db"), whole.substr(0, size)) ? 0 : 1;
    }
    EXPECT_GT(told, 0);
}

TEST(Damage, zeroed_sectors_are_told_or_read_over) {
    const TempFolder folder;
    const std::string whole = small_store(folder);
    for (std::size_t at = 0; at + 512 <= whole.size(); at += 512) {
        std::string zeroed = whole;
        zeroed.replace(at, 512, 512, '\0');
        start_on(folder.at("zeroed.db"), zeroed);
    }
}

}  // namespace
}  // namespace petrel::core
