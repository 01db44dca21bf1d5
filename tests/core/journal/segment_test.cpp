// Segments byte by byte: torn anywhere, flipped anywhere, forged, foreign, of another version.
#include <gmock/gmock.h>

#include <filesystem>

#include "core/journal/journal_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "journal/segment_file.hpp"
#include "journal/segment_reader.hpp"

namespace petrel::core::journal {
namespace {

using petrel::testing::read_bytes;
using petrel::testing::TempFolder;
using petrel::testing::write_bytes;
using ::testing::HasSubstr;

constexpr std::size_t kBlocks = 9;
constexpr std::size_t kEach = 3;

std::string segment_path(const TempFolder& folder, std::uint64_t number = 1) {
    return folder.at(SegmentFile::name_of(number));
}

std::vector<std::uint64_t> ids_up_to(std::size_t count) {
    std::vector<std::uint64_t> ids(count);
    for (std::size_t i = 0; i < count; ++i) {
        ids[i] = i;
    }
    return ids;
}

// A segment of one sealed head and whatever follows.
std::string head_bytes(SegmentHead head = {}) {
    seal(head);
    return {reinterpret_cast<const char*>(&head), sizeof(head)};
}

TEST(Segment, blocks_come_back_as_they_were_written) {
    const TempFolder folder;
    const auto ends = write_segment(folder.path(), kBlocks, kEach);
    ASSERT_EQ(ends.size(), kBlocks + 1);
    EXPECT_EQ(std::filesystem::file_size(segment_path(folder)), ends.back());
    auto reader = SegmentReader::open(segment_path(folder));
    ASSERT_TRUE(reader.ok()) << reader.status().message();
    Block block;
    std::uint64_t previous = (*reader)->head().head_hash;
    for (std::size_t b = 0; b < kBlocks; ++b) {
        ASSERT_TRUE(*(*reader)->next(block));
        EXPECT_EQ(block.head.first_sequence, b * kEach);
        EXPECT_EQ(block.head.count, kEach);
        EXPECT_EQ(block.head.previous_hash, previous) << "the chain of blocks";
        previous = block.head.head_hash;
        const std::vector<MarketEvent> events = numbered_run(b * kEach, kEach);
        ASSERT_EQ(block.raw.size(), events.size() * sizeof(MarketEvent));
        EXPECT_EQ(std::memcmp(block.raw.data(), events.data(), block.raw.size()), 0);
    }
    EXPECT_FALSE(*(*reader)->next(block));
    EXPECT_EQ((*reader)->figures().damaged, 0U);
    EXPECT_EQ((*reader)->figures().torn_bytes, 0U);
}

TEST(Segment, truncated_at_every_byte_it_recovers_a_prefix_and_keeps_the_tail) {
    const TempFolder source;
    const auto ends = write_segment(source.path(), kBlocks, kEach);
    const std::string whole = read_bytes(segment_path(source));
    for (std::size_t length = 0; length <= whole.size(); ++length) {
        const TempFolder folder;
        write_bytes(segment_path(folder), whole.substr(0, length));
        const Result<Recovery> recovery = recover(folder.path());
        ASSERT_TRUE(recovery.ok()) << recovery.status().message();
        EXPECT_EQ(recovery->next_number, 2U);
        if (length < sizeof(SegmentHead)) {
            EXPECT_EQ(recovery->unreadable, 1U) << length;
            EXPECT_TRUE(read_all(folder.path()).ids.empty());
            continue;
        }
        std::size_t blocks = 0;
        while (blocks < kBlocks && ends[blocks + 1] <= length) {
            ++blocks;
        }
        ASSERT_EQ(recovery->torn_bytes, length - ends[blocks]) << length;
        EXPECT_EQ(read_all(folder.path()).ids, ids_up_to(blocks * kEach)) << length;
        EXPECT_EQ(std::filesystem::file_size(segment_path(folder)), ends[blocks]);
        const std::string tail = segment_path(folder) + ".tail";
        EXPECT_EQ(recovery->tail_kept, recovery->torn_bytes > 0);
        ASSERT_EQ(std::filesystem::exists(tail), recovery->torn_bytes > 0) << length;
        if (recovery->torn_bytes > 0) {
            EXPECT_EQ(read_bytes(tail), whole.substr(ends[blocks], length - ends[blocks]));
        }
        EXPECT_EQ(recover(folder.path())->torn_bytes, 0U) << "a second start finds it tidy";
    }
}

TEST(Segment, any_flipped_bit_costs_its_block_alone_and_is_counted) {
    const TempFolder folder;
    const auto ends = write_segment(folder.path(), kBlocks, kEach);
    const std::string whole = read_bytes(segment_path(folder));
    for (std::size_t byte = 0; byte < whole.size(); ++byte) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string bytes = whole;
            bytes[byte] = static_cast<char>(bytes[byte] ^ (1 << bit));
            write_bytes(segment_path(folder), bytes);
            const Contents contents = read_all(folder.path());
            if (byte < sizeof(SegmentHead)) {
                ASSERT_EQ(contents.figures.unreadable, 1U) << byte;
                ASSERT_TRUE(contents.ids.empty());
                continue;
            }
            std::size_t hit = 0;
            while (ends[hit + 1] <= byte) {
                ++hit;
            }
            std::vector<std::uint64_t> expected = ids_up_to(kBlocks * kEach);
            expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(hit * kEach),
                           expected.begin() + static_cast<std::ptrdiff_t>((hit + 1) * kEach));
            ASSERT_EQ(contents.ids, expected) << "byte " << byte << " bit " << bit;
            const bool last = hit + 1 == kBlocks;
            ASSERT_EQ(contents.figures.damaged, last ? 0U : 1U) << byte;
            ASSERT_EQ(contents.figures.damaged_bytes + contents.figures.torn_bytes,
                      ends[hit + 1] - ends[hit]);
            ASSERT_FALSE(contents.figures.remarks.empty()) << "damage is told";
        }
    }
}

TEST(Segment, zeroed_sectors_and_zero_filled_tails_are_stepped_over) {
    const TempFolder folder;
    write_segment(folder.path(), 40, 20);
    const std::string whole = read_bytes(segment_path(folder));
    ASSERT_GT(whole.size(), 3 * 512U);
    std::string zeroed = whole;
    zeroed.replace(512, 512, std::string(512, '\0'));
    write_bytes(segment_path(folder), zeroed);
    const Contents contents = read_all(folder.path());
    EXPECT_EQ(contents.figures.damaged, 1U);
    EXPECT_FALSE(contents.ids.empty());
    EXPECT_EQ(contents.ids.back(), 40U * 20U - 1) << "later blocks are used";
    write_bytes(segment_path(folder), whole + std::string(4'096, '\0'));
    EXPECT_EQ(recover(folder.path())->torn_bytes, 4'096U);
    EXPECT_EQ(read_all(folder.path()).ids.size(), 40U * 20U);
}

// Between two syncs a disk may keep a later block and lose an earlier one.
TEST(Segment, a_hole_in_what_was_not_synced_ends_it_so_that_a_prefix_is_read) {
    const TempFolder folder;
    SegmentHead head;
    head.number = 1;
    std::vector<std::uint64_t> ends;
    {
        auto segment = SegmentFile::create(folder.path(), head);
        for (std::uint64_t b = 0; b < 6; ++b) {
            if (b == 2) {
                ASSERT_TRUE((*segment)->sync().ok());
            }
            const std::vector<MarketEvent> events = numbered_run(b, 1);
            BlockFacts facts;
            facts.count = 1;
            ASSERT_TRUE((*segment)
                            ->append(facts, {reinterpret_cast<const char*>(events.data()),
                                             sizeof(MarketEvent)})
                            .ok());
            ends.push_back((*segment)->bytes());
        }
    }
    const std::string whole = read_bytes(segment_path(folder));
    const auto without = [&](std::size_t block) {
        const std::uint64_t from = block == 0 ? sizeof(SegmentHead) : ends[block - 1];
        std::string bytes = whole;
        bytes.replace(from, ends[block] - from, std::string(ends[block] - from, '\0'));
        write_bytes(segment_path(folder), bytes);
        return read_all(folder.path());
    };
    EXPECT_EQ(without(1).ids, (std::vector<std::uint64_t>{0, 2, 3, 4, 5})) << "it was synced";
    EXPECT_EQ(without(3).ids, (std::vector<std::uint64_t>{0, 1, 2})) << "it was not";
    EXPECT_EQ(without(3).figures.torn_bytes, whole.size() - ends[2]);
    EXPECT_EQ(recover(folder.path())->torn_bytes, whole.size() - ends[2]);
    EXPECT_EQ(read_all(folder.path()).ids, ids_up_to(3));
}

TEST(Segment, a_newer_version_is_refused_with_what_to_do) {
    const TempFolder folder;
    SegmentHead head;
    head.version = kVersion + 1;
    write_bytes(segment_path(folder), head_bytes(head));
    const auto reader = SegmentReader::open(segment_path(folder));
    ASSERT_FALSE(reader.ok());
    EXPECT_THAT(reader.status().message(), HasSubstr("newer petrel"));
    EXPECT_THAT(reader.status().message(), HasSubstr("Read it with that version"));
    EXPECT_EQ(recover(folder.path())->next_number, 2U) << "and it is never overwritten";
}

TEST(Segment, foreign_files_are_left_alone) {
    const TempFolder folder;
    write_segment(folder.path(), 2, kEach);
    write_bytes(folder.at("notes.txt"), "mine");
    write_bytes(folder.at("backup.ptj"), "no number in its name");
    write_bytes(folder.at("ffffffffffffffff.ptj"), "a number that leaves no next one");
    write_bytes(folder.at("000000000000000G.ptj"), "no hexadecimal digit");
    write_bytes(folder.at("0000000000000009.ptj.new"), "half born");
    write_bytes(folder.at("draft.new"), "mine, too");
    const Result<Recovery> recovery = recover(folder.path());
    ASSERT_TRUE(recovery.ok());
    EXPECT_EQ(recovery->next_number, 2U);
    EXPECT_EQ(list_segments(folder.path())->size(), 1U);
    EXPECT_EQ(read_bytes(folder.at("notes.txt")), "mine");
    EXPECT_EQ(read_bytes(folder.at("draft.new")), "mine, too");
    EXPECT_FALSE(std::filesystem::exists(folder.at("0000000000000009.ptj.new")));
}

TEST(Segment, an_existing_segment_is_never_replaced) {
    const TempFolder folder;
    write_segment(folder.path(), 2, kEach);
    SegmentHead head;
    head.number = 1;
    const auto second = SegmentFile::create(folder.path(), head);
    EXPECT_FALSE(second.ok());
    EXPECT_EQ(read_all(folder.path()).ids, ids_up_to(2 * kEach));
}

TEST(Segment, a_folder_of_the_user_keeps_its_permissions) {
    const TempFolder folder;
    namespace fs = std::filesystem;
    const fs::perms before = fs::perms::owner_all | fs::perms::group_read;
    fs::permissions(folder.path(), before);
    ASSERT_TRUE(recover(folder.path()).ok());
    EXPECT_EQ(fs::status(folder.path()).permissions(), before);
    ASSERT_TRUE(recover(folder.at("state/journal")).ok());
    EXPECT_EQ(fs::status(folder.at("state/journal")).permissions(), fs::perms::owner_all);
}

// Heads whose hashes are right but whose figures lie, as a stranger could write them.
TEST(Segment, forged_blocks_give_no_event_and_end) {
    const TempFolder folder;
    const std::string noise(100, 'x');
    std::string bytes = head_bytes();
    for (const auto [body, raw, count] :
         std::vector<std::array<std::uint32_t, 3>>{{100, 6'400, 100},    // no compressed bytes
                                                   {0xFFFFFFFF, 64, 1},  // beyond every limit
                                                   {4'000, 64, 1},       // beyond the file
                                                   {100, kRawBytesMax, 1}}) {
        BlockHead head;
        head.kind = static_cast<std::uint16_t>(BlockKind::Events);
        head.body_bytes = body;
        head.raw_bytes = raw;
        head.count = count;
        head.body_hash = hash64(noise);
        seal(head);
        bytes.append(reinterpret_cast<const char*>(&head), sizeof(head)).append(noise);
    }
    write_bytes(segment_path(folder), bytes);
    const Contents contents = read_all(folder.path());
    EXPECT_TRUE(contents.ids.empty());
    EXPECT_EQ(contents.figures.torn_bytes, bytes.size() - sizeof(SegmentHead));
}

TEST(Segment, a_count_that_disagrees_with_the_bytes_is_damage) {
    const TempFolder folder;
    SegmentHead head;
    head.number = 1;
    {
        auto segment = SegmentFile::create(folder.path(), head);
        const std::vector<MarketEvent> events = numbered_run(0, 2);
        BlockFacts facts;
        facts.count = 3;
        ASSERT_TRUE((*segment)
                        ->append(facts, {reinterpret_cast<const char*>(events.data()),
                                         events.size() * sizeof(MarketEvent)})
                        .ok());
        facts.kind = static_cast<BlockKind>(77);
        ASSERT_TRUE((*segment)->append(facts, std::string("?")).ok());
    }
    const Contents contents = read_all(folder.path());
    EXPECT_TRUE(contents.ids.empty());
    EXPECT_EQ(contents.figures.damaged, 2U);
}

TEST(Segment, a_file_that_shrinks_while_it_is_read_is_a_torn_end) {
    const TempFolder folder;
    const auto ends = write_segment(folder.path(), kBlocks, kEach);
    auto reader = SegmentReader::open(segment_path(folder));
    ASSERT_TRUE(reader.ok());
    Block block;
    ASSERT_TRUE(*(*reader)->next(block));
    std::filesystem::resize_file(segment_path(folder), ends[1] + 10);
    const Result<bool> more = (*reader)->next(block);
    ASSERT_TRUE(more.ok());
    EXPECT_FALSE(*more);
}

TEST(InstrumentLine, survives_hostile_names_and_refuses_what_is_no_definition) {
    InstrumentLine line;
    line.handle = 7;
    line.venue = "venue-a";
    line.native = "A\tB\nC";
    line.base = "A";
    line.quote = "USD";
    line.price_divisor = 0.1;
    line.expiry_ns = -5;
    std::string text = instrument_text(line);
    ASSERT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
    text.pop_back();
    InstrumentLine back;
    ASSERT_TRUE(parse_instrument(text, back));
    EXPECT_EQ(back.native, "A?B?C");
    EXPECT_EQ(back.price_divisor, 0.1);
    EXPECT_EQ(back.expiry_ns, -5);
    for (const std::string bad : {"", "7", "7\ta\tb\tc\td\t0\tnan\t0", "7\ta\tb\tc\td\t0\tinf\t0",
                                  "7\ta\tb\tc\td\t0\t-1\t0", "7\ta\tb\tc\td\t0\t1\t0\tmore",
                                  "x\ta\tb\tc\td\t0\t1\t0", "99999999999\ta\tb\tc\td\t0\t1\t0"}) {
        EXPECT_FALSE(parse_instrument(bad, back)) << bad;
    }
}

}  // namespace
}  // namespace petrel::core::journal
