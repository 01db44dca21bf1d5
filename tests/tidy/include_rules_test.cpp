// Each include rule is fed a bad snippet and must speak, and a good one and must not.
#include "include_rules.hpp"

#include <gtest/gtest.h>

namespace petrel::tidy {
namespace {

Tree tree_of(std::vector<SourceFile> files) {
    Tree tree;
    tree.files = std::move(files);
    return tree;
}

std::size_t plugin_faults(std::string path, std::string_view text) {
    Tree tree = tree_of({make_source(std::move(path), text),
                         make_source("plugins/exchanges/ada/parse.hpp", ""),
                         make_source("plugins/exchanges/bob/parse_bob.hpp", ""),
                         make_source("core/net/ws_client.hpp", "")});
    return check_plugin_includes(tree.files[0], tree).size();
}

TEST(includes, both_forms_are_read_with_their_lines) {
    const auto all =
        includes_of(make_source("a.cpp", "// x\n#include <a>\n#  include \"b.h\" // c\n"));
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].path, "a");
    EXPECT_EQ(all[1].path, "b.h");
    EXPECT_EQ(all[1].line, 3U);
    EXPECT_EQ(all[1].form, Include::Form::Quoted);
    EXPECT_TRUE(includes_of(make_source("a.cpp", "// #include <a>\n")).empty());
}

TEST(sdk_includes, only_the_standard_and_petrel) {
    const auto faults = [](std::string_view text) {
        return check_sdk_includes(make_source("sdk/include/petrel/a.hpp", text)).size();
    };
    EXPECT_EQ(faults("#include <string>\n#include \"petrel/result.hpp\"\n"), 0U);
    EXPECT_EQ(faults("#include <fmt/format.h>\n"), 1U);
    EXPECT_EQ(faults("#include <thread>\n"), 1U);
    EXPECT_EQ(faults("#include \"net/ws_client.hpp\"\n"), 1U);
}

TEST(sdk_includes, abi_knows_c11_and_its_neighbours) {
    const auto faults = [](std::string_view text) {
        return check_sdk_includes(make_source("sdk/include/petrel/abi/a.h", text)).size();
    };
    EXPECT_EQ(faults("#include <stdint.h>\n#include \"version.h\"\n"), 0U);
    EXPECT_EQ(faults("#include <cstdint>\n"), 1U);
    EXPECT_EQ(faults("#include \"petrel/result.hpp\"\n"), 1U);
}

TEST(plugin_includes, sdk_and_own_files_are_fine) {
    EXPECT_EQ(plugin_faults("plugins/exchanges/ada/ada.cpp",
                            "#include \"parse.hpp\"\n#include \"petrel/exchange.hpp\"\n"
                            "#include <simdjson.h>\n#include <vector>\n"),
              0U);
}

TEST(plugin_includes, the_kit_beside_it_is_fine_and_none_of_another_kind) {
    const auto faults = [](const std::string& path) {
        const Tree tree = tree_of({make_source(path, "#include \"kit/walk.hpp\"\n"),
                                   make_source("plugins/exchanges/kit/walk.hpp", "")});
        return check_plugin_includes(tree.files[0], tree).size();
    };
    EXPECT_EQ(faults("plugins/exchanges/ada/ada.cpp"), 0U);
    EXPECT_EQ(faults("plugins/exchanges/kit/testing/ways.hpp"), 0U);
    EXPECT_EQ(faults("plugins/detectors/ada/ada.cpp"), 1U);
    EXPECT_EQ(faults("examples/ada/ada.cpp"), 1U);
}

TEST(plugin_includes, core_and_other_plugins_are_not) {
    const std::string path = "plugins/exchanges/ada/ada.cpp";
    EXPECT_EQ(plugin_faults(path, "#include \"net/ws_client.hpp\"\n"), 1U);
    EXPECT_EQ(plugin_faults(path, "#include \"../bob/parse_bob.hpp\"\n"), 1U);
    EXPECT_EQ(plugin_faults("examples/hello_detector/a.cpp", "#include \"core/x.hpp\"\n"), 1U);
}

TEST(plugin_includes, threads_and_sockets_are_not) {
    const std::string path = "plugins/exchanges/ada/ada.cpp";
    EXPECT_EQ(plugin_faults(path, "#include <thread>\n"), 1U);
    EXPECT_EQ(plugin_faults(path, "#include <atomic>\n"), 1U);
    EXPECT_EQ(plugin_faults(path, "#include <sys/socket.h>\n"), 1U);
    EXPECT_EQ(plugin_faults(path, "#include <boost/asio/ip/tcp.hpp>\n"), 1U);
    EXPECT_EQ(plugin_faults("examples/simulator/server.cpp", "#include <thread>\n"), 0U);
}

TEST(core_libraries, each_is_seen_by_its_wrapper_only) {
    struct Case {
        std::string wrapper;
        std::string include;
    };
    for (const Case& c : {Case{"net", "boost/asio/ip/tcp.hpp"}, Case{"net", "boost/beast/core.hpp"},
                          Case{"plugin", "boost/dll/shared_library.hpp"}, Case{"script", "lua.hpp"},
                          Case{"script", "lauxlib.h"}, Case{"store", "soci/soci.h"},
                          Case{"store", "soci.h"}, Case{"config", "toml++/toml.h"},
                          Case{"observe", "spdlog/spdlog.h"}, Case{"cli", "CLI/CLI.hpp"}}) {
        const std::string text = "#include <" + c.include + ">\n";
        EXPECT_TRUE(check_core_libraries(make_source("core/" + c.wrapper + "/x.cpp", text)).empty())
            << c.include;
        EXPECT_EQ(check_core_libraries(make_source("core/window/x.cpp", text)).size(), 1U)
            << c.include;
    }
}

TEST(core_libraries, json_is_in_no_header_and_not_on_the_data_path) {
    const std::string_view text = "#include <nlohmann/json.hpp>\n";
    EXPECT_TRUE(check_core_libraries(make_source("core/cli/x.cpp", text)).empty());
    EXPECT_EQ(check_core_libraries(make_source("core/cli/x.hpp", text)).size(), 1U);
    EXPECT_EQ(check_core_libraries(make_source("core/feed/x.cpp", text)).size(), 1U);
}

TEST(core_libraries, plugins_and_tests_are_never_included) {
    EXPECT_EQ(check_core_libraries(
                  make_source("core/feed/x.cpp", "#include \"plugins/exchanges/ada/a.hpp\"\n"))
                  .size(),
              1U);
    EXPECT_EQ(
        check_core_libraries(make_source("core/feed/x.cpp", "#include \"../../tests/a.hpp\"\n"))
            .size(),
        1U);
}

TEST(stage_order, earlier_and_unnumbered_are_fine_later_is_not) {
    const auto faults = [](std::string path, std::string_view text) {
        return check_stage_order(make_source(std::move(path), text)).size();
    };
    EXPECT_EQ(faults("core/score/x.cpp", "#include \"detector/finding.hpp\"\n"), 0U);
    EXPECT_EQ(faults("core/score/x.cpp", "#include \"runtime/clock.hpp\"\n"), 0U);
    EXPECT_EQ(faults("core/score/x.cpp", "#include \"signal/signal.hpp\"\n"), 1U);
    EXPECT_EQ(faults("core/score/x.cpp", "#include \"pipeline.hpp\"\n"), 1U);
    EXPECT_EQ(faults("core/pipeline.cpp", "#include \"notifier/notifier_stage.hpp\"\n"), 0U);
}

TEST(stage_order, what_lies_below_the_stages_includes_none) {
    const SourceFile file = make_source("core/net/x.cpp", "#include \"feed/feed_session.hpp\"\n");
    EXPECT_EQ(check_stage_order(file).size(), 1U);
}

TEST(thread_headers, only_where_concurrency_lives) {
    const auto faults = [](std::string path) {
        return check_thread_headers(make_source(std::move(path), "#include <mutex>\n")).size();
    };
    EXPECT_EQ(faults("core/window/x.cpp"), 1U);
    EXPECT_EQ(faults("core/script/lua_state.cpp"), 1U);
    EXPECT_EQ(faults("core/script/lua_watchdog.cpp"), 0U);
    EXPECT_EQ(faults("core/runtime/shard.cpp"), 0U);
    EXPECT_EQ(faults("core/pipeline_threads.cpp"), 0U);
    EXPECT_EQ(faults("tests/core/window/x_test.cpp"), 0U);
}

TEST(heavy_headers, stay_inside_their_own_folder) {
    const SourceFile heavy =
        make_source("core/net/stream.hpp", "#include <boost/beast/core.hpp>\n");
    const std::string_view text = "#include \"net/stream.hpp\"\n";
    EXPECT_TRUE(check_heavy_headers(tree_of({heavy, make_source("core/net/a.cpp", text)})).empty());
    EXPECT_EQ(check_heavy_headers(tree_of({heavy, make_source("core/feed/a.cpp", text)})).size(),
              1U);
}

}  // namespace
}  // namespace petrel::tidy
