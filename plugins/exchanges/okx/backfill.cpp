// Pages of GET /api/v5/market/history-trades; see backfill.hpp.
#include "backfill.hpp"

#include <algorithm>

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

}  // namespace

Status Backfill::begin(const Gap& gap, const ContractTable& contracts, DecodeOut& out) {
    const Contract* contract = contracts.find(gap.native);
    if (gap.kind != PETREL_EVENT_TRADE || contract == nullptr) {
        return Status::failure(PETREL_E_UNSUPPORTED,
                               "only holes in the trades of listed contracts can be filled");
    }
    if (gap.last_id == 0 && gap.to_ns <= 0) {
        return Status::invalid("a hole needs the last id or the time where it ends");
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
    if (gap.last_id != 0) {
        request_page(hole.tag, hole.native, "1", gap.last_id + 1, out);
    } else {
        const auto to_ms = static_cast<std::uint64_t>(gap.to_ns / kNsPerMs);
        request_page(hole.tag, hole.native, "2", to_ms + 1, out);
    }
    return {};
}

Decoded Backfill::read(const Reply& reply, DecodeOut& out) {
    const auto hole = std::find_if(holes_.begin(), holes_.end(),
                                   [&](const Hole& h) { return h.tag == reply.tag; });
    if (hole == holes_.end()) {
        return Decoded::ignored();  // it gave way to newer ones
    }
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

void Backfill::finish(std::vector<Hole>::iterator hole, const Reply& reply, DecodeOut& out) {
    std::reverse(hole->found.begin(), hole->found.end());
    kit::hand_on(hole->found, reply.receive_ts_ns, PETREL_FLAG_LATE, out);
    holes_.erase(hole);
}

}  // namespace petrel::okx
