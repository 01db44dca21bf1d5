// Pages of GET /api/v4/futures/{settle}/trades and windows of .../liq_orders; see backfill.hpp.
#include "backfill.hpp"

#include <algorithm>

#include "channels.hpp"
#include "headers.hpp"
#include "rest.hpp"

namespace petrel::gate {
namespace {

// Times are in seconds, so what lies beside the hole comes along and is passed over.
std::string page_target(const std::string& native, Settle settle, std::int64_t from_ns,
                        std::int64_t to_ns, std::size_t page) {
    std::string target = "/api/v4/futures/";
    target.append(kSettlePaths[static_cast<std::size_t>(settle)]);
    target.append("/trades?contract=").append(native);
    target.append("&from=").append(std::to_string(from_ns / kNsPerSecond));
    target.append("&to=").append(std::to_string(to_ns / kNsPerSecond + 1));
    target.append("&limit=").append(std::to_string(kTradesPerPage));
    target.append("&offset=").append(std::to_string(page * kTradesPerPage));
    return target;
}

}  // namespace

Status Backfill::begin(const Gap& gap, ContractTable& contracts, DecodeOut& out) {
    const Contract* contract = contracts.find(gap.native);
    if (contract == nullptr) {
        return Status::failure(PETREL_E_UNSUPPORTED,
                               "only holes of listed contracts can be filled");
    }
    if (gap.from_ns <= 0 || gap.to_ns < gap.from_ns) {
        return Status::invalid("a hole needs the times where it begins and ends");
    }
    if (holes_.size() == kHolesMax) {
        holes_.erase(holes_.begin());
    }
    Hole& hole = holes_.emplace_back();
    hole.tag = next_tag_++;
    hole.native = gap.native;
    hole.contract = contract;
    hole.first_id = gap.first_id;
    hole.last_id = gap.last_id;
    hole.from_ns = gap.from_ns;
    hole.to_ns = gap.to_ns;
    hole.of_liquidations = gap.kind == PETREL_EVENT_LIQUIDATION;
    if (hole.of_liquidations) {
        split_span(hole);
        request_window(hole, out);
    } else {
        out.get(PETREL_REQUEST_BACKFILL, hole.tag,
                page_target(hole.native, contract->settle, hole.from_ns, hole.to_ns, 0), 1,
                PETREL_NO_INSTRUMENT, kDecimalSizes);
    }
    return {};
}

// Windows of an hour, of which the newest is asked for first.
void Backfill::split_span(Hole& hole) {
    const std::int64_t from_s = hole.from_ns / kNsPerSecond;
    const std::int64_t to_s = hole.to_ns / kNsPerSecond + kBeyond_s;
    const std::int64_t count = (to_s - from_s) / kWindow_s + 1;
    const auto most = static_cast<std::int64_t>(kWindowsMax);
    hole.whole = count <= most;
    for (std::int64_t i = std::max<std::int64_t>(count - most, 0); i < count; ++i) {
        const std::int64_t at_s = from_s + i * kWindow_s;
        hole.windows.push_back({at_s, std::min(at_s + kWindow_s - 1, to_s)});
    }
}

void Backfill::request_window(const Hole& hole, DecodeOut& out) {
    std::string target = "/api/v4/futures/";
    target.append(kSettlePaths[static_cast<std::size_t>(hole.contract->settle)]);
    target.append("/liq_orders?contract=").append(hole.native);
    target.append("&from=").append(std::to_string(hole.windows.back().from_s));
    target.append("&to=").append(std::to_string(hole.windows.back().to_s));
    target.append("&limit=").append(std::to_string(kLiquidationsPerWindow));
    out.get(PETREL_REQUEST_BACKFILL, hole.tag, target, 1, PETREL_NO_INSTRUMENT, kDecimalSizes);
}

Decoded Backfill::read(const Reply& reply, ContractTable& contracts, DecodeOut& out) {
    const auto hole = std::find_if(holes_.begin(), holes_.end(),
                                   [&](const Hole& h) { return h.tag == reply.tag; });
    if (hole == holes_.end()) {
        return Decoded::ignored();  // it gave way to newer ones
    }
    return hole->of_liquidations ? read_window(hole, reply, contracts, out)
                                 : read_trade_page(hole, reply, contracts, out);
}

Decoded Backfill::read_trade_page(Holes::iterator hole, const Reply& reply,
                                  ContractTable& contracts, DecodeOut& out) {
    kit::JsonReader json;
    ondemand::array rows;
    kit::Events page;
    std::size_t count = 0;
    const char* end = reply.body.data() + reply.body.size();
    Reason bad = open_reply(reply, json, rows, out);
    if (bad.empty()) {
        bad = read_trades({rows, end, contracts, true, &count}, nullptr, page);
    }
    if (!bad.empty()) {
        finish(hole, reply, out);
        return Decoded::rejected(bad);
    }
    for (const MarketEvent& event : page) {
        const bool has_ids = hole->first_id != 0 && hole->last_id != 0;
        const bool inside =
            has_ids ? event.id >= hole->first_id && event.id <= hole->last_id
                    : event.exchange_ts_ns >= hole->from_ns && event.exchange_ts_ns <= hole->to_ns;
        if (inside && event.instrument == hole->contract->handle) {
            hole->found.push_back(event);
            if (has_ids) {  // else nobody could tell that the ids are no longer missing
                hole->found.back().flags |= PETREL_FLAG_ID_SEQUENCE;
            }
        }
    }
    bool covered = count < kTradesPerPage;
    if (!covered && ++hole->pages == kBackfillPagesMax) {
        out.notice(PETREL_NOTICE_VENUE_ERROR,
                   "a hole in the trades of " + hole->native +
                       " is longer than 10,000 trades: its older part stays missing");
        covered = true;
    }
    if (covered) {
        finish(hole, reply, out);
    } else {
        out.get(PETREL_REQUEST_BACKFILL, hole->tag,
                page_target(hole->native, hole->contract->settle, hole->from_ns, hole->to_ns,
                            hole->pages),
                1, PETREL_NO_INSTRUMENT, kDecimalSizes);
    }
    return Decoded::done();
}

// All that a window tells is handed on: what lies beside the hole shows how far the history
// reaches.
Decoded Backfill::read_window(Holes::iterator hole, const Reply& reply, ContractTable& contracts,
                              DecodeOut& out) {
    kit::JsonReader json;
    ondemand::array rows;
    kit::Events events;
    std::size_t count = 0;
    const char* end = reply.body.data() + reply.body.size();
    Reason bad = open_reply(reply, json, rows, out);
    if (bad.empty()) {
        bad = read_past_liquidations({rows, end, contracts, false, &count}, events);
    }
    if (!bad.empty()) {
        finish(hole, reply, out);
        return Decoded::rejected(bad);
    }
    const Window window = hole->windows.back();
    hole->windows.pop_back();
    const bool full = count >= kLiquidationsPerWindow;
    if (full && window.from_s < window.to_s) {  // which of them it told, the venue does not say
        const std::int64_t middle_s = window.from_s + (window.to_s - window.from_s) / 2;
        hole->windows.push_back({window.from_s, middle_s});
        hole->windows.push_back({middle_s + 1, window.to_s});
    } else {
        std::copy_if(events.begin(), events.end(), std::back_inserter(hole->found),
                     [&](const MarketEvent& event) {
                         const std::int64_t at_s = event.exchange_ts_ns / kNsPerSecond;
                         return event.instrument == hole->contract->handle &&
                                at_s >= window.from_s && at_s <= window.to_s;
                     });
        hole->whole = hole->whole && !full;
    }
    const bool goes_on = !hole->windows.empty() && ++hole->pages < kWindowsMax;
    if (goes_on) {
        request_window(*hole, out);
        return Decoded::done();
    }
    if (hole->whole && hole->windows.empty()) {
        out.notice(PETREL_NOTICE_HISTORY_WHOLE, {});
    } else {
        out.notice(PETREL_NOTICE_VENUE_ERROR, "a hole in the liquidations of " + hole->native +
                                                  " is longer than what is asked for: a part "
                                                  "stays missing");
    }
    finish(hole, reply, out);
    return Decoded::done();
}

// Those of the second in which the hole begins may be of before or of within: the ids tell.
void Backfill::order_liquidations(Hole& hole) {
    std::stable_sort(hole.found.begin(), hole.found.end(),
                     [](const MarketEvent& a, const MarketEvent& b) {
                         return a.exchange_ts_ns < b.exchange_ts_ns;
                     });
    ids_.give(hole.found);
    for (MarketEvent& event : hole.found) {
        const bool in_seconds = event.exchange_ts_ns % kNsPerSecond == 0;
        if (in_seconds && event.exchange_ts_ns < hole.from_ns &&
            event.exchange_ts_ns + kNsPerSecond > hole.from_ns) {
            event.exchange_ts_ns = hole.from_ns;
        }
    }
}

void Backfill::finish(Holes::iterator hole, const Reply& reply, DecodeOut& out) {
    std::reverse(hole->found.begin(), hole->found.end());
    if (hole->of_liquidations) {
        order_liquidations(*hole);
    }
    kit::hand_on(hole->found, reply.receive_ts_ns, PETREL_FLAG_LATE, out);
    holes_.erase(hole);
}

}  // namespace petrel::gate
