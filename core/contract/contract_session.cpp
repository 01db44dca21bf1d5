// The order of calls is the engine's: discover, replies, plan, open, frames.
#include "contract/contract_session.hpp"

#include <algorithm>
#include <utility>

#include "plugin/plugin_config.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kPagesMax = 64;

std::string first_error(const Problems& problems) {
    for (const Problem& problem : problems) {
        if (problem.severity == Severity::Error) {
            return problem.code + ": " + problem.message +
                   (problem.help.empty() ? "" : ". " + problem.help);
        }
    }
    return {};
}

CallResult faulty(std::string why) {
    CallResult result;
    result.code = PETREL_E_INVALID;
    result.fault = std::move(why);
    return result;
}

bool is_for(const RequestPlan& request, const std::string& target) {
    return request.target.find(target) != std::string::npos ||
           (!target.empty() && request.body.find(target) != std::string::npos);
}

}  // namespace

Status ContractSession::load() {
    Problems problems;
    arena_.doing("loading the library");
    registry_.take(options_.library, problems);
    if (registry_.all().empty()) {
        return Status::invalid(first_error(problems));
    }
    plugin_ = &registry_.all().front();
    if (plugin_->kind != PluginKind::Exchange) {
        return Status::invalid(file_name(plugin_->path) + " is a " + kind_word(plugin_->kind) +
                               ", the contract is for exchanges. Give the library of an exchange");
    }
    // Read once for its mistakes, and once more with the plugin's own defaults. Other plugins that
    // the configuration names are not looked for.
    LoadOptions load = options_.config;
    load.plugins.reset();
    if (const Problems mistakes = load_config(load).problems; has_errors(mistakes)) {
        return Status::invalid(first_error(mistakes));
    }
    load.plugins = registry_.known();
    const LoadResult loaded = load_config(load);
    PluginConfig written;
    written.name = plugin_->name;
    written.plugin = plugin_->name;
    for (const ExchangeConfig& exchange : loaded.config.exchanges) {
        if (exchange.plugin.plugin == plugin_->name) {
            written = exchange.plugin;
        }
    }
    problems.clear();
    values_ = resolve_plugin_config(*plugin_, written, loaded.config, problems);
    if (has_errors(problems)) {
        return Status::invalid(first_error(problems));
    }
    if (options_.frames.empty()) {
        return {};
    }
    std::vector<std::string> venues{plugin_->name};
    const petrel_exchange_info* info = plugin_->exchange().info();
    for (std::uint32_t i = 0; info != nullptr && i < info->alias_count; ++i) {
        venues.push_back(string_of(info->aliases[i]));
    }
    Result<FramesFile> file = read_frames_file(options_.frames, venues);
    if (!file.ok()) {
        return file.status();
    }
    file_ = std::move(file).value();
    return {};
}

Result<std::unique_ptr<AdapterRig>> ContractSession::fresh(AdapterRig::Options options) const {
    arena_.doing("create()");
    return AdapterRig::make(*plugin_, values_, arena_, options);
}

Status ContractSession::answer_requests(AdapterRig& rig, std::vector<RequestPlan> requests,
                                        std::size_t copies) {
    std::vector<bool> used(file_.steps.size(), false);
    for (std::size_t at = 0; at < requests.size() && at < kPagesMax; ++at) {
        const RequestPlan request = requests[at];
        std::size_t found = 0;
        while (found < file_.steps.size() &&
               (used[found] || file_.steps[found].kind != FrameStep::Kind::Discovery ||
                !is_for(request, file_.steps[found].target))) {
            ++found;
        }
        if (found == file_.steps.size()) {
            unanswered_.push_back(request);
            continue;
        }
        used[found] = true;
        const FrameStep& step = file_.steps[found];
        std::string body = step.replies.front();
        for (std::size_t i = 0; copies > 0 && i < rig.announced().size(); ++i) {
            const AnnouncedInstrument& known = rig.announced()[i];
            if (known.native.find(known.base) != std::string::npos) {
                body =
                    with_more_instruments(step.replies.front(), known.native, known.base, copies);
            }
            if (body != step.replies.front()) {
                break;
            }
        }
        answered_.push_back({request, step.http_status, body});
        const CallResult read = rig.reply(request, step.http_status, body);
        if (!read.fault.empty() || (read.refused() && step.http_status < 400)) {
            return Status::rejected(
                step.place + ": the reply to " + request.target +
                " was not taken: " + (read.fault.empty() ? read.reason : read.fault));
        }
        requests.insert(requests.end(), read.requests.begin(), read.requests.end());
    }
    return {};
}

Result<std::unique_ptr<AdapterRig>> ContractSession::ready(AdapterRig::Options options,
                                                           std::size_t copies) {
    Result<std::unique_ptr<AdapterRig>> made = fresh(options);
    if (!made.ok()) {
        return made;
    }
    AdapterRig& rig = **made;
    unanswered_.clear();
    answered_.clear();
    const CallResult asked = rig.discover();
    if (asked.refused()) {
        return Status::failure(asked.code, "discover() failed: " + asked.reason);
    }
    // The names to invent more of are known once the list was read.
    for (std::size_t round = 0; round < (copies > 0 ? 2 : 1); ++round) {
        unanswered_.clear();
        answered_.clear();
        if (Status read = answer_requests(rig, asked.requests, round == 0 ? 0 : copies);
            !read.ok()) {
            return read;
        }
    }
    std::vector<std::uint32_t> handles;
    for (const AnnouncedInstrument& instrument : rig.announced()) {
        handles.push_back(instrument.handle);
    }
    plan_ = {};
    if (!handles.empty() && copies == 0) {
        Result<FeedPlan> plan = rig.plan(handles, rig.info().channels);
        if (!plan.ok()) {
            return Status::failure(plan.status().code(),
                                   "plan() failed: " + plan.status().message());
        }
        plan_ = std::move(plan).value();
    }
    for (std::uint32_t connection = 0; connection < connection_count(); ++connection) {
        rig.open(connection);
    }
    return made;
}

std::uint32_t ContractSession::connection_count() const {
    auto count = static_cast<std::uint32_t>(plan_.connections.size());
    for (const FrameStep& step : file_.steps) {
        count = std::max(count, step.connection + 1);
    }
    return count;
}

CallResult ContractSession::play_poll(AdapterRig& rig, const FrameStep& step) const {
    for (const RequestPlan& poll : plan_.polls) {
        if (is_for(poll, step.target)) {
            return rig.reply(poll, step.http_status, step.replies.front());
        }
    }
    return faulty("the plan has no poll of '" + step.target + "'");
}

StreamGap gap_of_step(const AdapterRig& rig, const FrameStep& step) {
    StreamGap gap;
    gap.instrument = rig.handle_of(step.gap.instrument);
    gap.kind = step.gap.kind;
    gap.first_id = step.gap.first_id;
    gap.last_id = step.gap.last_id;
    gap.from_ns = step.gap.from_ns;
    gap.to_ns = step.gap.to_ns;
    return gap;
}

CallResult ContractSession::play_backfill(AdapterRig& rig, const FrameStep& step) const {
    const StreamGap gap = gap_of_step(rig, step);
    if (gap.instrument == PETREL_NO_INSTRUMENT) {
        return faulty("the instrument '" + step.gap.instrument + "' was not announced");
    }
    CallResult whole = rig.backfill(gap);
    if (whole.refused()) {
        return whole;
    }
    std::vector<RequestPlan> requests = whole.requests;
    for (std::size_t page = 0; page < step.replies.size(); ++page) {
        if (page >= requests.size()) {
            return faulty("it asks for " + std::to_string(requests.size()) +
                          " pages, the file answers " + std::to_string(step.replies.size()));
        }
        CallResult read = rig.reply(requests[page], step.http_status, step.replies[page]);
        requests.insert(requests.end(), read.requests.begin(), read.requests.end());
        whole.events.insert(whole.events.end(), read.events.begin(), read.events.end());
        whole.code = read.code;
        whole.reason = read.reason;
        if (whole.fault.empty()) {
            whole.fault = read.fault;
        }
    }
    return whole;
}

CallResult ContractSession::play(AdapterRig& rig, const FrameStep& step,
                                 std::uint32_t shift) const {
    switch (step.kind) {
        case FrameStep::Kind::Frame:
            return rig.frame(step.connection + shift, step.raw, step.receive_ts_ns);
        case FrameStep::Kind::Reopen:
            rig.open(step.connection + shift);
            return {};
        case FrameStep::Kind::Poll:
            return play_poll(rig, step);
        case FrameStep::Kind::Backfill:
            return play_backfill(rig, step);
        case FrameStep::Kind::Discovery:
            break;  // read while the instance was made ready
    }
    return {};
}

}  // namespace petrel::core
