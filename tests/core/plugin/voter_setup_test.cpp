// Voters from configuration to instance, and the text of files that plugins are given.
#include <gmock/gmock.h>

#include "core/plugin/plugin_support.hpp"
#include "petrel/voter.hpp"
#include "plugin/plugin_file.hpp"
#include "plugin/plugin_instance.hpp"
#include "plugin/plugin_setup.hpp"

namespace petrel::core {
namespace {

using ::testing::HasSubstr;
using testing::LogCapture;
using testing::plugin_directory;
using testing::TemporaryFolder;

class VoterSetup : public ::testing::Test {
protected:
    PluginSetup load(const std::string& toml) {
        folder_.write("petrel.toml", "default_notifiers = []\n" + toml);
        LoadOptions options;
        options.file = folder_.file("petrel.toml");
        return load_setup(options, {plugin_directory("opinion")});
    }
    std::string model_refusal(const std::string& value) {
        const PluginSetup setup = load("[voters.opinion]\nmodel = " + value + "\n");
        return setup.problems.empty() ? "" : render(setup.problems);
    }
    TemporaryFolder folder_;
};

TEST_F(VoterSetup, only_a_section_makes_one_and_two_may_be_of_one_plugin) {
    EXPECT_TRUE(load("").voters.empty());
    const PluginSetup setup = load(
        "[voters.mood]\nplugin = \"opinion\"\n[voters.opinion]\nscale = 4\n"
        "[voters.off]\nplugin = \"opinion\"\nenabled = false\n");
    EXPECT_EQ(render(setup.problems), "");
    ASSERT_EQ(setup.voters.size(), 2U);
    EXPECT_EQ(setup.voters[0].name, "mood");
    EXPECT_EQ(setup.voters[1].name, "opinion");
    EXPECT_EQ(kind_word(setup.voters[1].plugin->kind), "voter");
    EXPECT_EQ(setup.voters[1].values.values.at("scale").numbers.front(), 4);
}

TEST_F(VoterSetup, instance_votes_through_its_table) {
    const PluginSetup setup = load("[voters.opinion]\nfigure = \"now_s\"\nscale = 4\n");
    const Result<VoterInstance> made =
        VoterInstance::create(*setup.voters.at(0).plugin, "opinion", setup.voters[0].values);
    ASSERT_TRUE(made.ok()) << made.status().message();
    const petrel_text* names = nullptr;
    ASSERT_EQ(made->table().inputs(made->handle(), &names), 1U);
    EXPECT_EQ(view_of(names[0]), "now_s");
    const double value = 3;
    petrel_vote vote{};
    vote.size = sizeof(vote);
    petrel_error error{};
    error.size = sizeof(error);
    ASSERT_EQ(made->table().vote(made->handle(), &value, 1, &vote, &error), PETREL_OK);
    EXPECT_EQ(vote.vote, 0.75);
    EXPECT_STREQ(vote.reason, "as\ttold");
}

TEST_F(VoterSetup, plugin_that_is_not_there_and_keys_that_are_not_known_are_told) {
    EXPECT_THAT(render(load("[voters.opinoin]\n").problems),
                HasSubstr("no plugin 'opinoin' was found for [voters.opinoin]; found: opinion"));
    EXPECT_THAT(render(load("[voters.opinion]\nscael = 2\n").problems),
                HasSubstr("unknown key 'scael' in [voters.opinion]"));
}

TEST_F(VoterSetup, there_are_sixteen_at_most) {
    std::string toml;
    for (int i = 0; i < 16; ++i) {
        toml += "[voters.v" + std::to_string(i + 10) + "]\nplugin = \"opinion\"\n";
    }
    EXPECT_EQ(render(load(toml).problems), "");
    EXPECT_THAT(render(load(toml + "[voters.v99]\nplugin = \"opinion\"\n").problems),
                HasSubstr("PTL-C005]: voters.v99 is one voter too many: at most 16 vote"));
}

TEST_F(VoterSetup, file_is_read_relative_to_the_configuration) {
    folder_.write("model.txt", "bias = 1\nx = 2\n");
    const PluginSetup setup = load("[voters.opinion]\nmodel = \"model.txt\"\n");
    EXPECT_EQ(render(setup.problems), "");
    EXPECT_EQ(setup.voters.at(0).values.values.at("model").text, "bias = 1\nx = 2\n");
    const LogCapture capture;
    ASSERT_TRUE(
        VoterInstance::create(*setup.voters[0].plugin, "opinion", setup.voters[0].values).ok());
    EXPECT_THAT(capture.lines(), HasSubstr("voters.opinion: model of 15 bytes: bias = 1"));
}

TEST_F(VoterSetup, file_that_cannot_be_given_is_told_at_its_place) {
    const std::string missing = model_refusal("\"gone.txt\"");
    EXPECT_THAT(missing, HasSubstr("PTL-C027"));
    EXPECT_THAT(missing,
                HasSubstr("voters.opinion.model: there is no file " + folder_.file("gone.txt")));
    EXPECT_THAT(missing, HasSubstr("petrel.toml:3:9"));
    EXPECT_THAT(model_refusal("\".\""), HasSubstr("is no file"));
    EXPECT_THAT(model_refusal("\"/dev/zero\""), HasSubstr("/dev/zero is no file"));
    EXPECT_THAT(model_refusal("5"), HasSubstr("expected the path of a file in quotes"));
    EXPECT_THAT(model_refusal("\"\""), HasSubstr("expected the path of a file in quotes"));
    EXPECT_THAT(model_refusal("{ file = \"x\" }"), HasSubstr("has the wrong type"));
}

TEST_F(VoterSetup, file_of_one_mebibyte_is_given_and_a_larger_one_is_not) {
    folder_.write("whole.txt", std::string(PETREL_PARAMETER_FILE_BYTES_MAX, 'a'));
    const Result<std::string> whole = read_plugin_file(folder_.file("whole.txt"));
    ASSERT_TRUE(whole.ok()) << whole.status().message();
    EXPECT_EQ(whole->size(), PETREL_PARAMETER_FILE_BYTES_MAX);
    folder_.write("large.txt", std::string(PETREL_PARAMETER_FILE_BYTES_MAX + 1, 'a'));
    EXPECT_EQ(
        read_plugin_file(folder_.file("large.txt")).status().message(),
        folder_.file("large.txt") + " has more than the 1048576 bytes that a plugin is given");
}

TEST_F(VoterSetup, no_file_named_is_an_empty_text) {
    const PluginSetup setup = load("[voters.opinion]\n");
    EXPECT_EQ(setup.voters.at(0).values.values.at("model").text, "");
}

}  // namespace
}  // namespace petrel::core
