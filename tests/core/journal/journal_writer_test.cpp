// The writer at work: order, rotation, retention, gaps, and a disk that is full or fails.
#include "journal/journal_writer.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>

#include "core/journal/journal_support.hpp"
#include "core/store/temp_folder_support.hpp"

namespace petrel::core::journal {
namespace {

using petrel::testing::eventually;
using petrel::testing::TempFolder;
using petrel::testing::write_bytes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Told {  // what the callbacks said
    std::atomic<int> stopped{0}, resumed{0};
    std::mutex mutex;
    std::string why, back;

    void listen(WriterOptions& options) {
        options.on_stopped = [this](const std::string& text) {
            const std::lock_guard lock(mutex);
            why = text;
            ++stopped;
        };
        options.on_resumed = [this](const std::string& text) {
            const std::lock_guard lock(mutex);
            back = text;
            ++resumed;
        };
    }
};

std::unique_ptr<JournalWriter> open_writer(WriterOptions options) {
    auto writer = JournalWriter::open(std::move(options));
    EXPECT_TRUE(writer.ok());
    return writer.ok() ? std::move(*writer) : nullptr;
}

TEST(JournalWriter, what_is_pushed_is_read_back_in_its_order) {
    const TempFolder folder;
    auto writer = open_writer(quick(folder.path()));
    for (std::uint64_t n = 0; n < 20'000; n += 500) {
        writer->push(0, numbered_run(n, 500));
    }
    writer->stop();
    const Contents contents = read_all(folder.path());
    ASSERT_EQ(contents.ids.size(), 20'000U);
    EXPECT_TRUE(std::is_sorted(contents.ids.begin(), contents.ids.end()));
    EXPECT_EQ(writer->figures().events, 20'000U);
    EXPECT_EQ(writer->figures().durable, 20'000U) << "a stop syncs";
    ASSERT_EQ(contents.instruments.size(), 1U);
    EXPECT_EQ(contents.instruments[0].native, "COIN1");
    EXPECT_TRUE(contents.gaps.empty());
}

TEST(JournalWriter, a_control_entry_stands_between_the_events_pushed_around_it) {
    const TempFolder folder;
    WriterOptions options = quick(folder.path());
    options.shards = 2;
    auto writer = open_writer(std::move(options));
    std::vector<std::string> expected;
    for (std::uint64_t n = 0; n < 300; ++n) {
        const std::vector<MarketEvent> one = {numbered(n)};
        writer->push(1, one);
        expected.push_back("e1:" + std::to_string(n));
        if (n % 3 == 0) {
            writer->control(1, "{\"n\":" + std::to_string(n) + "}");
            expected.push_back("c1:{\"n\":" + std::to_string(n) + "}");
        }
    }
    writer->stop();
    EXPECT_EQ(read_all(folder.path()).order, expected);
}

TEST(JournalWriter, segments_rotate_and_each_defines_its_instruments) {
    const TempFolder folder;
    WriterOptions options = quick(folder.path());
    options.segment_bytes = 4'096;
    auto writer = open_writer(std::move(options));
    for (std::uint64_t n = 0; n < 40'000; n += 4'000) {
        writer->push(0, numbered_run(n, 4'000));
        const std::uint64_t wanted = n + 4'000;
        ASSERT_TRUE(eventually([&] { return writer->figures().events == wanted; }));
    }
    writer->stop();
    const auto segments = list_segments(folder.path());
    EXPECT_GE(segments->size(), 3U);
    const Contents contents = read_all(folder.path());
    EXPECT_EQ(contents.ids.size(), 40'000U);
    EXPECT_EQ(contents.instruments.size(), segments->size());
    for (const SegmentEntry& segment : *segments) {
        EXPECT_FALSE(read_index(segment.path).empty()) << segment.path;
    }
}

TEST(JournalWriter, the_oldest_segments_go_when_the_limit_is_reached) {
    const TempFolder folder;
    WriterOptions options = quick(folder.path());
    options.segment_bytes = 4'096;
    options.retain_bytes = 20'000;
    auto writer = open_writer(std::move(options));
    for (std::uint64_t n = 0; n < 80'000; n += 4'000) {
        writer->push(0, numbered_run(n, 4'000));
        const std::uint64_t wanted = n + 4'000;
        ASSERT_TRUE(eventually([&] { return writer->figures().events == wanted; }));
    }
    writer->stop();
    const Contents contents = read_all(folder.path());
    ASSERT_FALSE(contents.ids.empty());
    EXPECT_EQ(contents.ids.back(), 79'999U);
    EXPECT_GT(contents.ids.front(), 0U) << "something went";
    EXPECT_EQ(contents.ids.size(), 80'000 - contents.ids.front()) << "from the old end only";
    EXPECT_LT(contents.figures.bytes_total, 20'000U + 2 * 30'000U);
}

TEST(JournalWriter, segments_that_ended_before_the_age_limit_go) {
    const TempFolder folder;
    for (std::uint64_t number = 1; number <= 4; ++number) {
        SegmentHead head;
        head.number = number;
        head.created_ns = kStartNs + static_cast<std::int64_t>(number) * kNsPerSecond;
        ASSERT_TRUE(SegmentFile::create(folder.path(), head).ok());
    }
    // Segment 1 ended when 2 began, 2 when 3 did.
    const Retention limit{1U << 30, kStartNs + 3 * kNsPerSecond + 1};
    EXPECT_EQ(*retain(folder.path(), limit), 2U);
    EXPECT_EQ(list_segments(folder.path())->front().number, 3U);
    EXPECT_EQ(*retain(folder.path(), {0, INT64_MAX}), 1U) << "the newest always stays";
}

TEST(JournalWriter, a_restart_goes_on_in_a_new_segment) {
    const TempFolder folder;
    for (std::uint64_t run = 0; run < 3; ++run) {
        auto writer = open_writer(quick(folder.path()));
        writer->push(0, numbered_run(run * 10, 10));
        writer->stop();
    }
    EXPECT_EQ(list_segments(folder.path())->size(), 3U);
    EXPECT_EQ(read_all(folder.path()).ids.size(), 30U);
}

TEST(JournalWriter, what_the_full_queue_refused_is_counted_and_marked_by_a_gap) {
    const TempFolder folder;
    WriterOptions options = quick(folder.path());
    options.queue_capacity = 64;
    auto writer = open_writer(std::move(options));
    writer->push(0, numbered_run(0, 1'000));
    ASSERT_TRUE(eventually([&] { return writer->figures().events == 64; }));
    writer->push(0, numbered_run(1'000, 1));
    writer->stop();
    const Contents contents = read_all(folder.path());
    EXPECT_EQ(writer->figures().lost, 936U);
    EXPECT_EQ(contents.ids.size(), 65U);
    EXPECT_THAT(contents.gaps, ElementsAre(HasSubstr("936 events are missing: ")));
}

TEST(JournalWriter, handles_that_are_no_instrument_are_recorded_and_not_described) {
    const TempFolder folder;
    auto writer = open_writer(quick(folder.path()));
    const std::vector<MarketEvent> odd = {numbered(0, PETREL_NO_INSTRUMENT),
                                          numbered(1, PETREL_NO_INSTRUMENT - 1), numbered(2, 3)};
    writer->push(0, odd);
    writer->stop();
    const Contents contents = read_all(folder.path());
    EXPECT_EQ(contents.ids.size(), 3U);
    ASSERT_EQ(contents.instruments.size(), 1U);
    EXPECT_EQ(contents.instruments[0].handle, 3U);
}

TEST(JournalWriter, a_full_disk_stops_recording_once_and_space_resumes_it) {
    const TempFolder folder;
    FaultyDisk disk(folder.path());
    Told told;
    WriterOptions options = quick(folder.path());
    told.listen(options);
    auto writer = open_writer(std::move(options));
    writer->push(0, numbered_run(0, 100));
    ASSERT_TRUE(eventually([&] { return writer->figures().durable == 100; }));
    disk.bytes_left(40);  // not even a head: the write is short, then ENOSPC
    std::uint64_t n = 100;
    ASSERT_TRUE(eventually([&] {
        writer->push(0, numbered_run(n, 10));
        n += 10;
        return disk.failed_writes() >= 4;  // first failure and several tries
    }));
    EXPECT_FALSE(writer->figures().recording);
    EXPECT_EQ(told.stopped, 1) << "one alert, however often it is tried";
    EXPECT_EQ(told.resumed, 0);
    EXPECT_THAT(told.why, HasSubstr("No space left on device"));
    EXPECT_THAT(told.why, HasSubstr("tried again by itself"));
    disk.bytes_left(-1);
    ASSERT_TRUE(eventually([&] {
        writer->push(0, numbered_run(n, 10));
        n += 10;
        return told.resumed == 1;
    }));
    writer->stop();
    const WriterFigures figures = writer->figures();
    EXPECT_TRUE(figures.recording);
    EXPECT_GT(figures.lost, 0U);
    EXPECT_EQ(figures.events + figures.lost, n) << "in = written + lost";
    const Contents contents = read_all(folder.path());
    EXPECT_EQ(contents.ids.size(), figures.events);
    EXPECT_THAT(contents.gaps,
                ElementsAre(AllOf(HasSubstr(std::to_string(figures.lost) + " events are missing"),
                                  HasSubstr("No space left"))));
    EXPECT_EQ(contents.figures.damaged, 0U) << "the torn block was cut off";
    EXPECT_EQ(contents.figures.torn_bytes, 0U);
    EXPECT_EQ(list_segments(folder.path())->size(), 1U) << "no litter of empty segments";
}

TEST(JournalWriter, a_disk_full_from_the_start_is_survived) {
    const TempFolder folder;
    FaultyDisk disk(folder.path());
    disk.bytes_left(0);
    Told told;
    WriterOptions options = quick(folder.path());
    told.listen(options);
    auto writer = open_writer(std::move(options));
    writer->push(0, numbered_run(0, 5));
    ASSERT_TRUE(eventually([&] { return told.stopped == 1; }));
    EXPECT_TRUE(list_segments(folder.path())->empty()) << "no segment without a sound head";
    disk.bytes_left(-1);
    ASSERT_TRUE(eventually([&] {
        writer->push(0, numbered_run(5, 1));
        return told.resumed == 1;
    }));
    writer->stop();
    EXPECT_EQ(read_all(folder.path()).gaps.size(), 1U);
}

TEST(JournalWriter, a_stop_on_a_full_disk_ends) {
    const TempFolder folder;
    FaultyDisk disk(folder.path());
    auto writer = open_writer(quick(folder.path()));
    disk.bytes_left(0);
    writer->push(0, numbered_run(0, 5));
    writer->stop();
    EXPECT_EQ(writer->figures().lost, 5U);
}

TEST(JournalWriter, a_failed_sync_ends_its_segment_and_marks_the_doubt) {
    const TempFolder folder;
    FaultyDisk disk(folder.path());
    Told told;
    WriterOptions options = quick(folder.path());
    told.listen(options);
    auto writer = open_writer(std::move(options));
    writer->push(0, numbered_run(0, 10));
    ASSERT_TRUE(eventually([&] { return writer->figures().durable == 10; }));
    disk.fail_syncs(1);
    writer->push(0, numbered_run(10, 7));
    ASSERT_TRUE(eventually([&] { return told.stopped == 1; }));
    EXPECT_EQ(writer->figures().durable, 10U);
    EXPECT_EQ(writer->figures().doubtful, 7U);
    std::uint64_t n = 17;
    ASSERT_TRUE(eventually([&] {
        writer->push(0, numbered_run(n++, 1));
        return told.resumed == 1;
    }));
    writer->stop();
    EXPECT_EQ(disk.syncs_after_failure(), 0) << "that descriptor is never synced again";
    EXPECT_EQ(list_segments(folder.path())->size(), 2U);
    const Contents contents = read_all(folder.path());
    ASSERT_EQ(contents.gaps.size(), 1U);
    EXPECT_THAT(contents.gaps[0], HasSubstr("the 7 before them may be"));
    EXPECT_THAT(contents.gaps[0], HasSubstr("Input/output error"));
}

TEST(JournalWriter, a_folder_that_cannot_be_is_an_error_with_its_reason) {
    const TempFolder folder;
    write_bytes(folder.at("file"), "in the way");
    const auto writer = JournalWriter::open(quick(folder.at("file/journal")));
    ASSERT_FALSE(writer.ok());
    EXPECT_THAT(writer.status().message(), HasSubstr(folder.at("file/journal")));
}

}  // namespace
}  // namespace petrel::core::journal
