// Each row of the contract can fail: an adapter with one fault fails the row that is about it, and
// without a fault it passes all.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "contract/checks.hpp"
#include "contract/isolation.hpp"
#include "contract/verify.hpp"

namespace petrel::core {
namespace {

VerifyOptions options_of(const std::string& fault) {
    VerifyOptions options;
    options.library = std::string(PETREL_CONTRACT_LIBRARIES) + "/libfaulty.so";
    options.frames = std::string(PETREL_CONTRACT_FIXTURES) + "/faulty.jsonl";
    options.fuzz_seconds = 1;
    options.seed = 7;
    options.save_directory = testing::TempDir();
    options.check_seconds_max = fault == "hangs" ? 3 : 120;
    if (!fault.empty()) {
        options.config.settings.push_back("exchanges.faulty.fault=\"" + fault + "\"");
    }
    return options;
}

const CheckGroup& group_of(const std::string& row) {
    for (const CheckGroup& group : check_groups()) {
        if ((" " + std::string(group.ids) + " ").find(" " + row + " ") != std::string::npos) {
            return group;
        }
    }
    ADD_FAILURE() << "no group reports " << row;
    return check_groups().front();
}

// The result of one row, whose group alone is run.
RowResult row_of(const VerifyOptions& options, const std::string& row) {
    auto arena = InputArena::make();
    EXPECT_TRUE(arena.ok());
    for (RowResult& result : run_isolated(group_of(row), options, **arena)) {
        if (result.id == row) {
            return result;
        }
    }
    ADD_FAILURE() << row << " was not reported";
    return {};
}

TEST(contract, adapter_without_a_fault_passes_every_row) {
    const auto report = verify_adapter(options_of(""));
    ASSERT_TRUE(report.ok()) << report.status().message();
    EXPECT_EQ(report->refusal, "");
    EXPECT_EQ(report->rows.size(), contract_rows().size());
    for (const RowResult& row : report->rows) {
        EXPECT_EQ(row.verdict, RowVerdict::Pass) << row.id << ": " << row.sentence << row.frame;
    }
}

struct Fault {
    const char* name;
    const char* row;
    const char* says;  // a part of the sentence
};

constexpr Fault kFaults[] = {
    {"refuses_to_start", "instances", "not today"},
    {"free_request", "discover", "costs nothing"},
    {"lower_case_names", "instruments", "upper-case"},
    {"takes_any_list", "discovery_refusals", "it was taken"},
    {"forgets_a_stream", "plan", "no stream and no poll carries"},
    {"plans_anything", "unknown_symbol", "it plans for a symbol"},
    {"nan_price", "events", "no finite number"},
    {"stranger", "events", "never gave"},
    {"writes_into_the_frame", "events", "wrote into the frame"},
    {"no_reason", "events", "without a reason"},
    {"wrong_kind", "kinds", "expected trade"},
    {"wrong_instrument", "symbol", "expected FLT-BTC"},
    {"wrong_side", "side", "expected buy"},
    {"wrong_price", "price", "expected 90000"},
    {"contracts_for_coins", "unit", "unit is 50, expected 0.5"},
    {"wrong_value", "notional", "expected 45000"},
    {"wrong_time", "time", "expected 1794000000100000000"},
    {"wrong_id", "id", "id is 8, expected 7"},
    {"no_ack", "ack", "was expected"},
    {"no_error", "error_frame", "was expected"},
    {"heartbeat_is_a_trade", "heartbeat", "gives 1 events"},
    {"trade_of_anything", "unknown_frame", "gives 1 events"},
    {"history_is_live", "history", "is live, expected late"},
    {"overlooks_gaps", "gap", "was expected"},
    {"first_line_only", "expected", "1 events, expected 3"},
    {"first_line_only", "split_and_merged", "1 events, then 3"},
    {"counts_over_instances", "deterministic", ", then "},
    {"remembers", "reconnect", ", then "},
    {"one_state_for_all", "other_connection", ", then "},
    {"reads_padding", "padding", "behind the frame"},
    {"writes_behind_an_event", "events", "stride"},
    {"writes_behind_an_event", "room", "behind the room of 1"},
    {"trade_of_anything", "garbage", "it gives 1 events"},
    {"trusts_figures", "damage", "no finite number"},
    {"bad_target", "backfill_request", "is no path"},
    {"newest_first", "backfill_answer", "not oldest first"},
    {"takes_any_answer", "backfill_refusals", "it was taken"},
#if !defined(__SANITIZE_ADDRESS__)  // whose allocator does not say how much is in use
    {"keeps_frames", "memory", "bytes more are in use"},
#endif
    {"trusts_figures", "fuzz", "the frame is in "},
};

class EachFault : public testing::TestWithParam<Fault> {};

TEST_P(EachFault, fails_its_row_with_a_sentence) {
    const Fault& fault = GetParam();
    const RowResult row = row_of(options_of(fault.name), fault.row);
    EXPECT_EQ(row.verdict, RowVerdict::Fail) << row.sentence;
    EXPECT_NE(row.sentence.find(fault.says), std::string::npos) << row.sentence;
    EXPECT_NE(row.remedy, "");
    EXPECT_FALSE(row.broken);
}

INSTANTIATE_TEST_SUITE_P(contract, EachFault, testing::ValuesIn(kFaults), [](const auto& one) {
    return std::string(one.param.name) + "_in_" + one.param.row;
});

TEST(contract, an_end_point_that_is_none_fails_the_description) {
    VerifyOptions options = options_of("");
    options.library = std::string(PETREL_CONTRACT_LIBRARIES) + "/libfaulty_info.so";
    const RowResult row = row_of(options, "description");
    EXPECT_EQ(row.verdict, RowVerdict::Fail);
    EXPECT_NE(row.sentence.find("no WebSocket end point"), std::string::npos) << row.sentence;
}

// The frame that killed the adapter is told and saved, and the command lives on.
TEST(contract, adapters_that_break_are_told_with_the_frame) {
    for (const auto& [fault, says] : {std::pair{"crashes", "it crashed: Segmentation fault"},
                                      {"ends_the_process", "it ended the process with code 3"},
                                      {"hangs", "it hangs: no answer within 3 s"}}) {
        const RowResult row = row_of(options_of(fault), "garbage");
        EXPECT_EQ(row.verdict, RowVerdict::Fail) << fault;
        EXPECT_TRUE(row.broken) << fault;
        EXPECT_NE(row.sentence.find(says), std::string::npos) << row.sentence;
        EXPECT_EQ(row.frame, "{") << fault;
        const std::size_t at = row.sentence.find("the input is in ");
        ASSERT_NE(at, std::string::npos) << row.sentence;
        std::ifstream saved(row.sentence.substr(at + 16), std::ios::binary);
        EXPECT_EQ(std::string(std::istreambuf_iterator<char>(saved), {}), "{");
    }
}

TEST(contract, reading_past_the_padding_is_a_crash) {
    const RowResult row = row_of(options_of("reads_far"), "garbage");
    EXPECT_TRUE(row.broken);
    EXPECT_EQ(row.frame.size(), 1U);
}

TEST(contract, fuzzing_finds_a_rare_crash_and_keeps_its_frame) {
    VerifyOptions options = options_of("crashes_on_a_rare_frame");
    options.fuzz_seconds = 60;
    const RowResult row = row_of(options, "fuzz");
    EXPECT_TRUE(row.broken) << row.sentence;
    EXPECT_NE(row.sentence.find("Aborted"), std::string::npos) << row.sentence;
    EXPECT_NE(row.frame.find("NaN,"), std::string::npos) << row.frame;
}

TEST(contract, without_frames_rows_are_not_shown_and_none_fails) {
    VerifyOptions options = options_of("");
    options.frames = "";
    const auto report = verify_adapter(options);
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->count(RowVerdict::Fail), 0U);
    EXPECT_GT(report->count(RowVerdict::NotShown), 15U);
    for (const char* row : {"description", "instances", "discover", "discovery_refusals",
                            "unknown_symbol", "garbage", "fuzz"}) {
        EXPECT_EQ(row_of(options, row).verdict, RowVerdict::Pass) << row;
    }
}

std::string file_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST(contract, every_row_is_reported_by_one_group_and_stands_in_the_manual) {
    const std::string manual = file_text(std::string(PETREL_SOURCE_DIR) + "/sdk/README.md");
    for (const RowText& row : contract_rows()) {
        std::size_t groups = 0;
        for (const CheckGroup& group : check_groups()) {
            const std::string ids = " " + std::string(group.ids) + " ";
            groups += ids.find(" " + std::string(row.id) + " ") != std::string::npos ? 1 : 0;
        }
        EXPECT_EQ(groups, 1U) << row.id;
        const std::string line =
            "| `" + std::string(row.id) + "` | " + std::string(row.wants) + " |";
        EXPECT_NE(manual.find(line), std::string::npos) << line;
    }
}

TEST(contract, every_exchange_of_the_tree_brings_its_frames) {
    namespace fs = std::filesystem;
    std::size_t exchanges = 0;
    for (const auto& folder :
         fs::directory_iterator(std::string(PETREL_SOURCE_DIR) + "/plugins/exchanges")) {
        const std::string build = file_text(folder.path() / "CMakeLists.txt");
        if (build.find("petrel_add_plugin(") == std::string::npos) {
            continue;  // what the exchanges share
        }
        EXPECT_TRUE(fs::exists(folder.path() / "fixtures/contract.jsonl")) << folder.path();
        ++exchanges;
    }
    EXPECT_GE(exchanges, 11U);
}

struct BadFile {
    const char* text;
    const char* says;
};

TEST(contract, mistakes_in_a_frames_file_are_named_with_their_line) {
    const std::string path = testing::TempDir() + "/mistaken.jsonl";
    for (const BadFile& bad : {
             BadFile{R"({"venue":"faulty","raw":"H","shows":"hartbeat"})",
                     "did you mean 'heartbeat'"},
             {R"({"venue":"faulty","raw":"H","expect":{"event":[]}})", "did you mean 'events'"},
             {R"({"venue":"faulty","raw":"H","expect":{"events":[{"kind":"trad"}]}})", "'trade'"},
             {R"({"venue":"faulty","raw":"H","expect":{"events":[{"kind":"trade","side":"up"}]}})",
              "'up' is no side"},
             {R"({"venue":"faulty","raw":"H","expect":{"events":[{"kind":"trade","price":"1"}]}})",
              "\"price\" is of the wrong type"},
             {R"({"venue":"faulty","raw":7})", "\"raw\" is of the wrong type"},
             {R"({"discovery":"/list","reply":[]})", "empty list"},
             {R"({"not_applicable":{"heartbeet":"why"}})", "did you mean 'heartbeat'"},
             {R"({"not_applicable":{"gap":""}})", "without a reason"},
             {R"({"venue":"other","raw":"H"})", "holds no frame of this venue"},
         }) {
        std::ofstream(path) << bad.text << "\n";
        const auto file = read_frames_file(path, {"faulty"});
        ASSERT_FALSE(file.ok()) << bad.text;
        EXPECT_NE(file.status().message().find(bad.says), std::string::npos)
            << file.status().message();
        EXPECT_NE(file.status().message().find("mistaken.jsonl"), std::string::npos);
    }
}

}  // namespace
}  // namespace petrel::core
