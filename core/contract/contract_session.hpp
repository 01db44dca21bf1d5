// What a group of checks works with: the loaded adapter, the frames file, and instances that have
// been brought to the point where frames come (discovered, planned, opened).
//
// Made in the child process of a group. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/config_loader.hpp"
#include "contract/adapter_rig.hpp"
#include "contract/contract_rows.hpp"
#include "contract/frames_file.hpp"
#include "plugin/plugin_registry.hpp"

namespace petrel::core {

struct VerifyOptions {
    std::string library;  // path
    std::string frames;   // path of the frames file, or ""
    std::uint32_t fuzz_seconds = 5;
    std::uint64_t seed = 0;
    std::uint32_t check_seconds_max = 60;  // a group of checks that runs longer hangs
    std::string save_directory = ".";      // for inputs that broke the adapter
    LoadOptions config;                    // values for the adapter's parameters
};

class ContractSession {
public:
    ContractSession(const VerifyOptions& options, InputArena& arena)
        : options_(options), arena_(arena) {}

    // Loads library, configuration and frames file. A failure says what to do.
    Status load();

    [[nodiscard]] const VerifyOptions& options() const { return options_; }
    [[nodiscard]] const LoadedPlugin& plugin() const { return *plugin_; }
    [[nodiscard]] const FramesFile& file() const { return file_; }
    [[nodiscard]] bool has_frames() const { return !file_.steps.empty(); }

    // A fresh instance, nothing asked of it.
    Result<std::unique_ptr<AdapterRig>> fresh(AdapterRig::Options options = {}) const;
    // One that was discovered with the file's replies, planned for all and opened. `copies` times
    // as many symbols are listed when it is above 0.
    Result<std::unique_ptr<AdapterRig>> ready(AdapterRig::Options options = {},
                                              std::size_t copies = 0);
    // Of the last ready(): the plan, requests without a reply in the file, what went wrong.
    [[nodiscard]] const FeedPlan& plan() const { return plan_; }
    [[nodiscard]] const std::vector<RequestPlan>& unanswered() const { return unanswered_; }
    // Requests for the list of instruments with the file's replies, in their order.
    struct Answered {
        RequestPlan request;
        std::uint32_t http_status = 200;
        std::string body;
    };
    [[nodiscard]] const std::vector<Answered>& answered() const { return answered_; }

    // Plays one step; `shift` is added to its connection. Steps that need what is not there (a poll
    // that was not planned, an instrument that was not announced) give a fault.
    CallResult play(AdapterRig& rig, const FrameStep& step, std::uint32_t shift = 0) const;
    // Connections that the plan or the file know.
    [[nodiscard]] std::uint32_t connection_count() const;

private:
    Status answer_requests(AdapterRig& rig, std::vector<RequestPlan> requests, std::size_t copies);
    CallResult play_poll(AdapterRig& rig, const FrameStep& step) const;
    CallResult play_backfill(AdapterRig& rig, const FrameStep& step) const;

    const VerifyOptions& options_;
    InputArena& arena_;
    PluginRegistry registry_;
    const LoadedPlugin* plugin_ = nullptr;
    ResolvedConfig values_;
    FramesFile file_;
    FeedPlan plan_;
    std::vector<RequestPlan> unanswered_;
    std::vector<Answered> answered_;
};

// The gap that a step of the file asks to fill.
StreamGap gap_of_step(const AdapterRig& rig, const FrameStep& step);

// The list of instruments with the one of `native` repeated under invented names; the same text
// when it cannot be told which part of it that is.
std::string with_more_instruments(const std::string& body, const std::string& native,
                                  const std::string& base, std::size_t copies);

}  // namespace petrel::core
