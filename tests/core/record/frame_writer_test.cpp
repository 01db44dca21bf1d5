// What a recorder writes, the reader of a replay reads: byte for byte, compressed, also when the
// end is missing.
#include "record/frame_writer.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "core/store/temp_folder_support.hpp"
#include "petrel/abi/exchange.h"
#include "petrel/types.hpp"
#include "replay/frame_line.hpp"
#include "replay/line_reader.hpp"

namespace petrel::core {
namespace {

using petrel::testing::read_bytes;
using petrel::testing::TempFolder;
using petrel::testing::write_bytes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::int64_t kAt = 1'794'000'000'123'456'789;

struct ReadLine {
    LineKind kind;
    std::string venue;
    std::uint32_t connection;
    std::int64_t at_ns;
    std::string raw;
    bool operator==(const ReadLine&) const = default;
};

struct ReadFile {
    std::vector<ReadLine> lines;
    bool torn = false;
};

ReadFile read_recording(const std::string& path) {
    ReadFile file;
    const auto reader = std::move(LineReader::open(path)).value();
    FrameLine line;
    std::string_view text;
    while (*reader->next(text)) {
        EXPECT_EQ(line.parse(text), "") << text;
        file.lines.push_back({line.kind(), std::string(line.venue()), line.connection(),
                              line.receive_ts_ns(), std::string(line.raw())});
    }
    file.torn = reader->torn();
    return file;
}

class Recording : public ::testing::Test {
protected:
    [[nodiscard]] std::string path() const { return folder_.path() + "/r.jsonl.zst"; }
    std::unique_ptr<FrameWriter> create() { return std::move(FrameWriter::create(path())).value(); }
    TempFolder folder_;
};

TEST_F(Recording, frames_come_back_byte_for_byte_with_their_nanoseconds) {
    std::string every_byte;
    for (int c = 0; c < 128; ++c) {
        every_byte += static_cast<char>(c);
    }
    const std::string umlaut = "{\"s\":\"\xc3\xbc\xe2\x82\xac\\u20ac\"}";
    auto writer = create();
    ASSERT_TRUE(writer->frame("acme", 3, kAt, every_byte).ok());
    ASSERT_TRUE(writer->frame("acme", 0, kAt + 1, umlaut).ok());
    ASSERT_TRUE(writer->frame("other", 7, kAt + 2, "").ok());
    ASSERT_TRUE(writer->close().ok());
    EXPECT_THAT(read_recording(path()).lines,
                ElementsAre(ReadLine{LineKind::Frame, "acme", 3, kAt, every_byte},
                            ReadLine{LineKind::Frame, "acme", 0, kAt + 1, umlaut},
                            ReadLine{LineKind::Frame, "other", 7, kAt + 2, ""}));
    EXPECT_EQ(writer->figures().frames, 3U);
    EXPECT_EQ(writer->figures().file_bytes, std::filesystem::file_size(path()));
}

TEST_F(Recording, sockets_that_open_and_end_stand_between_their_frames) {
    auto writer = create();
    ASSERT_TRUE(writer->opened("acme", 2, kAt).ok());
    ASSERT_TRUE(writer->frame("acme", 2, kAt + 1, "{}").ok());
    ASSERT_TRUE(writer->ended("acme", 2, kAt + 2, "the peer said \"1006\"").ok());
    ASSERT_TRUE(writer->close().ok());
    EXPECT_THAT(read_recording(path()).lines,
                ElementsAre(ReadLine{LineKind::Open, "acme", 2, kAt, ""},
                            ReadLine{LineKind::Frame, "acme", 2, kAt + 1, "{}"},
                            ReadLine{LineKind::End, "acme", 2, kAt + 2, ""}));
}

TEST_F(Recording, a_reply_knows_what_it_answers) {
    auto writer = create();
    const RecordedReply reply{PETREL_REQUEST_POLL, 18'446'744'073'709ULL, 200, "BTC-USDT",
                              R"({"oi":"1"})"};
    ASSERT_TRUE(writer->reply("acme", kAt, reply).ok());
    ASSERT_TRUE(writer->close().ok());
    const auto reader = std::move(LineReader::open(path())).value();
    std::string_view text;
    ASSERT_TRUE(*reader->next(text));
    FrameLine line;
    ASSERT_EQ(line.parse(text), "");
    EXPECT_EQ(line.kind(), LineKind::Reply);
    EXPECT_EQ(line.purpose(), PETREL_REQUEST_POLL);
    EXPECT_EQ(line.tag(), reply.tag);
    EXPECT_EQ(line.http_status(), 200U);
    EXPECT_EQ(line.native(), "BTC-USDT");
    EXPECT_EQ(line.raw(), reply.body);
}

// Cut anywhere, a recording gives whole lines from its beginning and says that it is torn.
TEST_F(Recording, what_was_flushed_before_a_kill_can_be_read) {
    auto writer = create();
    std::mt19937 random(3);
    std::vector<std::string> frames;
    std::vector<std::uintmax_t> flushed_at;
    for (int second = 0; second < 5; ++second) {
        for (int i = 0; i < 200; ++i) {
            frames.push_back("{\"n\":" + std::to_string(random()) + "}");
            ASSERT_TRUE(writer->frame("acme", 0, kAt, frames.back()).ok());
        }
        ASSERT_TRUE(writer->flush().ok());
        flushed_at.push_back(std::filesystem::file_size(path()));
    }
    ASSERT_TRUE(writer->close().ok());
    const std::string whole = read_bytes(path());
    const std::string cut = folder_.path() + "/cut.jsonl.zst";
    for (std::size_t length = 32; length < whole.size(); length += 997) {
        write_bytes(cut, whole.substr(0, length));
        const ReadFile file = read_recording(cut);
        ASSERT_TRUE(file.torn) << length;
        ASSERT_LE(file.lines.size(), frames.size());
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            ASSERT_EQ(file.lines[i].raw, frames[i]);
        }
        const auto seconds = static_cast<std::size_t>(
            std::upper_bound(flushed_at.begin(), flushed_at.end(), length) - flushed_at.begin());
        EXPECT_GE(file.lines.size(), seconds * 200) << length;
    }
    EXPECT_THAT(read_recording(path()).lines, SizeIs(frames.size()));
    EXPECT_FALSE(read_recording(path()).torn);
}

TEST_F(Recording, never_replaces_a_file) {
    write_bytes(path(), "mine");
    const auto made = FrameWriter::create(path());
    ASSERT_FALSE(made.ok());
    EXPECT_THAT(made.status().message(), HasSubstr("never replaces a file"));
    EXPECT_EQ(read_bytes(path()), "mine");
}

TEST_F(Recording, damage_in_the_middle_is_told_with_its_place) {
    auto writer = create();
    std::mt19937 random(5);
    for (int i = 0; i < 5'000; ++i) {
        ASSERT_TRUE(writer->frame("acme", 0, kAt, std::to_string(random())).ok());
    }
    ASSERT_TRUE(writer->close().ok());
    std::string bytes = read_bytes(path());
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x55);
    write_bytes(path(), bytes);
    const auto reader = std::move(LineReader::open(path())).value();
    std::string_view text;
    Result<bool> more = true;
    while (more.ok() && *more) {
        more = reader->next(text);
    }
    ASSERT_FALSE(more.ok());
    EXPECT_THAT(more.status().message(), HasSubstr("is damaged near byte"));
}

TEST(FrameLineTimes, nine_digits_are_nanoseconds_and_others_microseconds) {
    FrameLine line;
    ASSERT_EQ(line.parse(R"({"recv_ts":1794000000.123456789,"venue":"a","raw":""})"), "");
    EXPECT_EQ(line.receive_ts_ns(), kAt);
    ASSERT_EQ(line.parse(R"({"recv_ts":1794000000.1234567,"venue":"a","raw":""})"), "");
    EXPECT_EQ(line.receive_ts_ns(), 1'794'000'000'123'457'000);
}

TEST(FrameLineFields, bad_ones_are_refused_with_a_reason) {
    FrameLine line;
    EXPECT_NE(line.parse(R"({"venue":"a","raw":"","conn":-1})"), "");
    EXPECT_NE(line.parse(R"({"venue":"a","raw":"","conn":4294967296})"), "");
    EXPECT_NE(line.parse(R"({"venue":"a","raw":"","event":"burst"})"), "");
    EXPECT_NE(line.parse(R"({"venue":"a","raw":"","event":"reply"})"), "");
    EXPECT_NE(line.parse(R"({"venue":"a","raw":"","event":"reply","purpose":"chat"})"), "");
    EXPECT_NE(line.parse(R"({"venue":"a"})"), "");
    EXPECT_EQ(line.parse(R"({"venue":"a","event":"open","conn":4294967295})"), "");
}

}  // namespace
}  // namespace petrel::core
