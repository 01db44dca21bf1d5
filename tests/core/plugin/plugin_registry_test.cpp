// What is loaded, what is refused and with which words.
#include "plugin/plugin_registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include "core/plugin/plugin_support.hpp"
#include "plugin/elf_scan.hpp"

namespace petrel::core {
namespace {

using testing::bytes_of;
using ::testing::HasSubstr;
using testing::plugin_directory;
using testing::plugin_file;
using testing::TemporaryFolder;

std::string refused(const std::string& directory) {
    PluginRegistry registry;
    Problems problems;
    registry.discover(directory, PluginRegistry::Missing::Reported, problems);
    EXPECT_TRUE(registry.all().empty());
    return render(problems);
}

TEST(PluginRegistry, good_plugin_is_taken_with_its_description) {
    PluginRegistry registry;
    Problems problems;
    registry.discover(plugin_directory("probe"), PluginRegistry::Missing::Reported, problems);
    EXPECT_EQ(render(problems), "");
    const LoadedPlugin* probe = registry.find(PluginKind::Detector, "probe");
    ASSERT_NE(probe, nullptr);
    EXPECT_EQ(probe->version, "1.2");
    EXPECT_EQ(probe->parameters.size(), 7U);
    EXPECT_EQ(probe->abi.major, 1);
    EXPECT_EQ(probe->hash.size(), 16U);
    EXPECT_EQ(registry.find(PluginKind::Notifier, "probe"), nullptr);
    ASSERT_EQ(registry.known().size(), 1U);
    EXPECT_EQ(registry.known()[0].section, "detectors");
}

struct Case {
    const char* plugin;
    const char* code;
    const char* words;
};

class BadPlugin : public ::testing::TestWithParam<Case> {};

TEST_P(BadPlugin, is_refused_with_file_cause_and_remedy) {
    const std::string text = refused(plugin_directory(GetParam().plugin));
    EXPECT_THAT(text, HasSubstr("error[" + std::string(GetParam().code) + "]: lib" +
                                GetParam().plugin + ".so "));
    EXPECT_THAT(text, HasSubstr(GetParam().words));
    EXPECT_THAT(text, HasSubstr("--> " + plugin_file(GetParam().plugin)));
}

INSTANTIATE_TEST_SUITE_P(
    Loader, BadPlugin,
    ::testing::Values(
        Case{"no_symbol", "PTL-P004", "does not export petrel_plugin_entry_v1. It is no petrel"},
        Case{"no_note", "PTL-P004", "no ABI note of this major version. Rebuild it with the SDK"},
        Case{"newer_minor", "PTL-P002",
             "was built for plugin ABI 1.6, this petrel speaks up to 1.5. Update petrel or ask the "
             "author for a build against SDK 1.5"},
        Case{"wrong_major", "PTL-P012",
             "was built for plugin ABI 2.5, this petrel speaks 1.5. Ask"},
        Case{"wrong_kind", "PTL-P007", "is of the unknown kind 9"},
        Case{"null_table", "PTL-P007", "offers no interface petrel.detector/1"},
        Case{"short_table", "PTL-P007", "offers an incomplete interface petrel.detector/1"},
        Case{"null_info", "PTL-P007", "tells nothing of its venue: info() gives null"},
        Case{"null_entry", "PTL-P007", "describes itself as nothing"},
        Case{"short_entry", "PTL-P007", "describes itself in 16 bytes"},
        Case{"bad_name", "PTL-P007", "calls itself '../etc'"},
        Case{"many_parameters", "PTL-P007", "declares 1000000 parameters; at most 256"},
        Case{"unique_symbol", "PTL-P005", "exports unique symbols (shared_value)"}),
    [](const auto& tested) { return std::string(tested.param.plugin); });

TEST(PluginRegistry, library_of_an_older_minor_is_taken) {
    PluginRegistry registry;
    Problems problems;
    registry.discover(plugin_directory("older_minor"), PluginRegistry::Missing::Reported, problems);
    EXPECT_EQ(render(problems), "");
    ASSERT_EQ(registry.all().size(), 1U);
    EXPECT_EQ(registry.all()[0].abi.minor, 2);
}

TEST(PluginRegistry, file_that_is_no_library_is_refused) {
    const TemporaryFolder folder;
    folder.write("libtext.so", "#!/bin/sh\n");
    EXPECT_THAT(refused(folder.path()), HasSubstr("libtext.so cannot be used: it is no shared"));
    folder.write("libtext.so", "");
    EXPECT_THAT(refused(folder.path()), HasSubstr("PTL-P003"));
    folder.write("libtext.so", bytes_of("/proc/self/exe"));
    EXPECT_THAT(refused(folder.path()), HasSubstr("PTL-P00"));
}

TEST(PluginRegistry, library_cut_off_anywhere_is_refused_and_never_crashes) {
    const TemporaryFolder folder;
    const std::string whole = bytes_of(plugin_file("probe"));
    ASSERT_GT(whole.size(), 4096U);
    for (std::size_t size = 0; size < whole.size(); size += whole.size() / 97 + 1) {
        folder.write("libcut.so", whole.substr(0, size));
        EXPECT_THAT(refused(folder.path()), HasSubstr("PTL-P003")) << size;
    }
}

TEST(ElfScan, damaged_headers_are_read_within_bounds) {
    const std::string whole = bytes_of(plugin_file("probe"));
    std::size_t refusals = 0;
    for (std::size_t at = 0; at < 64; ++at) {
        for (const int byte : {0x00, 0x7f, 0xff}) {
            std::string damaged = whole;
            damaged[at] = static_cast<char>(byte);
            refusals += scan_elf(std::as_bytes(std::span(damaged))).ok() ? 0 : 1;
        }
    }
    EXPECT_GT(refusals, 20U);
    const Result<ElfFacts> facts = scan_elf(std::as_bytes(std::span(whole)));
    ASSERT_TRUE(facts.ok());
    EXPECT_THAT(facts->entries, ::testing::ElementsAre("petrel_plugin_entry_v1"));
    EXPECT_TRUE(facts->unique_symbols.empty());
}

TEST(ElfScan, other_machines_are_named) {
    std::string bytes = bytes_of(plugin_file("probe"));
    bytes[18] = static_cast<char>(0xb7);  // AArch64
    const Result<ElfFacts> facts = scan_elf(std::as_bytes(std::span(bytes)));
    ASSERT_FALSE(facts.ok());
    EXPECT_THAT(facts.status().message(), HasSubstr("another machine"));
}

TEST(PluginRegistry, bad_file_does_not_stop_the_rest_and_a_second_name_is_refused_with_both_paths) {
    const TemporaryFolder folder;
    folder.write("liba.so", "junk");
    folder.write("libb.so", bytes_of(plugin_file("probe")));
    folder.write("libc.so", bytes_of(plugin_file("probe_again")));
    folder.write("notes.txt", "not looked at");
    PluginRegistry registry;
    Problems problems;
    registry.discover(folder.path(), PluginRegistry::Missing::Reported, problems);
    ASSERT_EQ(registry.all().size(), 1U);
    EXPECT_EQ(registry.all()[0].path, folder.file("libb.so"));
    ASSERT_EQ(problems.size(), 2U);
    EXPECT_EQ(problems[0].code, "PTL-P003");
    EXPECT_EQ(problems[1].code, "PTL-P008");
    EXPECT_THAT(problems[1].message, HasSubstr(folder.file("libb.so")));
    EXPECT_EQ(origin_of(problems[1].place), folder.file("libc.so"));
}

TEST(PluginRegistry, same_file_reached_twice_is_taken_once) {
    PluginRegistry registry;
    Problems problems;
    const std::string directory = plugin_directory("probe");
    registry.discover(directory, PluginRegistry::Missing::Reported, problems);
    registry.discover(directory + "/../probe", PluginRegistry::Missing::Reported, problems);
    EXPECT_EQ(render(problems), "");
    EXPECT_EQ(registry.all().size(), 1U);
}

TEST(PluginRegistry, missing_folder_is_a_problem_only_when_somebody_named_it) {
    PluginRegistry registry;
    Problems problems;
    registry.discover("/no/such/folder", PluginRegistry::Missing::Allowed, problems);
    EXPECT_TRUE(problems.empty());
    registry.discover("/no/such/folder", PluginRegistry::Missing::Reported, problems);
    EXPECT_THAT(render(problems), HasSubstr("/no/such/folder cannot be read"));
}

TEST(PluginRegistry, defaults_beside_the_library_are_found) {
    const TemporaryFolder folder;
    folder.write("libprobe.so", bytes_of(plugin_file("probe")));
    folder.write("libprobe.toml", "share = 0.5\n");
    PluginRegistry registry;
    Problems problems;
    registry.discover(folder.path(), PluginRegistry::Missing::Reported, problems);
    EXPECT_EQ(registry.known().at(0).defaults_file, folder.file("libprobe.toml"));
}

// Overwrites and truncates the file in place after loading, then calls into it: with the file
// mapped itself this is a SIGBUS.
TEST(PluginRegistry, replacing_the_file_touches_nothing_that_was_loaded) {
    const TemporaryFolder folder;
    folder.write("libprobe.so", bytes_of(plugin_file("probe")));
    PluginRegistry registry;
    Problems problems;
    registry.discover(folder.path(), PluginRegistry::Missing::Reported, problems);
    const LoadedPlugin* probe = registry.find(PluginKind::Detector, "probe");
    ASSERT_NE(probe, nullptr);
    folder.write("libprobe.so", std::string(64, '\xcc'));
    std::filesystem::resize_file(folder.file("libprobe.so"), 0);
    const petrel_text* types = nullptr;
    EXPECT_EQ(probe->detector().finding_types(&types), 0U);
    EXPECT_EQ(probe->description, "shows its configuration");
}

// A later file under the same path is a library of its own, not the first one again.
TEST(PluginRegistry, new_version_under_the_same_path_is_loaded_beside_the_old_one) {
    const TemporaryFolder folder;
    folder.write("libprobe.so", bytes_of(plugin_file("probe")));
    PluginRegistry first;
    Problems problems;
    first.discover(folder.path(), PluginRegistry::Missing::Reported, problems);
    folder.write("libprobe.so", bytes_of(plugin_file("throws_inside")));
    PluginRegistry second;
    second.discover(folder.path(), PluginRegistry::Missing::Reported, problems);
    EXPECT_EQ(render(problems), "");
    ASSERT_EQ(second.all().size(), 1U);
    EXPECT_EQ(second.all()[0].name, "throwing");
    EXPECT_NE(second.all()[0].hash, first.all()[0].hash);
}

}  // namespace
}  // namespace petrel::core
