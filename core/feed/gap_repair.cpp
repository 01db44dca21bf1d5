// One look at the jobs whenever the earliest is due; answers conclude tries.
#include "feed/gap_repair.hpp"

#include <algorithm>
#include <array>

#include "petrel/types.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

constexpr std::array<std::uint8_t, 2> kFlows = {PETREL_EVENT_TRADE, PETREL_EVENT_LIQUIDATION};

}  // namespace

void GapRepair::start(Ask ask, RepairLimits limits) {
    ask_ = std::move(ask);
    limits_ = limits;
}

void GapRepair::stop() {
    timer_.cancel();
    jobs_.clear();
}

void GapRepair::on_broken(const ConnectionPlan& plan, std::int64_t last_ns) {
    for (const StreamPlan& stream : plan.streams) {
        if ((stream.kinds & PETREL_KIND_BIT(PETREL_EVENT_TRADE)) != 0) {
            const Stream trades{stream.instrument, PETREL_EVENT_TRADE};
            see_blind(plan, trades, desk_.gaps.on_break(trades.first, trades.second));
        }
        // Too sparse for the next of them to tell when the stream went on: the connection does.
        if ((stream.kinds & PETREL_KIND_BIT(PETREL_EVENT_LIQUIDATION)) != 0) {
            see_blind(plan, {stream.instrument, PETREL_EVENT_LIQUIDATION}, last_ns);
        }
    }
}

void GapRepair::see_blind(const ConnectionPlan& plan, Stream stream, std::int64_t from_ns) {
    if (from_ns == 0 || blind_.contains(stream)) {
        return;
    }
    StreamGap gap;
    gap.instrument = stream.first;
    gap.kind = stream.second;
    gap.from_ns = from_ns;
    CoverageEntry entry = entry_of(gap);
    entry.connection = plan.name;
    entry.state = CoverageState::Blind;
    entry.reason = "the connection broke";
    blind_[stream] = desk_.ledger.add(std::move(entry));
}

CoverageEntry GapRepair::entry_of(const StreamGap& gap) const {
    CoverageEntry entry;
    entry.venue = adapter_.name();
    entry.venue_id = adapter_.venue();
    entry.symbol = book_.native(gap.instrument);
    entry.instrument = gap.instrument;
    entry.kind = gap.kind;
    entry.first_id = gap.first_id;
    entry.last_id = gap.last_id;
    entry.from_ns = gap.from_ns;
    entry.to_ns = gap.to_ns;
    entry.state = CoverageState::Open;
    return entry;
}

void GapRepair::on_resumed(const ConnectionPlan& plan, std::int64_t first_ns) {
    for (const StreamPlan& stream : plan.streams) {
        const auto blind = blind_.find({stream.instrument, PETREL_EVENT_LIQUIDATION});
        if (blind == blind_.end()) {
            continue;
        }
        StreamGap gap;
        gap.instrument = stream.instrument;
        gap.kind = PETREL_EVENT_LIQUIDATION;
        desk_.ledger.update(blind->second, [&](CoverageEntry& entry) {
            entry.to_ns = std::max(first_ns, entry.from_ns);
            entry.state = CoverageState::Open;
            gap.from_ns = entry.from_ns;
            gap.to_ns = entry.to_ns;
        });
        queue(gap, blind->second);
        blind_.erase(blind);
    }
}

// The stream's first event after the break: returns the entry of the blindness that ends; 0: none.
std::uint64_t GapRepair::settle_blind(const StreamGap& gap) {
    const auto blind = blind_.find({gap.instrument, gap.kind});
    if (!gap.after_break || blind == blind_.end()) {
        return 0;
    }
    const std::uint64_t entry = blind->second;
    blind_.erase(blind);
    desk_.ledger.update(entry, [&](CoverageEntry& e) {
        e.first_id = gap.first_id;
        e.last_id = gap.last_id;
        e.from_ns = gap.from_ns;
        e.to_ns = gap.to_ns;
        e.state = gap.whole ? CoverageState::Whole : CoverageState::Open;
    });
    return entry;
}

void GapRepair::on_gap(const StreamGap& gap) {
    const std::uint64_t entry = settle_blind(gap);
    if (!gap.whole) {
        queue(gap, entry);
    }
}

void GapRepair::queue(const StreamGap& gap, std::uint64_t entry) {
    Job job;
    job.gap = gap;
    job.entry = entry;
    if (jobs_.size() >= limits_.waiting_max) {
        ++dropped_;
        leave_open(job, "more holes at once than are repaired");
        return;
    }
    job.due_ns = steady_now_ns() + limits_.wait_ms * kNsPerMs;
    jobs_.emplace(next_job_++, std::move(job));
    arm();
}

StreamGap GapRepair::asked_of(const StreamGap& gap) const {
    StreamGap asked = gap;
    if (gap.kind == PETREL_EVENT_LIQUIDATION && !gap.has_ids()) {
        asked.from_ns -= limits_.told_after_ms * kNsPerMs;
        asked.to_ns += limits_.told_after_ms * kNsPerMs;
    }
    return asked;
}

void GapRepair::arm() {
    std::int64_t due_ns = INT64_MAX;
    for (const auto& [number, job] : jobs_) {
        due_ns = job.outstanding == 0 ? std::min(due_ns, job.due_ns) : due_ns;
    }
    if (due_ns != INT64_MAX) {
        const std::int64_t wait_ns = std::max<std::int64_t>(due_ns - steady_now_ns(), 0);
        timer_.after(wait_ns / kNsPerMs + 1, [this] { look(); });
    }
}

void GapRepair::look() {
    const std::int64_t now_ns = steady_now_ns();
    auto asked = static_cast<std::size_t>(std::count_if(
        jobs_.begin(), jobs_.end(), [](const auto& j) { return j.second.outstanding > 0; }));
    for (auto at = jobs_.begin(); at != jobs_.end() && asked < limits_.at_once_max;) {
        Job& job = at->second;
        const bool due = job.outstanding == 0 && job.due_ns <= now_ns;
        const bool over = due && attempt(at->first, job, now_ns);
        asked += due && !over ? 1 : 0;
        at = over ? jobs_.erase(at) : std::next(at);
    }
    if (asked < limits_.at_once_max) {
        arm();  // else the next answer goes on
    }
}

bool GapRepair::attempt(std::uint64_t number, Job& job, std::int64_t now_ns) {
    if (job.gap.has_ids() && desk_.gaps.missing(job.gap) == 0) {
        mend(job, job.tries == 0 ? CoverageState::Whole : CoverageState::Repaired);
        return true;
    }
    if (job.entry == 0) {
        CoverageEntry entry = entry_of(job.gap);
        entry.reason = "ids are missing";
        job.entry = desk_.ledger.add(std::move(entry));
    }
    if (!adapter_.can_backfill()) {
        return leave_open(job, "the plugin asks for no history");
    }
    ++job.tries;
    job.pages = 0;
    job.span = {};
    job.trouble.clear();
    if (Status asked = adapter_.backfill(asked_of(job.gap)); !asked.ok()) {
        job.trouble = asked.message();
        job.tries = asked.code() == PETREL_E_UNSUPPORTED ? limits_.tries_max : job.tries;
    }
    send_requests(number, job);
    return job.outstanding == 0 && conclude(job, now_ns);
}

void GapRepair::send_requests(std::uint64_t number, Job& job) {
    for (RequestPlan& request : adapter_.take_requests()) {
        const bool history = request.purpose == PETREL_REQUEST_BACKFILL;
        if (history && ++job.pages > limits_.pages_max) {
            job.trouble =
                "the history did not end after " + std::to_string(limits_.pages_max) + " requests";
            continue;
        }
        request.gap = history ? number : 0;
        const Status asked = ask_(std::move(request));
        job.outstanding += history && asked.ok() ? 1 : 0;
        job.trouble = history && !asked.ok() ? asked.message() : job.trouble;
    }
}

std::string GapRepair::on_answer(const RequestPlan& request, const Result<HttpReply>& reply) {
    const auto at = jobs_.find(request.gap);
    if (at == jobs_.end()) {
        return {};
    }
    Job& job = at->second;
    --job.outstanding;
    std::string trouble;
    if (!reply.ok()) {
        trouble = reply.status().message();
    } else {
        const HistoryPage page{reply->status(), reply->body(), wall_now_ns()};
        const AdapterAnswer answer =
            adapter_.on_history(request, page, asked_of(job.gap), job.span);
        if (answer.code < 0) {
            trouble =
                "HTTP " + std::to_string(page.http_status) + ": " + std::string(answer.reason);
        }
    }
    job.trouble = trouble.empty() ? job.trouble : trouble;
    send_requests(at->first, job);
    if (job.outstanding == 0 && conclude(job, steady_now_ns())) {
        jobs_.erase(at);
    }
    look();
    return trouble;
}

// A try is over: mended, to be tried again, or given up.
bool GapRepair::conclude(Job& job, std::int64_t now_ns) {
    const HistorySpan& span = job.span;
    const std::int64_t settled_ns = job.gap.to_ns + limits_.settled_ms * kNsPerMs;
    const bool reaches =
        span.whole_at_ns != 0 || (span.events > 0 && span.oldest_ns <= job.gap.from_ns);
    const bool current =
        span.whole_at_ns >= settled_ns || (span.events > 0 && span.newest_ns >= job.gap.to_ns);
    const std::uint64_t missing = desk_.gaps.missing(job.gap);
    if (job.gap.has_ids() ? missing == 0 : reaches && current && job.trouble.empty()) {
        mend(job, CoverageState::Repaired);
        return true;
    }
    if (!job.gap.has_ids() && current && job.trouble.empty()) {
        job.gap.to_ns = std::max(job.gap.from_ns, span.oldest_ns);
        return leave_open(job, "the venue's history does not reach back to its beginning");
    }
    if (job.tries >= limits_.tries_max) {
        const std::string counted = std::to_string(missing) + " ids are missing";
        return leave_open(job, !job.trouble.empty() ? job.trouble
                               : job.gap.has_ids()  ? "the venue's history lacks them: " + counted
                                                    : "the venue's history lacks the latest");
    }
    job.due_ns = now_ns + (limits_.again_ms << (job.tries - 1)) * kNsPerMs;
    return false;
}

bool GapRepair::leave_open(Job& job, const std::string& why) {
    if (job.entry == 0) {
        job.entry = desk_.ledger.add(entry_of(job.gap));
    }
    desk_.ledger.update(job.entry, [&](CoverageEntry& entry) {
        entry.to_ns = job.gap.to_ns;
        entry.reason += (entry.reason.empty() ? "" : "; ") + why;
    });
    return true;
}

void GapRepair::mend(Job& job, CoverageState state) {
    desk_.ledger.update(job.entry, [&](CoverageEntry& entry) { entry.state = state; });
}

}  // namespace petrel::core
