// Reading by time, with and without indexes, and over folders with damage in them.
#include "journal/journal_reader.hpp"

#include <gmock/gmock.h>

#include <array>
#include <filesystem>

#include "core/journal/journal_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "journal/segment_file.hpp"

namespace petrel::core::journal {
namespace {

using petrel::testing::read_bytes;
using petrel::testing::TempFolder;
using petrel::testing::write_bytes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::int64_t at_ms(std::int64_t ms) { return kStartNs + ms * kNsPerMs; }

// Three runs, one a segment: events 0-9, 100-109, 200-209, each n ms after the start.
void three_segments(const std::string& directory) {
    for (std::uint64_t run = 0; run < 3; ++run) {
        auto writer = JournalWriter::open(quick(directory));
        ASSERT_TRUE(writer.ok());
        (*writer)->push(0, numbered_run(run * 100, 10));
        (*writer)->stop();
    }
}

TEST(JournalReader, a_range_passes_over_segments_that_lie_outside) {
    const TempFolder folder;
    three_segments(folder.path());
    const Contents middle = read_all(folder.path(), {at_ms(100), at_ms(109)});
    EXPECT_EQ(middle.ids,
              (std::vector<std::uint64_t>{100, 101, 102, 103, 104, 105, 106, 107, 108, 109}));
    EXPECT_EQ(middle.figures.passed_over, 2U);
    EXPECT_EQ(middle.figures.segments, 1U);
    EXPECT_EQ(middle.instruments.size(), 1U) << "definitions come with their segment";
    EXPECT_EQ(middle.figures.bytes, middle.figures.bytes_total);
    EXPECT_EQ(read_all(folder.path(), {at_ms(109), INT64_MAX}).ids.front(), 100U);
    EXPECT_EQ(read_all(folder.path(), {0, at_ms(9)}).ids.size(), 10U);
    EXPECT_TRUE(read_all(folder.path(), {at_ms(300), INT64_MAX}).ids.empty());
}

TEST(JournalReader, without_sound_indexes_the_same_events_come) {
    const TempFolder folder;
    three_segments(folder.path());
    const auto segments = list_segments(folder.path());
    for (const SegmentEntry& segment : *segments) {
        const std::string index = segment.path.substr(0, segment.path.size() - 4) + ".idx";
        std::string bytes = read_bytes(index);
        ASSERT_FALSE(bytes.empty());
        bytes.back() = static_cast<char>(bytes.back() ^ 1);
        write_bytes(index, bytes);
        EXPECT_TRUE(read_index(segment.path).empty());
    }
    const Contents middle = read_all(folder.path(), {at_ms(100), at_ms(109)});
    EXPECT_EQ(middle.figures.passed_over, 0U);
    EXPECT_EQ(middle.ids.size(), 10U);
}

TEST(JournalReader, an_index_survives_its_round_trip_and_lies_are_refused) {
    const TempFolder folder;
    const std::string segment = folder.at("0000000000000001.ptj");
    ASSERT_TRUE(write_index(segment, {{10, 20, 64}, {21, 30, 400}}).ok());
    const std::vector<IndexEntry> back = read_index(segment);
    ASSERT_EQ(back.size(), 2U);
    EXPECT_EQ(back[1].offset, 400U);
    std::string bytes = read_bytes(folder.at("0000000000000001.idx"));
    // Counts whose product with the size of an entry comes out right only because it wraps.
    for (int high = 1; high < 8; ++high) {
        std::array<std::uint64_t, 3> head{};
        std::memcpy(head.data(), bytes.data(), sizeof(head));
        head[1] = 2 + (static_cast<std::uint64_t>(high) << 61);
        std::string lie = bytes;
        std::memcpy(lie.data(), head.data(), sizeof(head));
        write_bytes(folder.at("0000000000000001.idx"), lie);
        EXPECT_TRUE(read_index(segment).empty()) << high;
    }
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        write_bytes(folder.at("0000000000000001.idx"), bytes.substr(0, length));
        EXPECT_TRUE(read_index(segment).empty()) << length;
    }
}

TEST(JournalReader, an_unreadable_segment_is_named_and_the_others_are_read) {
    const TempFolder folder;
    three_segments(folder.path());
    const auto segments = list_segments(folder.path());
    write_bytes((*segments)[1].path, "no segment");
    const Contents contents = read_all(folder.path());
    EXPECT_EQ(contents.ids.size(), 20U);
    EXPECT_EQ(contents.figures.unreadable, 1U);
    EXPECT_THAT(contents.figures.remarks, ElementsAre(HasSubstr((*segments)[1].path)));
}

TEST(JournalReader, one_segment_can_be_read_alone) {
    const TempFolder folder;
    three_segments(folder.path());
    const auto segments = list_segments(folder.path());
    EXPECT_EQ(read_all((*segments)[2].path).ids.front(), 200U);
}

TEST(JournalReader, an_empty_folder_is_an_error_that_says_what_to_name) {
    const TempFolder folder;
    const auto reader = JournalReader::open(folder.path());
    ASSERT_FALSE(reader.ok());
    EXPECT_THAT(reader.status().message(), HasSubstr("no journal segment"));
    EXPECT_FALSE(JournalReader::open(folder.at("missing")).ok());
}

TEST(JournalReader, a_bad_definition_costs_itself_alone) {
    const TempFolder folder;
    SegmentHead head;
    head.number = 1;
    {
        auto segment = SegmentFile::create(folder.path(), head);
        InstrumentLine good;
        good.handle = 4;
        good.venue = "venue-a";
        BlockFacts facts;
        facts.kind = BlockKind::Instruments;
        ASSERT_TRUE((*segment)->append(facts, "nonsense\n" + instrument_text(good)).ok());
    }
    const Contents contents = read_all(folder.path());
    ASSERT_EQ(contents.instruments.size(), 1U);
    EXPECT_EQ(contents.instruments[0].handle, 4U);
    EXPECT_EQ(contents.figures.damaged, 1U);
}

TEST(JournalReader, remarks_carry_no_control_characters_of_strangers) {
    const TempFolder folder;
    SegmentHead head;
    head.number = 1;
    {
        auto segment = SegmentFile::create(folder.path(), head);
        BlockFacts facts;
        facts.kind = BlockKind::Gap;
        ASSERT_TRUE((*segment)->append(facts, std::string("3 \x1b[2J events\n")).ok());
    }
    const Contents contents = read_all(folder.path());
    ASSERT_EQ(contents.figures.remarks.size(), 1U);
    EXPECT_EQ(contents.figures.remarks[0].find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace petrel::core::journal
