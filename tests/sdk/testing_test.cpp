// The fake hosts themselves: a test double that is wrong makes every plugin's test worthless.
#include <gtest/gtest.h>

#include "petrel/detector.hpp"
#include "petrel/testing/default_config.hpp"
#include "petrel/testing/event_builder.hpp"
#include "petrel/testing/fake_windows.hpp"

namespace petrel::testing {
namespace {

// A declaration with one parameter of each sort.
struct Declared {
    Declared() {
        parameters[0] = usd_minimum_per_group("min_usd", "");
        parameters[1] = parameter(PETREL_PARAMETER_DURATION, "window", "ms", "");
        parameters[1].minimum = 1'000;
        parameters[1].maximum = 60'000;
        parameters[1].default_number = 5'000;
        parameters[2] = parameter(PETREL_PARAMETER_TEXT, "path", "", "");
        parameters[2].default_text = text_of("out.txt");
        entry.parameters = parameters;
        entry.parameter_count = 3;
    }
    petrel_parameter parameters[3];
    petrel_plugin_entry entry{};
};

class Bound {
public:
    explicit Bound(FakeConfig& config) : raw_(config.raw()) {}
    [[nodiscard]] Config get() const { return Config(&raw_); }

private:
    petrel_config raw_;
};

TEST(FakeConfig, group_without_a_figure_takes_the_fallbacks) {
    const Declared declared;
    FakeConfig config;
    config.per_group("min_usd", {{"MAJORS", 9}, {"MID_CAP", 4}});
    ASSERT_TRUE(config.bind(declared.entry).ok());
    const Bound bound(config);
    EXPECT_EQ(bound.get().number("min_usd", 0), 9);
    EXPECT_EQ(bound.get().number("min_usd", 1), 4);
    EXPECT_EQ(bound.get().number("min_usd", 3), 4);
    EXPECT_EQ(bound.get().group_count(), 4U);
}

TEST(FakeConfig, defaults_fill_what_is_not_given_and_undeclared_names_are_no_number) {
    const Declared declared;
    FakeConfig config;
    config.number("min_usd", 1);
    ASSERT_TRUE(config.bind(declared.entry).ok());
    const Bound bound(config);
    EXPECT_EQ(bound.get().number("window"), 5'000);
    EXPECT_EQ(bound.get().text("path"), "out.txt");
    EXPECT_TRUE(std::isnan(bound.get().number("windwo")));
}

TEST(FakeConfig, what_a_host_would_refuse_is_refused_by_name) {
    const Declared declared;
    const auto refusal = [&](FakeConfig config) {
        const Status status = config.bind(declared.entry);
        return status.ok() ? std::string("accepted") : status.message();
    };
    EXPECT_NE(refusal(FakeConfig()).find("'min_usd' is required"), std::string::npos);
    EXPECT_NE(refusal(FakeConfig().number("min_usd", -1)).find("'min_usd' is -1"),
              std::string::npos);
    EXPECT_NE(refusal(FakeConfig().number("min_usd", 1).number("windwo", 2)).find("'windwo'"),
              std::string::npos);
    EXPECT_NE(refusal(FakeConfig().number("min_usd", 1).number("window", 999)).find("'window'"),
              std::string::npos);
    EXPECT_NE(refusal(FakeConfig().number("min_usd", 1).text("window", "5s")).find("'window'"),
              std::string::npos);
    EXPECT_NE(refusal(FakeConfig().number("min_usd", 1).number("path", 1)).find("'path'"),
              std::string::npos);
    EXPECT_NE(refusal(FakeConfig().number("min_usd", 1).per_group("window", {{"MAJORS", 5'000}}))
                  .find("one value"),
              std::string::npos);
}

Status read_text(const std::string& text, FakeConfig& config) {
    const std::string path = std::string(PETREL_TEST_SCRATCH) + "/default_config.toml";
    std::ofstream(path) << text;
    return read_default_config(path, config);
}

TEST(DefaultConfig, reads_numbers_durations_texts_and_groups) {
    const Declared declared;
    FakeConfig config;
    const Status read = read_text(
        "# comment\n\nmin_usd = { MAJORS = 2_000_000, MID_CAP = 1.5 } # trailing\n"
        "window = \"1m\"\npath = \"a # b\"\r\n",
        config);
    ASSERT_TRUE(read.ok()) << read.message();
    const Status bound_well = config.bind(declared.entry);
    ASSERT_TRUE(bound_well.ok()) << bound_well.message();
    const Bound bound(config);
    EXPECT_EQ(bound.get().number("min_usd", 0), 2'000'000);
    EXPECT_EQ(bound.get().number("min_usd", 2), 1.5);
    EXPECT_EQ(bound.get().number("window"), 60'000);
    EXPECT_EQ(bound.get().text("path"), "a # b");
}

TEST(DefaultConfig, line_that_it_cannot_read_is_named) {
    for (const char* line : {"window", "window = ", "window = 5 s", "a = { B }", "a = [1]"}) {
        FakeConfig config;
        const Status read = read_text(std::string("x = 1\n") + line + "\n", config);
        EXPECT_EQ(read.code(), PETREL_E_REJECTED) << line;
        EXPECT_NE(read.message().find(".toml:2:"), std::string::npos) << read.message();
    }
    FakeConfig config;
    EXPECT_EQ(read_default_config("/nonexistent.toml", config).code(), PETREL_E_IO);
}

TEST(FakeWindows, window_is_open_at_its_far_end_and_closed_at_its_near_one) {
    FakeWindows windows;
    windows.add(0, trade(Side::Buy).usd(1).at_ms(0));
    windows.add(0, trade(Side::Buy).usd(2).at_ms(1));
    windows.add(0, trade(Side::Sell).usd(4).venue(3).sampled().at_ms(1'000));
    windows.add(1, trade(Side::Sell).usd(8).at_ms(1'000));
    windows.add(0, liquidation(Side::Long).usd(16).at_ms(1'000));
    const WindowView view(windows.raw());
    const petrel_window_sum sum = view.sum({EventKind::Trade, 1'000});
    EXPECT_EQ(sum.first_notional_usd, 2);
    EXPECT_EQ(sum.second_notional_usd, 4);
    EXPECT_EQ(sum.first_count + sum.second_count, 2U);
    EXPECT_EQ(sum.venue_count, 2U);
    EXPECT_EQ(sum.flags, PETREL_FLAG_SAMPLED);
    EXPECT_EQ(view.sum({EventKind::Trade, 1'000, 3}).first_count, 0U);
    EXPECT_EQ(view.sum({EventKind::Trade, 1'000, 0, 3}).second_notional_usd, 4);

    MarketEvent room[2];
    const auto events = view.events({EventKind::Trade, 5'000}, room);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].notional_usd, 4);
    EXPECT_EQ(events[1].notional_usd, 2);
    EXPECT_EQ(view.state().last_price, 100);
}

}  // namespace
}  // namespace petrel::testing
