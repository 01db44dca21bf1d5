// Where a start begins to read, and what a segment says of its beginning.
#include "journal/recent.hpp"

#include <gmock/gmock.h>

#include "core/journal/journal_support.hpp"
#include "core/store/temp_folder_support.hpp"

namespace petrel::core::journal {
namespace {

using petrel::testing::eventually;
using petrel::testing::read_bytes;
using petrel::testing::TempFolder;
using petrel::testing::write_bytes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::int64_t since_start_ms(std::int64_t ms) { return kStartNs + ms * kNsPerMs; }

// Three runs, one a segment: events 0-9, 100-109, 200-209, each n ms after the start.
void three_numbered_runs(const std::string& directory) {
    for (std::uint64_t run = 0; run < 3; ++run) {
        auto writer = JournalWriter::open(quick(directory));
        ASSERT_TRUE(writer.ok());
        (*writer)->push(0, numbered_run(run * 100, 10));
        (*writer)->stop();
    }
}

TEST(Recent, all_blocks_since_a_time_and_no_segment_before_them) {
    const TempFolder folder;
    three_numbered_runs(folder.path());
    const Result<Recent> recent = find_recent(folder.path(), {since_start_ms(105), 1'000});
    ASSERT_TRUE(recent.ok());
    EXPECT_EQ(recent->range.from_segment, 2U);
    EXPECT_FALSE(recent->cut);
    const Contents contents = read_all(folder.path(), recent->range);
    EXPECT_EQ(contents.ids.size(), recent->events);
    EXPECT_EQ(contents.ids.back(), 209U);
    EXPECT_EQ(contents.figures.passed_over, 1U);
}

TEST(Recent, the_newest_when_there_are_more_than_wanted) {
    const TempFolder folder;
    three_numbered_runs(folder.path());
    const Result<Recent> recent = find_recent(folder.path(), {0, 15});
    ASSERT_TRUE(recent.ok());
    EXPECT_TRUE(recent->cut);
    EXPECT_EQ(recent->events, 10U) << "whole blocks only";
    const Contents contents = read_all(folder.path(), recent->range);
    EXPECT_EQ(contents.ids.front(), 200U);
    EXPECT_EQ(contents.ids.size(), 10U);
}

TEST(Recent, nothing_of_the_time_that_is_wanted) {
    const TempFolder folder;
    three_numbered_runs(folder.path());
    const Result<Recent> recent = find_recent(folder.path(), {since_start_ms(300), 1'000});
    ASSERT_TRUE(recent.ok());
    EXPECT_EQ(recent->events, 0U);
    EXPECT_THAT(read_all(folder.path(), recent->range).ids, IsEmpty());
}

TEST(Recent, a_segment_that_cannot_be_read_does_not_hide_those_before) {
    const TempFolder folder;
    three_numbered_runs(folder.path());
    const std::string newest = list_segments(folder.path())->back().path;
    std::string bytes = read_bytes(newest);
    bytes[20] = static_cast<char>(bytes[20] ^ 1);
    write_bytes(newest, bytes);
    const Result<Recent> recent = find_recent(folder.path(), {since_start_ms(0), 1'000});
    ASSERT_TRUE(recent.ok());
    EXPECT_EQ(recent->events, 20U);
    EXPECT_EQ(recent->range.from_segment, 1U);
}

TEST(Recent, an_empty_folder_has_nothing) {
    const TempFolder folder;
    const Result<Recent> recent = find_recent(folder.path(), {0, 10});
    ASSERT_TRUE(recent.ok());
    EXPECT_EQ(recent->events, 0U);
    EXPECT_FALSE(recent->cut);
}

TEST(JournalWriter, every_segment_begins_with_the_control_entry_in_force) {
    const TempFolder folder;
    WriterOptions options = quick(folder.path());
    options.segment_bytes = 1;  // each block of events begins a segment
    auto writer = JournalWriter::open(options);
    ASSERT_TRUE(writer.ok());
    (*writer)->control(0, "first");
    for (std::uint64_t n = 0; n < 3; ++n) {
        if (n == 2) {
            (*writer)->control(0, "second");
        }
        (*writer)->push(0, numbered_run(n, 1));
        ASSERT_TRUE(eventually([&] { return (*writer)->figures().events == n + 1; }));
    }
    (*writer)->stop();
    std::uint64_t events = 0;
    const auto segments = list_segments(folder.path());
    for (const SegmentEntry& segment : *segments) {
        const Contents contents = read_all(segment.path);
        std::string in_force;
        for (const std::string& entry : contents.order) {
            if (entry.starts_with("c0:")) {
                in_force = entry.substr(3);
            } else if (entry.starts_with("e0:")) {
                EXPECT_EQ(in_force, entry == "e0:2" ? "second" : "first") << entry;
                ++events;
            }
        }
    }
    EXPECT_EQ(events, 3U);
}

TEST(JournalWriter, in_a_hurry_it_writes_and_syncs_what_is_not_due) {
    const TempFolder folder;
    WriterOptions options = quick(folder.path());
    options.block_ms = 3'600'000;
    options.sync_ms = 3'600'000;
    auto writer = JournalWriter::open(options);
    ASSERT_TRUE(writer.ok());
    (*writer)->push(0, numbered_run(0, 3));
    (*writer)->hurry();
    EXPECT_TRUE(eventually([&] { return (*writer)->figures().durable == 3; }));
    EXPECT_THAT(read_all(folder.path()).ids, ElementsAre(0, 1, 2));
    (*writer)->stop();
}

}  // namespace
}  // namespace petrel::core::journal
