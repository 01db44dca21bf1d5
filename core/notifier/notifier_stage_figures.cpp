// What the delivery thread tells of itself: a row a minute for the store, figures for those who
// ask.
#include <algorithm>

#include "notifier/notifier_stage.hpp"
#include "observe/log.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {

void NotifierStage::end_minute() {
    std::optional<MetricsRow> minute = minute_.ended(wall_now_ns());
    if (!minute) {
        return;
    }
    minute->node = options_.store.node;
    minute->waiting = static_cast<std::int64_t>(work_.size());
    minute->spooled = static_cast<std::int64_t>(outbox_->writer().spooled());
    if (Status written = outbox_->record(*minute); !written.ok()) {
        log::warning("delivery", "a minute's figures are lost: " + written.message());
    }
}

// For those who ask from other threads.
void NotifierStage::look_at_store() {
    const StoreWriter& writer = outbox_->writer();
    spooled_ = writer.spooled();
    spooled_bytes_ = writer.spooled_bytes();
    spool_refused_ = writer.refused();
    store_down_ = store_failing_ || writer.behind();
    store_broken_ = !database_->broken().empty();
    unstored_ = waiting_.size() + unsettled_.size() + (writer.stuck() ? writer.gathered() : 0);
}

DeliveryFigures NotifierStage::figures() {
    DeliveryFigures figures;
    const std::optional<Result<StoreCounts>> counts =
        query<StoreCounts>([](Database& database) { return database.counts(); });
    figures.store = counts && counts->ok() ? **counts : StoreCounts{};
    figures.admissions_waiting = work_.size();
    figures.admissions_refused = work_.refused();
    figures.admissions_lost = admissions_lost_;
    figures.store_failures = store_failures_;
    figures.store_down = store_down_;
    figures.store_broken = store_broken_;
    figures.spooled = spooled_;
    figures.spooled_bytes = spooled_bytes_;
    figures.spool_refused = spool_refused_;
    figures.unstored = unstored_;
    for (const auto& channel : channels_) {
        ChannelFigures& one = figures.channels.emplace_back(channel->figures());
        one.pending = figures.store.pending_by_channel[one.name];
        one.fallback = options_.channels.at(one.name).fallback;
        const std::int64_t retry_ns = stops_.at(one.name).retry_ns;
        if (retry_ns > 0 && options_.stopped_retry_ms > 0) {
            one.retry_ms = std::max<std::int64_t>(1, (retry_ns - steady_now_ns()) / kNsPerMs);
        }
    }
    if (painter_ != nullptr) {
        figures.cards = painter_->figures();
    }
    figures.drills = ask_outbox<std::vector<DrillResult>>([this](Outbox&) {
                         return drills_.latest();
                     }).value_or(std::vector<DrillResult>{});
    const std::lock_guard lock(failure_mutex_);
    figures.last_failure = last_failure_;
    return figures;
}

}  // namespace petrel::core
