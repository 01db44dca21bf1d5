// Pages of GET /api/v5/market/history-trades and /api/v5/public/liquidation-orders; see
// backfill.hpp.
#include "backfill.hpp"

#include <algorithm>

#include "channels.hpp"
#include "rest.hpp"
#include "trades.hpp"

namespace petrel::okx {
namespace {

// `type` 1 pages by trade id, 2 by time in ms; both give what is older than `after`.
void request_page(std::uint64_t tag, const std::string& native, std::string_view type,
                  std::uint64_t after, DecodeOut& out) {
    const std::string target = "/api/v5/market/history-trades?instId=" + native +
                               "&type=" + std::string(type) + "&after=" + std::to_string(after) +
                               "&limit=" + std::to_string(kTradesPerPage);
    out.get(PETREL_REQUEST_BACKFILL, tag, target, 1);
}

// Liquidations are listed by family, which is the name without its last part. `after_ms` 0: the
// newest; else what is older than that.
void request_liquidations(std::uint64_t tag, const std::string& native, std::int64_t after_ms,
                          DecodeOut& out) {
    std::string target = "/api/v5/public/liquidation-orders?instType=SWAP&state=filled&instFamily=";
    target.append(native, 0, native.rfind('-'));
    target.append("&limit=").append(std::to_string(kLiquidationsPerPage));
    if (after_ms != 0) {
        target.append("&after=").append(std::to_string(after_ms));
    }
    out.get(PETREL_REQUEST_BACKFILL, tag, target, 1);
}

bool by_time(const MarketEvent& a, const MarketEvent& b) {
    return a.exchange_ts_ns < b.exchange_ts_ns;
}

}  // namespace

Status Backfill::begin(const Gap& gap, const ContractTable& contracts, DecodeOut& out) {
    const Contract* contract = contracts.find(gap.native);
    if (contract == nullptr) {
        return Status::failure(PETREL_E_UNSUPPORTED,
                               "only holes of listed contracts can be filled");
    }
    const bool of_liquidations = gap.kind == PETREL_EVENT_LIQUIDATION;
    if (of_liquidations && (gap.from_ns <= 0 || gap.to_ns < gap.from_ns)) {
        return Status::invalid("a hole needs the times where it begins and ends");
    }
    if (!of_liquidations && gap.last_id == 0 && gap.to_ns <= 0) {
        return Status::invalid("a hole needs the last id or the time where it ends");
    }
    if (holes_.size() == kHolesMax) {
        holes_.erase(holes_.begin());
    }
    Hole& hole = holes_.emplace_back();
    hole.tag = next_tag_++;
    hole.native = gap.native;
    hole.contract = contract;
    hole.of_liquidations = of_liquidations;
    hole.first_id = gap.first_id;
    hole.last_id = gap.last_id;
    hole.from_ns = gap.from_ns;
    hole.to_ns = gap.to_ns;
    if (of_liquidations) {
        request_liquidations(hole.tag, hole.native, 0, out);
    } else if (gap.last_id != 0) {
        request_page(hole.tag, hole.native, "1", gap.last_id + 1, out);
    } else {
        const auto to_ms = static_cast<std::uint64_t>(gap.to_ns / kNsPerMs);
        request_page(hole.tag, hole.native, "2", to_ms + 1, out);
    }
    return {};
}

Decoded Backfill::read(const Reply& reply, const ContractTable& contracts, DecodeOut& out) {
    const auto hole = std::find_if(holes_.begin(), holes_.end(),
                                   [&](const Hole& h) { return h.tag == reply.tag; });
    if (hole == holes_.end()) {
        return Decoded::ignored();  // it gave way to newer ones
    }
    return hole->of_liquidations ? read_liquidation_page(hole, reply, contracts, out)
                                 : read_trade_page(hole, reply, out);
}

Decoded Backfill::read_trade_page(Holes::iterator hole, const Reply& reply, DecodeOut& out) {
    kit::JsonReader json;
    ondemand::array rows;
    kit::Events page;
    const char* end = reply.body.data() + reply.body.size();
    Reason bad = kit::open_reply(reply, kReplyCode, json, rows, out);
    if (bad.empty()) {
        bad = read_trades(rows, end, *hole->contract, page);
        bad = bad.empty() && !json.stands_before(end) ? "a page of trades is cut off" : bad;
    }
    if (!bad.empty()) {
        finish(hole, reply, out);
        return Decoded::rejected(bad);
    }
    bool covered = page.size() < kTradesPerPage;
    for (MarketEvent& event : page) {
        const bool older =
            hole->first_id != 0 ? event.id < hole->first_id : event.exchange_ts_ns < hole->from_ns;
        const bool newer = hole->last_id != 0 && event.id > hole->last_id;
        covered = covered || older;
        if (!older && !newer) {
            event.flags |= PETREL_FLAG_ID_SEQUENCE;  // single matches: each id is there
            hole->found.push_back(event);
        }
    }
    if (!covered && ++hole->pages == kBackfillPagesMax) {
        out.notice(PETREL_NOTICE_VENUE_ERROR,
                   "a hole in the trades of " + hole->native +
                       " is longer than 2,000 trades: its older part stays missing");
        covered = true;
    }
    if (covered) {
        finish(hole, reply, out);
    } else {
        request_page(hole->tag, hole->native, "1", page.back().id, out);
    }
    return Decoded::done();
}

// All that a page tells is handed on: what lies beside the hole shows how far the history reaches.
Decoded Backfill::read_liquidation_page(Holes::iterator hole, const Reply& reply,
                                        const ContractTable& contracts, DecodeOut& out) {
    kit::JsonReader json;
    ondemand::array rows;
    kit::Events page;
    std::size_t unlisted = 0;
    const char* end = reply.body.data() + reply.body.size();
    Reason bad = kit::open_reply(reply, kReplyCode, json, rows, out);
    if (bad.empty()) {
        bad = read_liquidations(rows, end, contracts, page, unlisted);
        bad = bad.empty() && !json.stands_before(end) ? "a page of liquidations is cut off" : bad;
    }
    if (!bad.empty()) {
        finish(hole, reply, out);
        return Decoded::rejected(bad);
    }
    const bool first = hole->before_ns == 0;
    const bool last = page.size() < kLiquidationsPerPage;
    std::erase_if(
        page, [&](const MarketEvent& event) { return event.instrument != hole->contract->handle; });
    const auto [oldest, newest] = std::minmax_element(page.begin(), page.end(), by_time);
    const bool goes_on = !page.empty() && (first || oldest->exchange_ts_ns < hole->before_ns);
    const bool reaches = goes_on && oldest->exchange_ts_ns < hole->from_ns;
    // The page before may have been cut within its last millisecond: this one tells all of it.
    if (goes_on && newest->exchange_ts_ns == hole->before_ns) {
        std::erase_if(hole->found, [&](const MarketEvent& event) {
            return event.exchange_ts_ns == hole->before_ns;
        });
    }
    if (goes_on) {
        hole->found.insert(hole->found.end(), page.begin(), page.end());
        hole->before_ns = oldest->exchange_ts_ns;
    }
    const bool kept = reply.receive_ts_ns - hole->from_ns < kLiquidationsKept_ns;
    if (reaches || (last && (first || goes_on) && kept)) {
        out.notice(PETREL_NOTICE_HISTORY_WHOLE, {});
    } else if (!last && goes_on) {
        if (++hole->pages < kLiquidationPagesMax) {
            request_liquidations(hole->tag, hole->native, hole->before_ns / kNsPerMs + 1, out);
            return Decoded::done();
        }
        out.notice(PETREL_NOTICE_VENUE_ERROR,
                   "a hole in the liquidations of " + hole->native +
                       " is longer than 10 pages: its older part stays missing");
    }
    finish(hole, reply, out);
    return Decoded::done();
}

void Backfill::finish(Holes::iterator hole, const Reply& reply, DecodeOut& out) {
    std::reverse(hole->found.begin(), hole->found.end());
    if (hole->of_liquidations) {  // they may come out of order
        std::stable_sort(hole->found.begin(), hole->found.end(), by_time);
    }
    kit::hand_on(hole->found, reply.receive_ts_ns, PETREL_FLAG_LATE, out);
    holes_.erase(hole);
}

}  // namespace petrel::okx
