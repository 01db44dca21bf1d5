// Values on their way into a plugin, instances, and plugins that fail at creation.
#include "plugin/plugin_instance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include <cstdlib>

#include "core/plugin/plugin_support.hpp"
#include "plugin/plugin_setup.hpp"

namespace petrel::core {
namespace {

using ::testing::HasSubstr;
using testing::LogCapture;
using ::testing::Not;
using testing::plugin_directory;
using testing::TemporaryFolder;

class Setup : public ::testing::Test {
protected:
    PluginSetup load(const std::string& toml, const std::string& plugin = "probe") {
        folder_.write("petrel.toml", "default_notifiers = []\n" + toml);
        LoadOptions options;
        options.file = folder_.file("petrel.toml");
        return load_setup(options, {plugin_directory(plugin)});
    }
    static Result<DetectorInstance> create(const PluginSetup& setup) {
        const PlannedPlugin& planned = setup.detectors.at(0);
        return DetectorInstance::create(*planned.plugin, planned.name, planned.values);
    }
    static std::string codes(const PluginSetup& setup) {
        std::string text;
        for (const Problem& problem : setup.problems) {
            text += (text.empty() ? "" : " ") + problem.code + "@" +
                    std::to_string(problem.place.line) + ":" + std::to_string(problem.place.column);
        }
        return text;
    }
    // Lines as the probe logs them, with the section already there.
    static constexpr const char* kMinimum = "[detectors.probe]\nmin_usd = { MID_CAP = 10 }\n";

    TemporaryFolder folder_;
};

TEST_F(Setup, values_reach_the_plugin_scaled_and_filled_from_the_fallback_group) {
    const PluginSetup setup = load(
        "[detection]\nminima_scale = 0.1\n[detectors.probe]\n"
        "min_usd = { MAJORS = 100, MID_CAP = 10 }\ncount = { OTHERS = 5, MID_CAP = 3 }\n"
        "window = \"30s\"\nshare = 0.25\nflag = true\nlabel = \"30s\"\n");
    EXPECT_EQ(render(setup.problems), "");
    const LogCapture capture;
    const Result<DetectorInstance> instance = create(setup);
    ASSERT_TRUE(instance.ok()) << instance.status().message();
    // Groups in order: MAJORS, LARGE_CAP, MID_CAP, OTHERS.
    std::string expected;
    for (const char* line :
         {"min_usd=10.000000", "count=3.000000", "min_usd=1.000000", "count=3.000000",
          "min_usd=1.000000", "count=3.000000", "min_usd=1.000000", "count=5.000000",
          "window=30000.000000", "share=0.250000", "flag=1.000000", "label=30s", "token=0 bytes",
          "undeclared=nan"}) {
        expected += std::string("detectors.probe: ") + line + "\n";
    }
    EXPECT_EQ(capture.lines(), expected);
}

TEST_F(Setup, one_number_serves_all_groups_and_defaults_fill_what_is_not_said) {
    const PluginSetup setup = load("[detectors.probe]\nmin_usd = 7\n");
    EXPECT_EQ(render(setup.problems), "");
    const ResolvedConfig& values = setup.detectors.at(0).values;
    EXPECT_EQ(values.values.at("min_usd").numbers, std::vector<double>(4, 7.0));
    EXPECT_EQ(values.values.at("count").numbers, std::vector<double>(4, 1.0));
    EXPECT_EQ(values.values.at("window").numbers, std::vector<double>(1, 1'000.0));
    EXPECT_EQ(values.values.at("label").text, "usual");
}

TEST_F(Setup, every_wrong_value_is_reported_at_its_place) {
    const PluginSetup setup = load(
        "[detectors.probe]\n"
        "min_usd = { MID_CAP = -1, MAJOR = 1 }\n"
        "count = 2.5\n"
        "window = 30\n"
        "share = 1.5\n"
        "flag = \"yes\"\n"
        "label = 5\n"
        "lable = \"x\"\n");
    EXPECT_EQ(codes(setup),
              "PTL-C003@3:27 PTL-C005@3:23 PTL-C004@4:9 PTL-C011@5:10 PTL-C005@6:9 PTL-C004@7:8 "
              "PTL-C004@8:9 PTL-C003@9:1");
    const std::string text = render(setup.problems);
    EXPECT_THAT(text, HasSubstr("did you mean 'MAJORS'?"));
    EXPECT_THAT(text, HasSubstr("did you mean 'label'?"));
    EXPECT_THAT(text, HasSubstr("window = 30 has no unit"));
    EXPECT_THAT(text, HasSubstr("allowed: 0 to 1"));
}

TEST_F(Setup, bounds_of_a_duration_are_written_as_durations) {
    EXPECT_THAT(render(load(std::string(kMinimum) + "window = \"2m\"\n").problems),
                HasSubstr("window = \"2m\" is out of bounds"));
    EXPECT_THAT(render(load(std::string(kMinimum) + "window = \"2m\"\n").problems),
                HasSubstr("allowed: \"1s\" to \"1m\""));
}

TEST_F(Setup, missing_required_value_names_the_key_and_the_group) {
    EXPECT_THAT(render(load("").problems), HasSubstr("detectors.probe.min_usd is missing: least"));
    const PluginSetup partly = load("[detectors.probe]\nmin_usd = { MAJORS = 1 }\n");
    EXPECT_THAT(render(partly.problems), HasSubstr("is missing for the group LARGE_CAP"));
}

TEST_F(Setup, disabled_detector_is_not_checked_and_not_planned) {
    const PluginSetup setup = load("[detectors.probe]\nenabled = false\nnonsense = 1\n");
    EXPECT_EQ(render(setup.problems), "");
    EXPECT_TRUE(setup.detectors.empty());
}

TEST_F(Setup, secret_written_out_is_refused_without_being_shown) {
    const std::string text =
        render(load(std::string(kMinimum) + "token = \"hunter2hunter2\" # hi\n").problems);
    EXPECT_THAT(text, HasSubstr("error[PTL-C014]: detectors.probe.token is a secret"));
    EXPECT_THAT(text, HasSubstr(" 4 │ token = \"··············\""));
    EXPECT_THAT(text, Not(HasSubstr("hunter2")));
}

TEST_F(Setup, secrets_are_read_from_file_and_variable_when_the_instance_is_made) {
    folder_.write("token.txt", "swordfish\n");
    std::filesystem::permissions(folder_.file("token.txt"), std::filesystem::perms(0600));
    PluginSetup setup = load(std::string(kMinimum) + "token = { file = \"token.txt\" }\n");
    EXPECT_EQ(render(setup.problems), "");
    const LogCapture capture;
    ASSERT_TRUE(create(setup).ok());
    EXPECT_THAT(capture.lines(), HasSubstr("token=9 bytes"));

    ::setenv("PETREL_TEST_TOKEN", "fish", 1);
    setup = load(std::string(kMinimum) + "token = { env = \"PETREL_TEST_TOKEN\" }\n");
    EXPECT_EQ(render(setup.problems), "");
    ASSERT_TRUE(create(setup).ok());
    EXPECT_THAT(capture.lines(), HasSubstr("token=4 bytes"));
    EXPECT_THAT(capture.lines(), Not(HasSubstr("swordfish")));
    ::unsetenv("PETREL_TEST_TOKEN");
    const Result<DetectorInstance> without = create(setup);
    ASSERT_FALSE(without.ok());
    EXPECT_THAT(without.status().message(), HasSubstr("PETREL_TEST_TOKEN is not set"));
}

TEST_F(Setup, secret_that_cannot_be_read_is_known_before_the_start) {
    EXPECT_THAT(
        render(load(std::string(kMinimum) + "token = { file = \"none\" }\n").problems),
        HasSubstr("error[PTL-C020]: the secret file " + folder_.file("none") + " cannot be read"));
    folder_.write("open", "swordfish\n");
    std::filesystem::permissions(folder_.file("open"), std::filesystem::perms(0644));
    EXPECT_THAT(render(load(std::string(kMinimum) + "token = { file = \"open\" }\n").problems),
                HasSubstr("may be read by others (mode 0644): chmod 600 " + folder_.file("open")));
    folder_.write("empty", "\n");
    std::filesystem::permissions(folder_.file("empty"), std::filesystem::perms(0600));
    EXPECT_THAT(render(load(std::string(kMinimum) + "token = { file = \"empty\" }\n").problems),
                HasSubstr("is empty"));
}

TEST_F(Setup, instance_is_destroyed_once_with_its_owner_and_moves_leave_nothing_behind) {
    const PluginSetup setup = load(kMinimum);
    const LogCapture capture;
    {
        Result<DetectorInstance> made = create(setup);
        ASSERT_TRUE(made.ok());
        DetectorInstance first = std::move(made).value();
        DetectorInstance second = std::move(first);
        EXPECT_EQ(second.name(), "probe");
        EXPECT_THAT(capture.lines(), Not(HasSubstr("gone=")));
    }
    const std::size_t at = capture.lines().find("gone=");
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(capture.lines().find("gone=", at + 1), std::string::npos);
}

TEST_F(Setup, plugin_that_throws_in_creation_is_refused_with_its_words) {
    const Result<DetectorInstance> inside = create(load("", "throws_inside"));
    ASSERT_FALSE(inside.ok());
    EXPECT_THAT(inside.status().message(),
                HasSubstr("PTL-P010: detector 'throwing' (libthrows_inside.so) refused to start: "
                          "cannot find my hat. Correct [detectors.throwing]"));
    const Result<DetectorInstance> past = create(load("", "throws_past"));
    ASSERT_FALSE(past.ok());
    EXPECT_THAT(past.status().message(),
                HasSubstr("it threw across the boundary: past the boundary"));
}

TEST_F(Setup, throw_while_stopping_is_reported_and_contained) {
    const LogCapture capture;
    ASSERT_TRUE(create(load("", "throws_in_destroy")).ok());
    EXPECT_THAT(capture.lines(), HasSubstr("PTL-P011: thrower failed while it was stopped"));
}

TEST_F(Setup, creation_without_reason_without_end_or_without_instance_is_refused) {
    const Result<DetectorInstance> unended = create(load("", "unended_text"));
    ASSERT_FALSE(unended.ok());
    EXPECT_THAT(unended.status().message(), HasSubstr(std::string(PETREL_ERROR_TEXT, 'x') + "."));
    EXPECT_THAT(create(load("", "silent_refusal")).status().message(),
                HasSubstr("it gave no reason"));
    EXPECT_THAT(create(load("", "null_instance")).status().message(),
                HasSubstr("it returned no instance"));
}

TEST_F(Setup, exchange_without_any_end_point_is_refused_unless_one_is_named) {
    const PluginSetup none = load("[exchanges.homeless]\n", "no_address");
    EXPECT_EQ(codes(none), "PTL-C025@2:12 PTL-C025@2:12");
    EXPECT_THAT(render(none.problems), HasSubstr("exchanges.homeless.ws is empty"));
    EXPECT_THAT(render(none.problems), HasSubstr("add rest = [\"https://host\"]"));
    const PluginSetup named =
        load("[exchanges.homeless]\nws = [\"wss://a\"]\nrest = [\"https://a\"]\n", "no_address");
    EXPECT_EQ(codes(named), "");
    const PluginSetup off = load("[exchanges.homeless]\nenabled = false\n", "no_address");
    EXPECT_EQ(codes(off), "");
}

TEST_F(Setup, configured_folders_are_searched_and_refusals_kept_apart_from_problems) {
    folder_.write("libbad.so", "junk");
    const PluginSetup setup =
        load("plugin_directories = [\".\", \"gone\"]\n" + std::string(kMinimum));
    EXPECT_EQ(render(setup.problems), "");
    ASSERT_EQ(setup.refusals.size(), 2U);
    EXPECT_EQ(setup.refusals[0].code, "PTL-P003");
    EXPECT_EQ(setup.refusals[1].code, "PTL-P001");
    EXPECT_EQ(setup.detectors.size(), 1U);
}

}  // namespace
}  // namespace petrel::core
