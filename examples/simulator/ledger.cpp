// Lines by kind and symbol; holes in the order in which they opened.
#include "ledger.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace petrel::sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::array<std::string_view, kEventKinds> kKindNames{"trade", "liquidation", "book",
                                                               "state"};

std::string_view kind_name(EventKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

}  // namespace

Ledger::Ledger(Venue venue, const Market& market) : venue_(venue), market_(market) {
    for (auto& lines : lines_) {
        lines.resize(market.symbols().size());
    }
}

void Ledger::told(std::span<const MarketEvent> events, const Fate& fate) {
    for (const auto& event : events) {
        Line& known = line(event);
        ++known.told;
        Hole* hole = known.open_hole != 0 ? numbered(known.open_hole) : nullptr;
        if (fate.sent) {
            ++known.sent;
            known.sent_ms = event.ts_ms;
            if (hole != nullptr) {
                hole->to_ms = event.ts_ms;
            }
            known.open_hole = 0;
            continue;
        }
        if (known.sent == 0) {
            continue;
        }
        if (hole == nullptr) {
            hole = &add(event, known.sent_ms, fate.reason);
            known.open_hole = forgotten_ + holes_.size();
        }
        ++hole->events;
        hole->last_id = event.kind == EventKind::Trade ? event.id : 0;
    }
}

void Ledger::lost(std::span<const MarketEvent> events) {
    for (const auto& event : events) {
        Hole& hole = add(event, event.ts_ms, "held back until the connection ended");
        hole.events = 1;
        hole.last_id = hole.first_id;
        hole.to_ms = event.ts_ms;
        --line(event).sent;
    }
}

Hole& Ledger::add(const MarketEvent& event, std::int64_t from_ms, std::string_view reason) {
    if (holes_.size() == kHolesMax) {
        holes_.pop_front();
        ++forgotten_;
    }
    return holes_.emplace_back(Hole{.kind = event.kind,
                                    .symbol = event.symbol,
                                    .first_id = event.kind == EventKind::Trade ? event.id : 0,
                                    .from_ms = from_ms,
                                    .reason = reason});
}

Hole* Ledger::numbered(std::uint64_t number) {
    return number > forgotten_ ? &holes_[number - forgotten_ - 1] : nullptr;
}

std::string_view Ledger::native(std::size_t symbol) const {
    const Listing* listing = market_.listing(venue_, symbol);
    return listing != nullptr ? std::string_view(listing->native) : std::string_view();
}

std::string Ledger::json() const {
    Json streams = Json::array();
    for (std::size_t kind = 0; kind < kEventKinds; ++kind) {
        for (std::size_t symbol = 0; symbol < lines_[kind].size(); ++symbol) {
            const Line& line = lines_[kind][symbol];
            if (line.made != 0) {
                streams.push_back({{"kind", kKindNames[kind]},
                                   {"symbol", market_.symbols()[symbol].name},
                                   {"native", native(symbol)},
                                   {"made", line.made},
                                   {"told", line.told},
                                   {"sent", line.sent}});
            }
        }
    }
    Json withheld = Json::array();
    for (const Hole& hole : holes_) {
        withheld.push_back({{"kind", kind_name(hole.kind)},
                            {"symbol", market_.symbols()[hole.symbol].name},
                            {"native", native(hole.symbol)},
                            {"events", hole.events},
                            {"first_id", hole.first_id},
                            {"last_id", hole.last_id},
                            {"from_ns", hole.from_ms * kNsPerMs},
                            {"to_ns", hole.to_ms * kNsPerMs},
                            {"reason", hole.reason}});
    }
    return Json{{"streams", std::move(streams)},
                {"withheld", std::move(withheld)},
                {"forgotten", forgotten_}}
        .dump();
}

}  // namespace petrel::sim
