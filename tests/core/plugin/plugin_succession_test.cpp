// A detector's library replaced while it runs: what takes over, what is refused with which words,
// how many libraries stay mapped, and what becomes of the state.
#include "plugin/plugin_succession.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "core/plugin/plugin_support.hpp"
#include "plugin/detector_state.hpp"

namespace petrel::core {
namespace {

using testing::bytes_of;
using ::testing::HasSubstr;
using testing::LogCapture;
using testing::plugin_file;
using testing::TemporaryFolder;

class Succession : public ::testing::Test {
protected:
    Succession() { install("heir"); }

    void install(const std::string& version) const { replace(bytes_of(plugin_file(version))); }
    // As an installer does: a new file under the old name.
    void replace(const std::string& bytes) const {
        folder_.write("new", bytes);
        std::filesystem::rename(folder_.file("new"), folder_.file("libheir.so"));
    }
    PluginSetup load(const std::string& toml = "[detectors.heir]\n") {
        folder_.write("petrel.toml", "default_notifiers = []\n" + toml);
        LoadOptions options;
        options.file = folder_.file("petrel.toml");
        return load_setup(options, {folder_.path()});
    }
    static DetectorInstance make(const PlannedPlugin& planned) {
        Result<DetectorInstance> made =
            DetectorInstance::create(*planned.plugin, planned.name, planned.values);
        EXPECT_TRUE(made.ok());
        return std::move(made).value();
    }
    // The hand-over from the version that runs to that one.
    Result<StateHandover> hand_over_to(const std::string& version) {
        install("heir");
        const PluginSetup setup = load();
        PluginSuccession succession(setup);
        install(version);
        const Result<Successor> successor = succession.prepare("heir");
        EXPECT_TRUE(successor.ok()) << successor.status().message();
        const DetectorInstance before = make(setup.detectors.at(0));
        return hand_state_over(before, make(successor->seats.at(0).planned));
    }

    TemporaryFolder folder_;
};

TEST_F(Succession, new_library_under_the_old_name_runs_beside_the_one_before) {
    const PluginSetup setup = load("[detectors.heir]\nhorizon = \"5s\"\n");
    PluginSuccession succession(setup);
    install("heir_more_types");
    const Result<Successor> successor = succession.prepare("heir");
    ASSERT_TRUE(successor.ok()) << successor.status().message();
    EXPECT_EQ(successor->before->version, "1");
    EXPECT_EQ(successor->plugin->version, "2");
    ASSERT_EQ(successor->seats.size(), 1U);
    EXPECT_EQ(successor->seats[0].number, 0U);
    EXPECT_EQ(successor->seats[0].planned.values.values.at("horizon").numbers.at(0), 5'000);
    const petrel_text* types = nullptr;
    EXPECT_EQ(successor->before->detector().finding_types(&types), 1U);
    EXPECT_EQ(successor->plugin->detector().finding_types(&types), 2U);
    EXPECT_EQ(succession.running().at(0).plugin->version, "1") << "until it has taken over";
    succession.take_over(*successor);
    EXPECT_EQ(succession.running().at(0).plugin->version, "2");
    EXPECT_EQ(succession.running().at(0).reloads, 1U);
    EXPECT_EQ(succession.retired(), 1U);
}

TEST_F(Succession, file_that_has_not_changed_is_not_loaded_again) {
    const PluginSetup setup = load();
    PluginSuccession succession(setup);
    const Result<Successor> successor = succession.prepare("heir");
    ASSERT_TRUE(successor.ok());
    EXPECT_EQ(successor->plugin, successor->before);
    EXPECT_EQ(succession.retired(), 0U);
}

TEST_F(Succession, every_section_that_names_the_plugin_gets_a_seat) {
    const PluginSetup setup =
        load("[detectors.heir]\n[detectors.second]\nplugin = \"heir\"\nhorizon = \"2s\"\n");
    PluginSuccession succession(setup);
    install("heir_more_types");
    const Result<Successor> successor = succession.prepare("heir");
    ASSERT_TRUE(successor.ok()) << successor.status().message();
    ASSERT_EQ(successor->seats.size(), 2U);
    EXPECT_EQ(successor->seats[1].number, 1U);
    EXPECT_EQ(successor->seats[1].planned.name, "second");
    EXPECT_EQ(successor->seats[1].planned.values.values.at("horizon").numbers.at(0), 2'000);
}

TEST_F(Succession, what_a_start_refuses_is_refused_in_the_same_words) {
    const PluginSetup setup = load();
    PluginSuccession succession(setup);
    const auto refusal = [&](const std::string& bytes) {
        replace(bytes);
        const Result<Successor> successor = succession.prepare("heir");
        return successor.ok() ? std::string("taken") : successor.status().message();
    };
    const std::string whole = bytes_of(plugin_file("heir"));
    EXPECT_THAT(refusal("#!/bin/sh\n"), HasSubstr("PTL-P003: libheir.so cannot be used"));
    EXPECT_THAT(refusal(whole.substr(0, whole.size() / 2)), HasSubstr("PTL-P003"));
    EXPECT_THAT(refusal(bytes_of(plugin_file("newer_minor"))), HasSubstr("PTL-P002: libheir.so"));
    EXPECT_THAT(refusal(bytes_of(plugin_file("wrong_major"))), HasSubstr("PTL-P012"));
    EXPECT_THAT(refusal(bytes_of(plugin_file("no_symbol"))), HasSubstr("PTL-P004"));
    EXPECT_THAT(refusal(bytes_of(plugin_file("unique_symbol"))), HasSubstr("PTL-P005"));
    EXPECT_EQ(succession.retired(), 0U) << "nothing of these was mapped";
    EXPECT_THAT(refusal(bytes_of(plugin_file("short_table"))), HasSubstr("PTL-P007"));
    EXPECT_THAT(refusal(bytes_of(plugin_file("null_entry"))), HasSubstr("PTL-P007"));
    EXPECT_THAT(refusal(bytes_of(plugin_file("probe"))),
                HasSubstr("is the detector probe now; a reload takes the detector heir"));
    EXPECT_THAT(refusal(bytes_of(plugin_file("heir_wants"))),
                HasSubstr("detectors.heir.fresh is missing"));
    EXPECT_EQ(succession.retired(), 4U) << "these are mapped, and never given back";
    EXPECT_EQ(succession.running().at(0).plugin->version, "1");
    std::filesystem::remove(folder_.file("libheir.so"));
    EXPECT_THAT(succession.prepare("heir").status().message(), HasSubstr("PTL-P001"));
}

TEST_F(Succession, names_that_are_no_detector_that_runs_are_answered_with_those_that_are) {
    const PluginSetup setup = load();
    PluginSuccession succession(setup);
    const Result<Successor> none = succession.prepare("hair");
    ASSERT_FALSE(none.ok());
    EXPECT_EQ(none.status().code(), PETREL_E_UNSUPPORTED);
    EXPECT_EQ(none.status().message(), "no detector of the plugin 'hair' runs. There are: heir");
}

TEST_F(Succession, fifty_retired_libraries_are_the_end_until_a_restart) {
    const PluginSetup setup = load();
    PluginSuccession succession(setup);
    std::string bytes = bytes_of(plugin_file("heir"));
    for (std::size_t i = 0; i < PluginSuccession::kRetiredMax; ++i) {
        bytes += 'x';  // behind what the loader reads
        replace(bytes);
        const Result<Successor> successor = succession.prepare("heir");
        ASSERT_TRUE(successor.ok()) << i << ": " << successor.status().message();
        succession.take_over(*successor);
    }
    EXPECT_EQ(succession.retired(), 50U);
    replace(bytes + 'x');
    const Result<Successor> refused = succession.prepare("heir");
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.status().message(), HasSubstr("50 libraries are retired"));
    EXPECT_THAT(refused.status().message(), HasSubstr("Restart petrel"));
    EXPECT_EQ(succession.running().at(0).reloads, 50U);
}

TEST_F(Succession, state_is_handed_over_or_the_reason_is_told) {
    const Result<StateHandover> same = hand_over_to("heir_more_types");
    ASSERT_TRUE(same.ok());
    EXPECT_EQ(same->empty_because, "");
    EXPECT_EQ(same->bytes, 0U) << "it has seen nothing";
    EXPECT_EQ(hand_over_to("heir_stateless")->empty_because, "the new one takes no state over");
    EXPECT_EQ(hand_over_to("heir_ignores")->empty_because, "the new one has no use for the state");
    const Result<StateHandover> refused = hand_over_to("heir_refuses");
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.status().message(), "the new one refuses the state: of another house, 0");
}

TEST_F(Succession, state_beyond_the_bound_is_refused_and_of_a_stateless_one_there_is_none) {
    install("heir_huge");
    const PluginSetup setup = load();
    const DetectorInstance huge = make(setup.detectors.at(0));
    const Result<StateHandover> full = hand_state_over(huge, huge);
    ASSERT_FALSE(full.ok());
    EXPECT_EQ(full.status().message(),
              "the one before cannot save its state: the state is larger than 67108864 bytes");
    install("heir_stateless");
    const PluginSetup other = load();
    const DetectorInstance stateless = make(other.detectors.at(0));
    EXPECT_EQ(hand_state_over(stateless, huge)->empty_because,
              "the one before hands no state over");
}

TEST_F(Succession, file_changed_in_place_touches_nothing_that_runs) {
    const PluginSetup setup = load();
    const DetectorInstance running = make(setup.detectors.at(0));
    std::filesystem::resize_file(folder_.file("libheir.so"), 0);
    petrel_interest room[16] = {};
    EXPECT_EQ(running.table().interests(running.handle(), room, 16), 8U);
}

}  // namespace
}  // namespace petrel::core
