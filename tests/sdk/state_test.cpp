// States as bytes: the layout digit by digit, what is cut short or too long, and the wrapper's
// part.
#include "petrel/state.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "petrel/story.hpp"
#include "petrel/testing/fake_detector_host.hpp"

namespace petrel {
namespace {

// Remembers a flag and a number for each symbol in the order given; says no to the number 13.
class Rememberer final : public Detector {
public:
    Rememberer(const Host&, const Config&) {}
    static PluginInfo describe() { return {"rememberer", "1", "test", "remembers", {}}; }
    static std::span<const petrel_text> finding_types() { return {}; }
    [[nodiscard]] std::vector<petrel_interest> interests() const override { return {}; }
    void on_events(const EventBatch&, const WindowView&, FindingOut&) override {}
    void save_state(StateWriter& out) const {
        out.u8(0x5a);
        out.u32(0x01020304);
        out.u64(0x1112131415161718);
        out.i64(-2);
        out.f64(1.5);
    }
    Status load_state(StateReader& in) {
        if (in.left() == 13) {
            return Status::rejected("thirteen");
        }
        if (in.left() == 14) {
            return state_of_no_use();
        }
        if (in.left() == 15) {
            throw std::runtime_error("fifteen");
        }
        const bool same = in.u8() == 0x5a && in.u32() == 0x01020304 &&
                          in.u64() == 0x1112131415161718 && in.i64() == -2 && in.f64() == 1.5;
        return same ? Status() : Status::rejected("something else");
    }
};

class Forgetful final : public Detector {
public:
    Forgetful(const Host&, const Config&) {}
    static PluginInfo describe() { return {"forgetful", "1", "test", "forgets", {}}; }
    static std::span<const petrel_text> finding_types() { return {}; }
    [[nodiscard]] std::vector<petrel_interest> interests() const override { return {}; }
    void on_events(const EventBatch&, const WindowView&, FindingOut&) override {}
};

class Endless final : public Detector {
public:
    Endless(const Host&, const Config&) {}
    static PluginInfo describe() { return {"endless", "1", "test", "writes on", {}}; }
    static std::span<const petrel_text> finding_types() { return {}; }
    [[nodiscard]] std::vector<petrel_interest> interests() const override { return {}; }
    void on_events(const EventBatch&, const WindowView&, FindingOut&) override {}
    void save_state(StateWriter& out) const {
        for (std::uint64_t at = 0; at <= PETREL_STATE_BYTES_MAX; at += 8) {
            out.u64(at);
        }
    }
    Status load_state(StateReader&) { return {}; }
};

const std::string kBytes(
    "\x5a\x04\x03\x02\x01\x18\x17\x16\x15\x14\x13\x12\x11"
    "\xfe\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\xf8\x3f",
    29);

TEST(State, numbers_are_little_end_first_without_padding) {
    testing::FakeDetectorHost host(testing::entry_of<Rememberer>(), {});
    const Result<std::string> saved = host.save_state();
    ASSERT_TRUE(saved.ok());
    EXPECT_EQ(*saved, kBytes);
    EXPECT_TRUE(host.load_state(*saved).ok());
}

TEST(State, more_and_less_than_was_written_is_refused_with_a_sentence) {
    testing::FakeDetectorHost host(testing::entry_of<Rememberer>(), {});
    EXPECT_EQ(host.load_state(kBytes + "x").message(), "the state has 1 bytes too many");
    EXPECT_EQ(host.load_state(kBytes.substr(0, 28)).message(), "something else");
    EXPECT_EQ(host.load_state(kBytes.substr(0, 13)).message(), "thirteen");
    EXPECT_EQ(host.load_state(kBytes.substr(0, 15)).code(), PETREL_E_EXCEPTION);
    EXPECT_TRUE(host.load_state(kBytes.substr(0, 14)).ok());
}

TEST(State, reading_past_the_end_gives_nothing_and_is_found) {
    const unsigned char bytes[] = {1, 2, 3};
    StateReader in(bytes);
    EXPECT_EQ(in.u32(), 0U);
    EXPECT_EQ(in.u8(), 0U) << "nothing is read after the end";
    EXPECT_EQ(in.finish().message(), "the state is cut short");
}

TEST(State, detector_without_the_functions_offers_none) {
    EXPECT_FALSE(testing::FakeDetectorHost(testing::entry_of<Forgetful>(), {}).hands_state_over());
    EXPECT_TRUE(testing::FakeDetectorHost(testing::entry_of<Rememberer>(), {}).hands_state_over());
}

TEST(State, one_that_is_too_large_is_a_failure_and_not_a_part_of_it) {
    testing::FakeDetectorHost host(testing::entry_of<Endless>(), {});
    const Result<std::string> saved = host.save_state();
    ASSERT_FALSE(saved.ok());
    EXPECT_EQ(saved.status().code(), PETREL_E_FULL);
    EXPECT_EQ(saved.status().message(), "the state is larger than 67108864 bytes");
}

TEST(State, story_goes_on_where_it_was) {
    struct Both {
        Story one;
        Story other;
    };
    constexpr std::array sides{&Both::one, &Both::other};
    std::string bytes;
    petrel_state_out raw{};
    raw.size = sizeof(raw);
    raw.context = &bytes;
    raw.write = [](petrel_state_out* out, const void* data, std::uint64_t length) {
        static_cast<std::string*>(out->context)->append(static_cast<const char*>(data), length);
        return std::int32_t{PETREL_OK};
    };
    std::vector<Both> before(3);
    (void)before[2].other.holds_at(5'000, 1);
    StateWriter out(&raw);
    save_stories(before, sides, out);
    ASSERT_TRUE(out.finish().ok());
    EXPECT_EQ(bytes.size(), 8U + 3 * 2 * 17);

    const auto read = [&](std::string text, std::vector<Both>& into) {
        StateReader in({reinterpret_cast<const unsigned char*>(text.data()), text.size()});
        return load_stories(into, sides, in);
    };
    std::vector<Both> after(1);
    ASSERT_TRUE(read(bytes, after).ok());
    ASSERT_EQ(after.size(), 3U);
    EXPECT_EQ(after[2].other.holds_at(6'000, 1), PETREL_PHASE_UPDATE);
    EXPECT_EQ(after[2].other.onset_ns(), 5'000);
    EXPECT_EQ(after[2].one.holds_at(6'000, 1), PETREL_PHASE_ONSET);

    std::string other_layout = bytes;
    other_layout[0] = 2;
    EXPECT_EQ(read(other_layout, after).message(),
              "the state has the layout 2; this version reads 1");
    std::string many = bytes;
    many[7] = '\x7f';
    EXPECT_FALSE(read(many, after).ok()) << "no room is made for what is not there";
    std::string backwards = bytes;
    backwards[9] = 1;  // onset after the last event
    EXPECT_EQ(read(backwards, after).message(),
              "the state holds a story that ends before it begins");
    EXPECT_EQ(after.size(), 3U) << "a refused state leaves what was there";
}

}  // namespace
}  // namespace petrel
