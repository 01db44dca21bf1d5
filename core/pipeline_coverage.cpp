// What the feeds ask of stage 2 about holes, and what a change of the coverage ledger means to the
// shards and the journal. On the feed thread, but for coverage().
#include "pipeline.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

bool is_mended(const CoverageEntry& entry) {
    return entry.state == CoverageState::Repaired || entry.state == CoverageState::Whole;
}

MarketEvent blind_event(const CoverageEntry& entry) {
    MarketEvent event{};
    event.kind = kBlindEvent;
    event.side = is_mended(entry) ? 1 : 0;
    event.venue = entry.venue_id;
    event.reserved = entry.kind;
    event.instrument = entry.instrument;
    event.count = static_cast<std::uint32_t>(entry.id);
    event.exchange_ts_ns = entry.from_ns;
    event.receive_ts_ns = wall_now_ns();
    event.id = static_cast<std::uint64_t>(entry.to_ns);
    return event;
}

// Names of instruments and venues hold no character that JSON would escape; reasons may.
std::string control_text(const CoverageEntry& entry) {
    return R"({"coverage":{"number":)" + std::to_string(entry.id) + R"(,"venue":")" + entry.venue +
           R"(","symbol":")" + entry.symbol + R"(","kind":)" + std::to_string(entry.kind) +
           R"(,"from_ns":)" + std::to_string(entry.from_ns) + R"(,"to_ns":)" +
           std::to_string(entry.to_ns) + R"(,"state":")" +
           std::string(coverage_state_name(entry.state)) + R"("}})";
}

}  // namespace

std::int64_t Pipeline::on_break(std::uint32_t instrument, std::uint8_t kind) {
    return normaliser_.on_break(instrument, kind);
}

std::uint64_t Pipeline::missing(const StreamGap& gap) const { return normaliser_.missing(gap); }

void Pipeline::tell_shard(const CoverageEntry& entry) {
    ledger_changed_ = true;
    const MarketEvent event = blind_event(entry);
    hand_on({&event, 1});
    if (journal_ != nullptr) {
        const SymbolId symbol = registry_.instrument(entry.instrument).symbol;
        journal_->control(symbol % static_cast<std::uint32_t>(lanes_.size()), control_text(entry));
    }
}

std::vector<CoverageEntry> Pipeline::coverage() {
    const std::lock_guard lock(mutex_);
    return coverage_;
}

}  // namespace petrel::core
